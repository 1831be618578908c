import { toUSVString } from 'node:util';

/**
 * A hub is not ours: each value is checked before it is believed, and cut to
 * what a column and a page can bear.
 */

/** Characters of a text, unless said otherwise. */
const LONGEST = 1_000;
/** Bytes of a value that may be searched for: PostgreSQL indexes no more than 2,700 of key and value. */
const LARGEST_LABEL = 2_000;
/** Entries of a list that are looked at. */
const MOST = 1_000;

/** As Kubernetes spells keys: an optional DNS prefix and a name, so that none is a key of JavaScript. */
const LABEL_KEY =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/**
 * Controls but line breaks and tabs, NUL among them, which databases refuse, and
 * marks that turn the direction of a text: people would read something else.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A string that says what it seems to say, and no halves of characters, which databases refuse. */
export function text(value: unknown, longest = LONGEST): string | undefined {
  return typeof value === 'string'
    ? toUSVString(value.slice(0, longest).replace(UNSEEN, ''))
    : undefined;
}

/** A value that may be searched for: one that is too long is none. */
export function label(value: unknown): string | undefined {
  return typeof value === 'string' &&
    value.length <= LONGEST &&
    Buffer.byteLength(value) <= LARGEST_LABEL
    ? text(value)
    : undefined;
}

function isLabelKey(key: string): boolean {
  return key.length <= 317 && LABEL_KEY.test(key);
}

/** Labels as they are kept: none that Kubernetes would not take. */
export function labels(
  values: Record<string, string> | null | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(values)).flatMap(([key, value]) => {
      const kept = isLabelKey(key) ? label(value) : undefined;
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

/** The first 1,000 strings of a list. */
export function strings(value: unknown): string[] {
  return Array.isArray(value)
    ? value.slice(0, MOST).flatMap(one => text(one) ?? [])
    : [];
}

export function list<T>(value: T[] | null | undefined): T[] {
  return Array.isArray(value)
    ? value.filter(one => one !== null && one !== undefined)
    : [];
}

/** An object; an empty one where the hub sent anything else. */
export function object<T extends object>(
  value: T | null | undefined,
): Partial<T> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : {};
}

export function oneOf<T extends string>(
  known: T[],
  value: unknown,
): T | undefined {
  return known.find(one => one === value);
}

/** ISO 8601 as the hub wrote it; undefined for everything else. */
export function moment(value: unknown): string | undefined {
  return typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}
