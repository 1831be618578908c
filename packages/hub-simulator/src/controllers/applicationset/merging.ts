import { isMap, StringMap } from './gotemplate/values';

type Map = Record<string, unknown>;

/** Fills what is empty in `own` from `base`, as a generator's template is completed by the set's. */
export function fillFrom(own: unknown, base: unknown): unknown {
  if (isMap(own) && isMap(base)) {
    const keys = new Set([...Object.keys(own), ...Object.keys(base)]);
    return Object.fromEntries(
      [...keys].map(key => [key, fillFrom(own[key], base[key])]),
    );
  }
  return isEmpty(own) && base !== undefined ? base : own;
}

/** Puts the parameters of `over` over those of `base`; empty ones only where nothing is. */
export function overlay(base: Map, over: Map): Map {
  const merged: Map =
    base instanceof StringMap && over instanceof StringMap
      ? new StringMap()
      : {};
  Object.assign(merged, base);
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    if (isMap(before) && isMap(value)) merged[key] = overlay(before, value);
    else if (!isEmpty(value) || !Object.hasOwn(merged, key)) {
      merged[key] = value;
    }
  }
  return merged;
}

/** Whether a value is the zero of its type in Go. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return !value.length;
  return isMap(value) ? !Object.keys(value).length : !value;
}
