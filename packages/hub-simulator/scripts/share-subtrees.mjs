/** A subtree shorter than this as JSON is not worth a name. */
const WORTH = 160;

/**
 * Puts every part of a schema that occurs more than once under `$defs`, named
 * after the property where it first occurs.
 */
export function share(schema) {
  const counts = new Map();
  count(schema, counts);
  const repeated = new Set(
    [...counts].filter(([, times]) => times > 1).map(([text]) => text),
  );
  const names = new Map();
  const defs = {};

  /** A copy whose repeated parts are references. */
  const replace = (node, name) => {
    const text = isWorth(node) ? JSON.stringify(node) : undefined;
    if (text && repeated.has(text)) {
      if (!names.has(text)) {
        const free = freeName(name, defs);
        names.set(text, free);
        defs[free] = undefined;
        defs[free] = copy(node, name, replace);
      }
      return { $ref: `#/$defs/${names.get(text)}` };
    }
    return copy(node, name, replace);
  };
  const root = copy(schema, 'root', replace);
  const sorted = Object.entries(defs).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length ? { ...root, $defs: Object.fromEntries(sorted) } : root;
}

function count(node, counts) {
  if (isWorth(node)) {
    const text = JSON.stringify(node);
    const times = (counts.get(text) ?? 0) + 1;
    counts.set(text, times);
    // The parts of a repeated part are repeated with it: that is no gain.
    if (times > 1) return;
  }
  for (const [, child] of children(node)) count(child, counts);
}

function copy(node, name, replace) {
  const result = { ...node };
  if (node.items) result.items = replace(node.items, name);
  if (node.additionalProperties) {
    result.additionalProperties = replace(node.additionalProperties, name);
  }
  if (node.properties) {
    result.properties = Object.fromEntries(
      Object.entries(node.properties).map(([key, child]) => [
        key,
        replace(child, key),
      ]),
    );
  }
  return result;
}

function children(node) {
  return [
    ['items', node.items],
    ['values', node.additionalProperties],
    ...Object.entries(node.properties ?? {}),
  ].filter(([, child]) => child);
}

function isWorth(node) {
  return !!node.properties && JSON.stringify(node).length >= WORTH;
}

function freeName(name, taken) {
  if (!(name in taken)) return name;
  let number = 2;
  while (`${name}${number}` in taken) number += 1;
  return `${name}${number}`;
}
