/**
 * URL decoding as Go's net/url does it, where it differs from JavaScript's.
 */

/** `url.QueryUnescape`: `+` is a space. Throws URIError on a bad escape. */
export function queryUnescape(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '));
}

/**
 * Whether Go keeps the encoded form of a path (`URL.RawPath`), because encoding
 * the decoded path again would give something else.
 */
export function mustPreserve(rawPath: string): boolean {
  return escapePath(decodeURIComponent(rawPath)) !== rawPath;
}

function escapePath(path: string): string {
  return encodeURIComponent(path)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, code => decodeURIComponent(code))
    .replace(
      /[!'()*]/g,
      char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}
