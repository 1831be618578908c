import { InputError } from '@backstage/errors';

type Query = Record<string, string | string[] | undefined>;

/** An address below `/api/v1`; every part is encoded whole, so that none can climb out. */
export function apiPath(parts: string[], query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) {
      search.append(key, one);
    }
  }
  const address = ['/api/v1', ...parts.map(encoded)].join('/');
  return search.size ? `${address}?${search}` : address;
}

function encoded(part: string): string {
  if (!part || part === '.' || part === '..') {
    throw new InputError(`'${part}' cannot be part of an address`);
  }
  return encodeURIComponent(part);
}
