// Makes the reduced schemas in `schema/` that the contract tests hold answers against:
//
//   node packages/hub-simulator/scripts/reduce-schemas.mjs \
//     swagger.json application-crd.yaml applicationset-crd.yaml appproject-crd.yaml
//   npx prettier --write packages/hub-simulator/schema
//
// The four files are those of the Argo CD release that is simulated. Only facts
// are kept (names, types, what is required), no text.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { share } from './share-subtrees.mjs';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '..', 'schema');

/** The paths that the simulator serves, or that a recording may well hold. */
const SERVED = [
  /^\/api\/version$/,
  /^\/api\/v1\/(session|settings|account|clusters|projects|notifications)(\/|$)/,
  /^\/api\/v1\/applications(\/\{[\w.]+\})?$/,
  /^\/api\/v1\/applications\/\{\w+\}\/(sync|rollback|operation|spec|manifests|logs)$/,
  /^\/api\/v1\/applications\/\{\w+\}\/(resource-tree|managed-resources|events|links|syncwindows)$/,
  /^\/api\/v1\/applications\/\{\w+\}\/resource$/,
  /^\/api\/v1\/applications\/\{name\}\/(revisions|pods)\//,
  /^\/api\/v1\/applicationsets(\/|$)/,
  /^\/api\/v1\/stream\//,
];

const KEPT = [
  '$ref',
  'type',
  'format',
  'enum',
  'required',
  'pattern',
  'minLength',
  'maxLength',
];
const FLAGS = [
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
];

/** A schema without its texts, with sorted properties. */
function reduce(schema) {
  const result = {};
  for (const key of [...KEPT, ...FLAGS]) {
    if (schema[key] !== undefined) result[key] = schema[key];
  }
  // In a schema of Argo CD `allOf` only carries one reference.
  if (schema.allOf?.length === 1)
    Object.assign(result, reduce(schema.allOf[0]));
  if (schema.items) result.items = reduce(schema.items);
  if (typeof schema.additionalProperties === 'object') {
    result.additionalProperties = reduce(schema.additionalProperties);
  }
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, property]) => [name, reduce(property)]),
    );
  }
  return result;
}

function referencesOf(value, found = new Set()) {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, item] of Object.entries(value)) {
    if (key === '$ref' && typeof item === 'string') {
      found.add(item.replace('#/definitions/', ''));
    } else referencesOf(item, found);
  }
  return found;
}

function operationOf({ responses, parameters = [] }) {
  const named = place =>
    parameters.filter(each => each.in === place).map(({ name }) => name);
  const query = named('query');
  return {
    response: reduce(responses['200'].schema),
    ...(query.length && { query }),
  };
}

function reduceApi(swagger) {
  const operations = {};
  for (const [path, methods] of Object.entries(swagger.paths)) {
    if (!SERVED.some(pattern => pattern.test(path))) continue;
    for (const [method, operation] of Object.entries(methods)) {
      operations[`${method.toUpperCase()} ${path}`] = operationOf(operation);
    }
  }
  const wanted = [...referencesOf(operations), 'runtimeError'];
  const definitions = {};
  for (const name of wanted) {
    if (definitions[name]) continue;
    definitions[name] = reduce(swagger.definitions[name]);
    wanted.push(...referencesOf(definitions[name]));
  }
  const sorted = Object.entries(definitions).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return { operations, definitions: Object.fromEntries(sorted) };
}

function reduceCrd(crd) {
  const [version] = crd.spec.versions;
  return share(reduce(version.schema.openAPIV3Schema));
}

function write(name, value) {
  const text = `${compact(value, 0)}\n`;
  writeFileSync(join(OUT, `${name}.json`), text);
  process.stdout.write(`${name}.json: ${Math.round(text.length / 1024)} kB\n`);
}

/** JSON with everything on one line that fits there. */
function compact(value, depth) {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return line;
  if (line.length + depth * 2 < 70) return line;
  const pad = '  '.repeat(depth + 1);
  const isList = Array.isArray(value);
  const parts = Object.entries(value).map(([key, item]) =>
    isList
      ? `${pad}${compact(item, depth + 1)}`
      : `${pad}${JSON.stringify(key)}: ${compact(item, depth + 1)}`,
  );
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${'  '.repeat(depth)}${close}`;
}

const [swagger, ...crds] = process.argv.slice(2);
if (crds.length !== 3) {
  process.stderr.write(
    'usage: reduce-schemas.mjs swagger.json application-crd.yaml applicationset-crd.yaml appproject-crd.yaml\n',
  );
  process.exit(2);
}
write('argocd-api', reduceApi(JSON.parse(readFileSync(swagger, 'utf8'))));
for (const path of crds) {
  const crd = parse(readFileSync(path, 'utf8'));
  write(crd.spec.names.singular, reduceCrd(crd));
}
