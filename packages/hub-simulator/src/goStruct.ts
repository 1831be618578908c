import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A definition of Argo CD's OpenAPI file, as far as it says types. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
}

/** Where a value stands, as Go names it in its errors. */
interface Place {
  /** the innermost struct */
  struct: string;
  path: string;
  field: string;
}

const RAW = ['v1JSON', 'runtimeRawExtension', 'v1FieldsV1'];
/** Types that the OpenAPI file does not tell from plain ones, by field. */
const NAMED: Record<string, string> = {
  'ApplicationSetSpec.ignoreApplicationDifferences':
    'v1alpha1.ApplicationSetIgnoreDifferences',
  'ApplicationSetSyncPolicy.applicationsSync':
    'v1alpha1.ApplicationsSyncPolicy',
  'ApplicationSourceKustomize.images': 'v1alpha1.KustomizeImages',
  'ApplicationSourceKustomize.patches': 'v1alpha1.KustomizePatches',
  'ApplicationSourceKustomize.replicas': 'v1alpha1.KustomizeReplicas',
  'ApplicationSourcePlugin.env': 'v1alpha1.Env',
  'ApplicationSourcePlugin.parameters':
    'v1alpha1.ApplicationSourcePluginParameters',
  'ApplicationSpec.ignoreDifferences': 'v1alpha1.IgnoreDifferences',
  'ApplicationSpec.sources': 'v1alpha1.ApplicationSources',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'ObjectMeta.uid': 'types.UID',
  'SyncPolicy.syncOptions': 'v1alpha1.SyncOptions',
};
let definitions: Record<string, Schema> | undefined;

/**
 * JSON as Go's decoder reads it into a struct of Argo CD, such as
 * `v1alpha1ApplicationSet`: fields that the struct does not have and nulls are
 * dropped. `path` is where the value stands in the whole. Throws with Go's
 * sentence for a value of the wrong type.
 */
export function decodeStruct(value: unknown, name: string, path = ''): unknown {
  return decode(
    value,
    { $ref: `#/definitions/${name}` },
    { struct: '', path, field: '' },
  );
}

function decode(value: unknown, schema: Schema, at: Place): unknown {
  const name = schema.$ref?.split('/').at(-1);
  if (name && RAW.includes(name)) return value;
  if (name === 'intstrIntOrString') return intOrString(value, at);
  const { type, properties, additionalProperties, items, format } = name
    ? definition(name)
    : schema;
  if (value === null || value === undefined) {
    return zeroOf(type, !!(properties ?? additionalProperties));
  }
  if (items) return list(value, items, at);
  if (additionalProperties) return map(value, additionalProperties, at);
  if (type === 'object') {
    if (!isMap(value)) throw mismatch(value, at, goName(name));
    return properties ? struct(value, goName(name), properties, at) : value;
  }
  return scalar(value, { type, format }, at);
}

function struct(
  value: object,
  goType: string,
  fields: Record<string, Schema>,
  { path }: Place,
): unknown {
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const field = fieldOf(fields, key);
    if (!field || each === null) return [];
    const at = {
      struct: goType.split('.')[1],
      path: path ? `${path}.${field}` : field,
      field,
    };
    return [[field, decode(each, fields[field], at)]];
  });
  return Object.fromEntries(entries);
}

/** Go finds a field in any case. */
function fieldOf(
  fields: Record<string, Schema>,
  key: string,
): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(fields).find(each => each.toLowerCase() === lower);
}

function list(value: unknown, items: Schema, at: Place): unknown[] {
  if (!Array.isArray(value)) {
    throw mismatch(value, at, named(at) ?? `[]${typeName(items)}`);
  }
  return value.map(each => decode(each, items, { ...at, field: '' }));
}

function map(value: unknown, items: Schema, at: Place): unknown {
  if (!isMap(value)) {
    throw mismatch(value, at, `map[string]${typeName(items)}`);
  }
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    decode(each, items, { ...at, field: '' }),
  ]);
  return Object.fromEntries(entries);
}

function scalar(
  value: unknown,
  { type, format = 'int64' }: Schema,
  at: Place,
): unknown {
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value;
    throw mismatch(value, at, 'bool');
  }
  if (type === 'integer') return integer(value, format, at);
  if (type === 'string' && typeof value !== 'string') {
    throw mismatch(value, at, named(at) ?? 'string');
  }
  if (format === 'date-time') checkTime(value as string);
  return value;
}

function integer(value: unknown, type: string, at: Place): unknown {
  if (Number.isInteger(value)) return value;
  throw mismatch(value, at, type, typeof value === 'number' ? ` ${value}` : '');
}

function intOrString(value: unknown, at: Place): unknown {
  if (typeof value === 'string') return value;
  return integer(value, 'int32', at);
}

function checkTime(value: string): void {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) {
    return;
  }
  const text = JSON.stringify(value);
  throw new Error(
    `parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text} as "2006"`,
  );
}

/** What null leaves of an entry of a list or a map. */
function zeroOf(type: string | undefined, hasFields: boolean): unknown {
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  if (type === 'integer') return 0;
  return hasFields ? {} : null;
}

function mismatch(
  value: unknown,
  { struct: owner, path }: Place,
  wanted: string,
  detail = '',
): Error {
  const kind = Array.isArray(value)
    ? 'array'
    : { boolean: 'bool' }[typeof value as string] ?? typeof value;
  const where = owner ? `struct field ${owner}.${path}` : 'value';
  return new Error(
    `json: cannot unmarshal ${kind}${detail} into Go ${where} of type ${wanted}`,
  );
}

function named({ struct: owner, field }: Place): string | undefined {
  return NAMED[`${owner}.${field}`];
}

function typeName({ $ref, type, format, items }: Schema): string {
  if ($ref) return goName($ref.split('/').at(-1));
  if (items) return `[]${typeName(items)}`;
  if (type === 'boolean') return 'bool';
  return type === 'integer' ? format ?? 'int64' : 'string';
}

/** `v1alpha1Application` is Go's `v1alpha1.Application`. */
function goName(name = ''): string {
  return name.replace(/^(?:application)?(v1(?:alpha1)?)(?=[A-Z])/, '$1.');
}

function definition(name: string): Schema {
  definitions ??= read();
  const found = definitions[name];
  if (!found) throw new Error(`Argo CD has no type ${name}`);
  return found;
}

function read(): Record<string, Schema> {
  const own = dirname(require.resolve('hub-simulator/package.json'));
  const file = join(own, 'schema', 'argocd-api.json');
  return JSON.parse(readFileSync(file, 'utf8')).definitions;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
