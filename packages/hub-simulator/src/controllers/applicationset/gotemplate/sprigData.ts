import { CallError } from './errors';
import { fixed, type GoFunction, variadic } from './GoFunction';
import { asserted, toText } from './sprigStrings';
import { isMap, sortedKeys, stringList, typeName, type Value } from './values';
import { fromYaml, toYaml } from './yaml';

type Dict = Record<string, Value>;

/** Functions about values, lists and maps: sprig's, and Argo CD's for YAML. */
export const sprigData: Record<string, GoFunction> = {
  default: variadic(['any'], 'any', (fallback: Value, ...given: Value[]) =>
    !given.length || isEmpty(given[0]) ? fallback : given[0],
  ),
  empty: fixed(['any'], isEmpty),
  coalesce: variadic(
    [],
    'any',
    (...values: Value[]) => values.find(value => !isEmpty(value)) ?? null,
  ),
  ternary: fixed(
    ['any', 'any', 'bool'],
    (yes: Value, no: Value, condition: boolean) => (condition ? yes : no),
  ),
  join: fixed(['string', 'any'], (separator: string, value: Value) =>
    toTexts(value).join(separator),
  ),
  splitList: fixed(['string', 'string'], (separator: string, text: string) =>
    stringList(text.split(separator)),
  ),
  list: variadic([], 'any', (...values: Value[]) => values),
  dict: variadic([], 'any', (...values: Value[]) => dict(values)),
  get: fixed(['map', 'string'], (map: Dict | null, key: string) =>
    map && Object.hasOwn(map, key) ? map[key] : '',
  ),
  hasKey: fixed(
    ['map', 'string'],
    (map: Dict | null, key: string) => !!map && Object.hasOwn(map, key),
  ),
  dig: variadic([], 'any', (...args: Value[]) => dig(args)),
  has: fixed(['any', 'any'], (wanted: Value, list: Value) =>
    toList('has', list).some(
      item => JSON.stringify(item) === JSON.stringify(wanted),
    ),
  ),
  first: fixed(['any'], (list: Value) => toList('first', list)[0] ?? null),
  last: fixed(['any'], (list: Value) => toList('last', list).at(-1) ?? null),
  toJson: fixed(['any'], (value: Value) => escapeHtml(toJson(value))),
  toRawJson: fixed(['any'], toJson),
  fromJson: fixed(['string'], (text: string) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }),
  toYaml: fixed(['any'], toYaml),
  fromYaml: fixed(['string'], (text: string) => {
    const value = fromYaml(text) ?? {};
    if (isMap(value)) return value;
    throw cannotUnmarshal(value, 'map[string]interface {}');
  }),
  fromYamlArray: fixed(['string'], (text: string) => {
    const value = fromYaml(text) ?? [];
    if (Array.isArray(value)) return value;
    throw cannotUnmarshal(value, '[]interface {}');
  }),
};

/** The zero of a type, or nothing at all. */
function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return !value.length;
  return isMap(value) ? !Object.keys(value).length : !value;
}

function toTexts(value: Value): string[] {
  if (value === null) return [];
  if (!Array.isArray(value)) return [toText(value)];
  return value.filter(item => item !== null).map(toText);
}

function dict(values: Value[]): Dict {
  const map: Dict = {};
  for (let at = 0; at < values.length; at += 2) {
    map[toText(values[at])] = at + 1 < values.length ? values[at + 1] : '';
  }
  return map;
}

/** Keys, then what to give when one is missing, then the map to look in. */
function dig(args: Value[]): Value {
  if (args.length < 3)
    throw new CallError('dig needs at least three arguments');
  const type = 'map[string]interface {}';
  const keys = args.slice(0, -2).map(key => asserted(key, 'string') as string);
  let value = asserted(args.at(-1), type) as Dict;
  for (const [at, key] of keys.entries()) {
    if (!Object.hasOwn(value, key)) return args.at(-2);
    if (at === keys.length - 1) return value[key];
    value = asserted(value[key], type) as Dict;
  }
  return value;
}

function toList(name: string, value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (value === null && name === 'has') return [];
  const preposition =
    name === 'has' ? 'Cannot find has on type' : `Cannot find ${name} on type`;
  throw new CallError(
    `${preposition} ${value === null ? 'invalid' : kindOf(value)}`,
  );
}

function kindOf(value: Value): string {
  return isMap(value) ? 'map' : typeName(value);
}

/** Go's encoding of a value: keys sorted. */
function toJson(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (isMap(value)) {
    const entries = sortedKeys(value).map(
      key => `${JSON.stringify(key)}:${toJson(value[key])}`,
    );
    return `{${entries.join(',')}}`;
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function cannotUnmarshal(value: Value, type: string): CallError {
  const names: Record<string, string> = {
    string: 'string',
    boolean: 'bool',
    number: 'number',
  };
  const name =
    names[typeof value] ?? (Array.isArray(value) ? 'array' : 'object');
  return new CallError(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${name} into Go value of type ${type}`,
  );
}
