import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import type { FindingKind } from '../deviations';

/** A reduced JSON Schema as `scripts/reduce-schemas.mjs` writes it. */
export interface Schema {
  type?: string | string[];
  format?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  $defs?: Record<string, Schema>;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  [key: string]: unknown;
}

/** One place where a value is not what its schema says. */
export interface Finding {
  /** as in `items[].metadata.labels` or `labels.*`, '' for the whole value */
  path: string;
  what: FindingKind;
  /** for people */
  detail: string;
}

const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const INT_OR_STRING = ['integer', 'string'];

/** A validator with the formats that Go writes (F1.1.1). */
export function createAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addFormat('date-time', SECONDS);
  ajv.addFormat('micro-time', MICROSECONDS);
  ajv.addFormat('byte', /^[A-Za-z0-9+/]*=*$/);
  for (const number of ['int32', 'int64', 'double']) {
    ajv.addFormat(number, true);
  }
  return ajv;
}

/** One of the files in `schema/`. */
export function readSchema<T>(name: string): T {
  const own = dirname(require.resolve('hub-simulator/package.json'));
  return JSON.parse(
    readFileSync(join(own, 'schema', `${name}.json`), 'utf8'),
  ) as T;
}

/**
 * The same schema, refusing fields that it does not name: the API writes Go
 * structs, and an API server prunes what a CRD does not know.
 */
export function close(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string']) return { type: INT_OR_STRING };
  const result = { ...schema };
  if (schema.items) result.items = close(schema.items);
  if (typeof schema.additionalProperties === 'object') {
    result.additionalProperties = close(schema.additionalProperties);
  }
  if (schema.$defs) result.$defs = mapValues(schema.$defs, close);
  if (!schema.properties) return result;
  result.properties = mapValues(schema.properties, close);
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'];
  if (!isOpen && !schema.additionalProperties) {
    result.additionalProperties = false;
  }
  return result;
}

/** What a compiled schema finds in a value. */
export function findingsOf(
  validate: ValidateFunction,
  value: unknown,
): Finding[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const found = errors.map(error => findingOf(error, value));
  const byKey = new Map(found.map(each => [`${each.what} ${each.path}`, each]));
  return [...byKey.values()];
}

function findingOf(error: ErrorObject, value: unknown): Finding {
  const path = pathOf(error.instancePath, value);
  const detail = `${error.message} (${error.instancePath || 'whole'})`;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = error.params.additionalProperty as string;
      return { path: below(path, name), what: 'unknown field', detail };
    }
    case 'required': {
      const name = error.params.missingProperty as string;
      return { path: below(path, name), what: 'missing', detail };
    }
    case 'type': {
      const isNull = valueAt(error.instancePath, value) === null;
      return { path, what: isNull ? 'null' : 'type', detail };
    }
    case 'format':
      return { path, what: 'format', detail };
    default:
      return { path, what: 'value', detail };
  }
}

/** `/items/0/name` as `items[].name`. */
function pathOf(pointer: string, value: unknown): string {
  let at = value;
  let path = '';
  for (const key of keysOf(pointer)) {
    path = Array.isArray(at) ? `${path}[]` : below(path, key);
    at = (at as Record<string, unknown>)?.[key];
  }
  return path;
}

function valueAt(pointer: string, value: unknown): unknown {
  return keysOf(pointer).reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    value,
  );
}

function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(key => key.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function below(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

export function mapValues<T, R>(
  values: Record<string, T>,
  change: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value)]),
  );
}
