/**
 * What a schema and a type of TypeScript can both say: the form in which they
 * are compared. Limits, formats and words are left out.
 */
export type Shape =
  | 'any'
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  /** A text, true or false that is always the same, as JSON. */
  | `= ${string}`
  /** Something that holds itself, by its name. */
  | `-> ${string}`
  | { list: Shape }
  | { map: Shape }
  /** By key; one that may be absent ends in a question mark. */
  | { fields: Record<string, Shape> }
  | { either: Shape[] };

export function literal(value: unknown): Shape {
  return `= ${JSON.stringify(value)}`;
}

/** In one order, so that equal things look equal. */
export function fieldsOf(fields: Iterable<[key: string, shape: Shape]>): Shape {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: Object.fromEntries(sorted) };
}

/** One of several, each named once and in one order. */
export function either(shapes: Shape[]): Shape {
  const flat = shapes.flatMap(shape =>
    typeof shape === 'object' && 'either' in shape ? shape.either : [shape],
  );
  const named = new Map(flat.map(shape => [JSON.stringify(shape), shape]));
  if (named.has('"= true"') && named.has('"= false"')) {
    named.delete('"= true"');
    named.delete('"= false"');
    named.set('"boolean"', 'boolean');
  }
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 1
    ? sorted[0][1]
    : { either: sorted.map(([, shape]) => shape) };
}
