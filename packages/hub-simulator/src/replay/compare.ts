import {
  type Ignored,
  isSameText,
  matches,
  type Tolerance,
  UNORDERED,
} from './ignored';
import { isObject } from './json';

/** One field that is not as it was recorded. */
export interface Difference {
  /** as in `body.items[2].status.sync.status` */
  path: string;
  /** `missing` and `extra` are seen from the recording */
  kind: 'changed' | 'missing' | 'extra';
  recorded?: unknown;
  simulated?: unknown;
}

export interface CompareOptions {
  /** method and path, to know which lists have no order */
  operation: string;
  ignored: readonly Ignored[];
}

/** Compares two answers field by field. Paths begin with `path`. */
export function compare(
  recorded: unknown,
  simulated: unknown,
  path: string,
  options: CompareOptions,
): Difference[] {
  return [...differences(recorded, simulated, path, options)];
}

function* differences(
  recorded: unknown,
  simulated: unknown,
  path: string,
  options: CompareOptions,
): Generator<Difference> {
  // Also when both are missing.
  if (recorded === simulated) return;
  if (isTolerated(recorded, simulated, path, options.ignored)) return;
  if (recorded === undefined) yield { path, kind: 'extra', simulated };
  else if (simulated === undefined) yield { path, kind: 'missing', recorded };
  else if (Array.isArray(recorded) && Array.isArray(simulated)) {
    yield* listDifferences(recorded, simulated, path, options);
  } else if (isObject(recorded) && isObject(simulated)) {
    for (const key of keysOf(recorded, simulated)) {
      const at = `${path}.${key}`;
      yield* differences(recorded[key], simulated[key], at, options);
    }
  } else if (!isSame(recorded, simulated)) {
    yield { path, kind: 'changed', recorded, simulated };
  }
}

function* listDifferences(
  recorded: unknown[],
  simulated: unknown[],
  path: string,
  options: CompareOptions,
): Generator<Difference> {
  const rule = UNORDERED.find(
    each => each.path === path && each.operation.test(options.operation),
  );
  if (!rule) {
    const length = Math.max(recorded.length, simulated.length);
    for (let at = 0; at < length; at += 1) {
      yield* differences(
        recorded[at],
        simulated[at],
        `${path}[${at}]`,
        options,
      );
    }
    return;
  }
  const rest = [...simulated];
  for (const [index, item] of recorded.entries()) {
    const key = keyOf(item, rule.keys);
    const at = rest.findIndex(each => keyOf(each, rule.keys) === key);
    const [found] = at < 0 ? [undefined] : rest.splice(at, 1);
    yield* differences(item, found, `${path}[${index}]`, options);
  }
  for (const item of rest) {
    yield { path: `${path}[]`, kind: 'extra', simulated: item };
  }
}

function keyOf(item: unknown, keys: string[]): string {
  const object = isObject(item) ? item : {};
  return JSON.stringify(keys.map(key => object[key] ?? ''));
}

function isTolerated(
  recorded: unknown,
  simulated: unknown,
  path: string,
  ignored: readonly Ignored[],
): boolean {
  return ignored.some(
    rule =>
      tolerates(rule.tolerance, recorded, simulated) &&
      matches(rule.path, path),
  );
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;
const SUFFIX = /-[a-z0-9]{5}$/;

function tolerates(tolerance: Tolerance, a: unknown, b: unknown): boolean {
  if (tolerance === 'any') return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  if (tolerance === 'generated') return a !== '' && b !== '';
  if (tolerance === 'time') return TIME.test(a) && TIME.test(b);
  return SUFFIX.test(a) && SUFFIX.test(b) && a.slice(0, -5) === b.slice(0, -5);
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return isSameText(a, b);
  }
  return a === b;
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}
