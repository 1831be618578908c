import { isEqual } from './equality';
import type { GenericObject } from '../../types/kubernetes';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Record<string, unknown>;

/** How a live object differs from what Git wants; states are undefined where there is none. */
export interface Difference {
  modified: boolean;
  /** the live object without what does not count */
  normalized?: GenericObject;
  /** the live object as it would be after a sync */
  predicted?: GenericObject;
}

/** Compares one object; `ignored` are JSON pointers of what does not count. */
export function diff(
  target: GenericObject | undefined,
  live: GenericObject | undefined,
  ignored: readonly string[] = [],
): Difference {
  if (!live) return { modified: true, predicted: target };
  const normalized = without(live, ignored);
  if (!target) return { modified: true, normalized };
  const predicted = without(
    predict(lastApplied(live), target, live) as GenericObject,
    ignored,
  );
  return {
    modified: !isEqual(comparable(normalized), comparable(predicted)),
    normalized,
    predicted,
  };
}

/** What Argo CD applied last, as `kubectl apply` remembers it. */
export function lastApplied({ metadata }: GenericObject): Fields | undefined {
  const text = metadata.annotations?.[LAST_APPLIED];
  if (!text) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

/**
 * What live becomes when target is applied: what was applied before and is
 * wanted no more goes, what others have set stays.
 */
export function predict(
  original: unknown,
  target: unknown,
  live: unknown,
): unknown {
  if (Array.isArray(target)) return predictList(original, target, live);
  if (!isFields(target)) return target;
  const before = isFields(original) ? original : {};
  const result: Fields = isFields(live) ? { ...live } : {};
  for (const key of Object.keys(before)) {
    if (!(key in target)) delete result[key];
  }
  for (const [key, value] of Object.entries(target)) {
    if (value === null) delete result[key];
    else if (!(isEmpty(value) && result[key] === undefined)) {
      result[key] = predict(before[key], value, result[key]);
    }
  }
  return result;
}

/** Named items are found again by their name, others by their place. */
function predictList(
  original: unknown,
  target: unknown[],
  live: unknown,
): unknown[] {
  const match = (list: unknown, item: unknown, index: number): unknown => {
    if (!Array.isArray(list)) return undefined;
    if (!isFields(item) || item.name === undefined) return list[index];
    return list.find(each => isFields(each) && each.name === item.name);
  };
  return target.map((item, index) =>
    predict(match(original, item, index), item, match(live, item, index)),
  );
}

/** A copy without the fields that some JSON pointers name. */
function without<T>(object: T, pointers: readonly string[]): T {
  if (!pointers.length) return object;
  const copy = structuredClone(object);
  for (const pointer of pointers) {
    const path = parsePointer(pointer);
    const last = path.pop();
    const parent = path.reduce(child, copy as unknown);
    if (last === undefined) continue;
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (isFields(parent)) delete parent[last];
  }
  return copy;
}

/** The target with the live values where some JSON pointers lead. */
export function withLiveValues(
  target: GenericObject,
  live: GenericObject,
  pointers: readonly string[],
): GenericObject {
  const copy = structuredClone(target);
  for (const pointer of pointers) {
    const path = parsePointer(pointer);
    const value = path.reduce(child, live as unknown);
    const last = path.pop();
    const parent = path.reduce(child, copy as unknown);
    if (last === undefined || !isFields(parent)) continue;
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}

function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return parent[Number(key)];
  return isFields(parent) ? parent[key] : undefined;
}

/** Without what kubectl writes for itself and what the server counts. */
function comparable(object: GenericObject): unknown {
  const { managedFields, resourceVersion, generation, ...metadata } =
    object.metadata;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return !value.length;
  return isFields(value) && !Object.keys(value).length;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
