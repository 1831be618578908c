import { CallError } from './errors';
import { sprintAll, sprintf } from './format';
import { fixed, type GoFunction, variadic } from './GoFunction';
import {
  Boxed,
  isMap,
  isTrue,
  StringList,
  StringMap,
  typeName,
  unbox,
  type Value,
} from './values';

const unused = () => undefined;

/** The functions of Go's text/template itself. */
export const builtins: Record<string, GoFunction> = {
  and: { fixed: ['value'], rest: 'value', shortCircuit: false, run: unused },
  or: { fixed: ['value'], rest: 'value', shortCircuit: true, run: unused },
  not: fixed(['value'], (value: Value) => !isTrue(value)),
  eq: variadic(['value'], 'value', (first: Value, ...others: Value[]) => {
    if (!others.length) {
      throw new CallError('missing argument for comparison');
    }
    return others.some(other => areEqual(first, other));
  }),
  ne: fixed(['value', 'value'], (a: Value, b: Value) => !areEqual(a, b)),
  lt: fixed(['value', 'value'], isLess),
  le: fixed(
    ['value', 'value'],
    (a: Value, b: Value) => isLess(a, b) || areEqual(a, b),
  ),
  gt: fixed(
    ['value', 'value'],
    (a: Value, b: Value) => !(isLess(a, b) || areEqual(a, b)),
  ),
  ge: fixed(['value', 'value'], (a: Value, b: Value) => !isLess(a, b)),
  len: fixed(['value'], lengthOf),
  index: variadic(['value'], 'value', (value: Value, ...keys: Value[]) =>
    keys.reduce(indexOf, requireValue(value)),
  ),
  print: variadic([], 'any', (...values: Value[]) => sprintAll(values)),
  println: variadic(
    [],
    'any',
    (...values: Value[]) =>
      `${values.map(value => sprintAll([value])).join(' ')}\n`,
  ),
  printf: variadic(['string'], 'any', (format: string, ...values: Value[]) =>
    sprintf(format, values),
  ),
};

type Kind = 'bool' | 'int' | 'float' | 'string' | 'other';

function kindOf(value: Value): Kind {
  const name = typeName(value);
  if (name === 'bool' || name === 'int' || name === 'string') return name;
  return name === 'float64' ? 'float' : 'other';
}

function areEqual(a: Value, b: Value): boolean {
  const isKnown = !isNil(a) && !isNil(b);
  if (kindOf(a) !== kindOf(b)) {
    if (!isKnown) return false;
    throw incompatible(a, b);
  }
  if (kindOf(a) !== 'other') return a === b;
  if (!isKnown) return isNil(a) === isNil(b);
  throw new CallError(
    `non-comparable type ${sprintf('%s', [a])}: ${typeName(b)}`,
  );
}

function isNil(value: Value): boolean {
  return value === null || value === undefined;
}

function incompatible(a: Value, b: Value): CallError {
  return new CallError(
    `incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`,
  );
}

function isLess(a: Value, b: Value): boolean {
  const kind = kindOf(a);
  if (kind === 'other' || kindOf(b) === 'other') {
    throw new CallError('invalid type for comparison');
  }
  if (kind !== kindOf(b)) throw incompatible(a, b);
  if (kind === 'bool') throw new CallError('invalid type for comparison');
  if (kind === 'string') {
    return (
      Buffer.compare(Buffer.from(a as string), Buffer.from(b as string)) < 0
    );
  }
  return (a as number) < (b as number);
}

function lengthOf(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (Array.isArray(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(Object.keys(value).length);
  if (value === undefined) {
    throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  }
  if (value === null) throw new CallError('len of nil pointer');
  throw new CallError(`len of type ${typeName(value)}`);
}

function requireValue(value: Value): Value {
  if (isNil(value)) throw new CallError('index of untyped nil');
  return value;
}

function indexOf(boxed: Value, key: Value): Value {
  const value = unbox(boxed);
  if (value === undefined) throw new CallError('index of nil pointer');
  if (isMap(value)) return entryOf(value, key);
  if (!Array.isArray(value) && typeof value !== 'string') {
    throw new CallError(`can't index item of type ${typeName(value)}`);
  }
  const items = typeof value === 'string' ? Buffer.from(value) : value;
  const at = position(key, items.length);
  const item = items[at];
  if (typeof value === 'string') return BigInt(item as number);
  return value instanceof StringList ? item : new Boxed(item);
}

function entryOf(map: Record<string, Value>, key: Value): Value {
  if (isNil(key)) {
    throw new CallError('value is nil; should be of type string');
  }
  if (typeof key !== 'string') {
    throw new CallError(`value has type ${typeName(key)}; should be string`);
  }
  const isTyped = map instanceof StringMap;
  if (!Object.hasOwn(map, key)) return isTyped ? '' : new Boxed(null);
  return isTyped ? map[key] : new Boxed(map[key]);
}

function position(key: Value, length: number): number {
  if (isNil(key)) {
    throw new CallError('cannot index slice/array with nil');
  }
  if (typeof key !== 'bigint') {
    throw new CallError(`cannot index slice/array with type ${typeName(key)}`);
  }
  if (key < 0n || key >= BigInt(length)) {
    throw new CallError(`index out of range: ${key}`);
  }
  return Number(key);
}
