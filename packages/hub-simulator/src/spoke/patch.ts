import { isMap, mergeKey } from './apply/listRules';

type Json = unknown;
type JsonMap = Record<string, Json>;

const DIRECTIVE = '$patch';
const SET_ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';

/** RFC 7386: objects merge, null removes, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMap(patch)) return patch;
  const merged: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/**
 * Strategic merge: lists whose items have a key (containers, ports, env) merge
 * by it, finalizers join, other lists replace; `$patch`, `$setElementOrder`,
 * `$deleteFromPrimitiveList` and `$retainKeys` are followed.
 */
export function strategicPatch(
  target: Json,
  patch: Json,
  names: readonly string[] = [],
): Json {
  if (Array.isArray(patch)) return patchList(target, patch, names);
  if (!isMap(patch)) return patch;
  const { [DIRECTIVE]: directive, [RETAIN]: retained, ...changes } = patch;
  if (directive === 'replace') return changes;
  if (directive === 'delete') return {};
  const merged = retain(isMap(target) ? target : {}, retained);
  for (const [key, value] of Object.entries(changes)) {
    if (key.startsWith(SET_ORDER)) continue;
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      const gone = Array.isArray(value) ? value : [];
      merged[field] = listAt(merged, field).filter(
        item => !gone.includes(item),
      );
    } else if (value === null) delete merged[key];
    else merged[key] = strategicPatch(merged[key], value, [...names, key]);
  }
  reorder(merged, patch, names);
  return merged;
}

function patchList(
  target: Json,
  patch: Json[],
  names: readonly string[],
): Json[] {
  const isReplaced = patch.some(
    item => isMap(item) && item[DIRECTIVE] === 'replace',
  );
  const items = patch.filter(
    item => !(isMap(item) && item[DIRECTIVE] === 'replace'),
  );
  if (isReplaced) return items;
  const key = mergeKey(names);
  const existing = Array.isArray(target) ? target : [];
  if (names.at(-1) === 'finalizers' && names[0] === 'metadata') {
    return [...new Set([...existing, ...items])];
  }
  if (!key) return items;
  const result = new Map(existing.map(item => [keyOf(item, key), item]));
  for (const item of items) {
    const id = keyOf(item, key);
    if (isMap(item) && item[DIRECTIVE] === 'delete') result.delete(id);
    else result.set(id, strategicPatch(result.get(id), item, names));
  }
  return [...result.values()];
}

/** Puts the items of lists into the order that the patch asks for. */
function reorder(merged: JsonMap, patch: JsonMap, names: readonly string[]) {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(SET_ORDER) || !Array.isArray(order)) continue;
    const field = directive.slice(SET_ORDER.length);
    const key = mergeKey([...names, field]);
    const list = merged[field];
    if (!Array.isArray(list)) continue;
    const idOf = (item: Json) => (key ? keyOf(item, key) : item);
    const ids = order.map(idOf);
    const rank = (item: Json) => {
      const index = ids.indexOf(idOf(item));
      return index < 0 ? ids.length : index;
    };
    merged[field] = [...list].sort((a, b) => rank(a) - rank(b));
  }
}

function retain(target: JsonMap, keys: Json): JsonMap {
  if (!Array.isArray(keys)) return { ...target };
  return Object.fromEntries(
    Object.entries(target).filter(([key]) => keys.includes(key)),
  );
}

function listAt(object: JsonMap, key: string): Json[] {
  const list = object[key];
  return Array.isArray(list) ? list : [];
}

function keyOf(item: Json, key: string): Json {
  return isMap(item) ? item[key] : item;
}
