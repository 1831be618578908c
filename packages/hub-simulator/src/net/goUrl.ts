/**
 * URL decoding as Go's net/url does it, where it differs from JavaScript's.
 */

/** A `%` that starts no escape; the text is Go's. */
export class EscapeError extends Error {
  constructor(bad: string) {
    super(`invalid URL escape ${JSON.stringify(bad)}`);
  }
}

/** `url.PathUnescape`; throws {@link EscapeError}. */
export function pathUnescape(text: string): string {
  if (!text.includes('%')) return text;
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (bad) throw new EscapeError(bad[0]);
  const bytes = text
    .split(/(%[0-9a-fA-F]{2})/)
    .map((part, index) =>
      index % 2 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'),
    );
  return Buffer.concat(bytes).toString('utf8');
}

/** `url.QueryUnescape`: `+` is a space. Throws {@link EscapeError}. */
export function queryUnescape(text: string): string {
  return pathUnescape(text.replace(/\+/g, ' '));
}

/**
 * Whether Go keeps the encoded form of a path (`URL.RawPath`), because encoding
 * the decoded path again would give something else.
 */
export function mustPreserve(rawPath: string): boolean {
  return escapePath(pathUnescape(rawPath)) !== rawPath;
}

/** Throws as Go's `url.ParseQuery` does. */
export function checkQuery(rawQuery: string): void {
  for (const pair of rawQuery.split('&')) {
    if (pair.includes(';')) {
      throw new Error('invalid semicolon separator in query');
    }
    queryUnescape(pair);
  }
}

function escapePath(path: string): string {
  return encodeURIComponent(path)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, code => decodeURIComponent(code))
    .replace(
      /[!'()*]/g,
      char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}
