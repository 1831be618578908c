/**
 * How Go's values look here: `int` is bigint and `float64` number, `map[string]any`
 * is a plain object, `[]any` an array, `nil` null. `undefined` is the invalid value
 * that a missing key gives.
 */
export type Value = unknown;

/** Go's `map[string]string`, which behaves differently from a map of anything. */
export class StringMap {
  [key: string]: string;

  static of(map: Record<string, string>): StringMap {
    return Object.assign(new StringMap(), map);
  }
}

/** Go's `[]string`. */
export class StringList extends Array<string> {}

export function stringList(items: string[]): StringList {
  return StringList.from(items) as StringList;
}

/** A value whose static type in Go is `interface {}`: an element of a map or a list of anything. */
export class Boxed {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/** What an interface holds; a nil one holds the invalid value. */
export function unbox(value: Value): Value {
  if (!(value instanceof Boxed)) return value;
  return value.value ?? undefined;
}

/** The name of Go's type. */
export function typeName(value: Value): string {
  if (value instanceof Boxed) return 'interface {}';
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof StringMap) return 'map[string]string';
  if (value instanceof StringList) return '[]string';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      return 'map[string]interface {}';
  }
}

export function isMap(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys in Go's order: by bytes. */
export function sortedKeys(map: object): string[] {
  return Object.keys(map).sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
}

/** An element of a map or list as a value of its static type. */
export function element(container: object, key: string | number): Value {
  const value = (container as Record<string, Value>)[key];
  const isTyped =
    container instanceof StringMap || container instanceof StringList;
  return isTyped ? value : new Boxed(value);
}

/** Whether a condition takes a value for true. */
export function isTrue(boxed: Value): boolean {
  const value = unbox(boxed);
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return !!value;
}
