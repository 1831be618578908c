import { InputError } from '@backstage/errors';

type Query = Record<string, string | string[] | undefined>;

/** What the smallest usual limit of fronts, 8 kB for the first line, leaves. */
const LONGEST = 7_500;

/**
 * An address below `/api/v1`; every part is encoded whole, so that none can
 * climb out. Throws InputError for what is no part of an address, or too much.
 */
export function apiPath(parts: string[], query: Query = {}): string {
  const search = Object.entries(query).flatMap(([key, value]) =>
    [value ?? []].flat().map(one => `${key}=${encoded(one)}`),
  );
  const address = ['/api/v1', ...parts.map(segment)].join('/');
  const whole = search.length ? `${address}?${search.join('&')}` : address;
  if (whole.length > LONGEST) {
    // Fronts refuse long addresses with all kinds of answers; this says what to do.
    throw new InputError(
      `A call to the hub would have an address of ${whole.length} characters, and not every front of a hub takes more than ${LONGEST}; ask for less at once, such as fewer projects`,
    );
  }
  return whole;
}

function segment(part: string): string {
  if (!part || part === '.' || part === '..') {
    throw new InputError(`'${part}' cannot be part of an address`);
  }
  return encoded(part);
}

function encoded(part: string): string {
  try {
    return encodeURIComponent(part);
  } catch {
    throw new InputError('Half a character cannot be part of an address');
  }
}
