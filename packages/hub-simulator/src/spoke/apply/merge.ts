import { isWithin, split, type FieldPath } from './fieldPaths';
import { isAtomicMap, isMap, itemKey, listRule } from './listRules';

/** What is there with what somebody applies laid over it. */
export function mergeApplied(
  live: unknown,
  applied: unknown,
  names: readonly string[] = [],
): unknown {
  if (Array.isArray(applied)) return mergeList(live, applied, names);
  if (!isMap(applied) || isAtomicMap(names) || !isMap(live)) {
    return isMap(applied) ? withoutNulls(applied) : applied;
  }
  const merged: Record<string, unknown> = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    if (value === null) continue;
    merged[key] = mergeApplied(merged[key], value, [...names, key]);
  }
  return merged;
}

function mergeList(
  live: unknown,
  applied: unknown[],
  names: readonly string[],
): unknown[] {
  const rule = listRule(names);
  if (rule.type === 'atomic' || !Array.isArray(live)) return applied;
  const keyOf = (item: unknown) =>
    rule.type === 'map' ? itemKey(item, rule.keys) : JSON.stringify(item);
  const merged = new Map(live.map(item => [keyOf(item), item as unknown]));
  for (const item of applied) {
    const key = keyOf(item);
    merged.set(key, mergeApplied(merged.get(key), item, names));
  }
  return [...merged.values()];
}

/** Takes fields out, and what is empty without them. Changes `object` in place. */
export function removeFields(
  object: object,
  paths: readonly FieldPath[],
  isKept: (path: FieldPath) => boolean,
): void {
  const outermost = paths.filter(
    path =>
      !isKept(path) &&
      !paths.some(
        other => other !== path && isWithin(path, other) && !isKept(other),
      ),
  );
  for (const path of outermost) remove(object, split(path), []);
}

function remove(at: unknown, steps: string[], names: readonly string[]): void {
  const [step, ...rest] = steps;
  const value = step.slice(2);
  if (Array.isArray(at)) {
    const index = at.findIndex(item => isItem(item, step, names));
    if (index < 0) return;
    if (rest.length) remove(at[index], rest, names);
    else at.splice(index, 1);
    return;
  }
  if (!isMap(at) || !(value in at)) return;
  if (!rest.length) {
    delete at[value];
    return;
  }
  remove(at[value], rest, [...names, value]);
  const left = at[value];
  const isEmptied =
    (Array.isArray(left) && !left.length) ||
    (isMap(left) && !Object.keys(left).length);
  if (isEmptied) delete at[value];
}

function isItem(
  item: unknown,
  step: string,
  names: readonly string[],
): boolean {
  const value = step.slice(2);
  if (step.startsWith('v:')) return JSON.stringify(item) === value;
  const rule = listRule(names);
  return rule.type === 'map' && itemKey(item, rule.keys) === value;
}

function withoutNulls(
  object: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null),
  );
}
