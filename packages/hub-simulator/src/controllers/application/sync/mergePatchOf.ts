import { isEqual } from '../equality';

type Fields = Record<string, unknown>;

/** The merge patch that turns one value into another, undefined when they are equal. */
export function mergePatchOf(from: unknown, to: unknown): unknown {
  if (isEqual(from, to)) return undefined;
  if (!isFields(from) || !isFields(to)) return to;
  const patch: Fields = {};
  for (const key of Object.keys(from)) {
    if (to[key] === undefined) patch[key] = null;
  }
  for (const [key, value] of Object.entries(to)) {
    const change = mergePatchOf(from[key], value);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length ? patch : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
