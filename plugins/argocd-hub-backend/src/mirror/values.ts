/**
 * A hub is not ours: each value is checked before it is believed, and cut to
 * what a column and a page can bear.
 */

const LONGEST = 1_000;

/** A string without the one character that PostgreSQL refuses. */
export function text(value: unknown, longest = LONGEST): string | undefined {
  return typeof value === 'string'
    ? value.replaceAll('\0', '').slice(0, longest)
    : undefined;
}

/** A value that may be searched for: one that is too long is none. */
export function label(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= LONGEST
    ? text(value)
    : undefined;
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap(one => text(one) ?? []) : [];
}

export function list<T>(value: T[] | null | undefined): T[] {
  return Array.isArray(value)
    ? value.filter(one => one !== null && one !== undefined)
    : [];
}

export function oneOf<T extends string>(
  known: T[],
  value: unknown,
): T | undefined {
  return known.find(one => one === value);
}

/** ISO 8601 as the hub wrote it; undefined for everything else. */
export function moment(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}
