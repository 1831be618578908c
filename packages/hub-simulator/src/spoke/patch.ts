import type { GenericObject } from '../types/kubernetes';

type Json = unknown;

/** RFC 7386: objects merge, null removes, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/**
 * Strategic merge as far as the kinds served here need it: lists of objects
 * that all carry a `name` (containers, ports, env) merge by it, others replace.
 */
export function strategicPatch(target: Json, patch: Json): Json {
  if (Array.isArray(patch)) return mergeLists(target, patch);
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = strategicPatch(merged[key], value);
  }
  return merged;
}

/** Applies a patch body and keeps what a patch cannot change. */
export function applyPatch(
  current: GenericObject,
  patch: Json,
  contentType: string,
): GenericObject {
  const merge = contentType.includes('strategic') ? strategicPatch : mergePatch;
  const patched = merge(current, patch) as GenericObject;
  const { name, namespace, uid, creationTimestamp } = current.metadata;
  return {
    ...patched,
    metadata: {
      ...patched.metadata,
      name,
      ...(namespace && { namespace }),
      uid,
      creationTimestamp,
    },
  };
}

function mergeLists(target: Json, patch: Json[]): Json[] {
  const named = [...patch, ...(Array.isArray(target) ? target : [])].every(
    item => isObject(item) && typeof item.name === 'string',
  );
  if (!named || !Array.isArray(target)) return patch;
  const result = new Map(target.map(item => [item.name as string, item]));
  for (const item of patch as Record<string, Json>[]) {
    const { name, $patch } = item as { name: string; $patch?: string };
    if ($patch === 'delete') result.delete(name);
    else result.set(name, strategicPatch(result.get(name), item));
  }
  return [...result.values()];
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
