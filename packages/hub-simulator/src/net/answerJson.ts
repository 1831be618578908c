import { DialError } from './clientGoErrors';

/** Texts of V8 for the two ways in which JSON is mostly broken. */
const ENDED = /end of JSON input|Unterminated|end of data/;

/**
 * The object that a spoke answered. Throws {@link DialError} where it is none:
 * client-go's decoder wants to know the kind first, discovery's reader of
 * `/version` (`isRaw`) does not.
 */
export function parseAnswer(text: string, isRaw: boolean): unknown {
  let why: string;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
    if (value === null && isRaw) return {};
    why = `json: cannot unmarshal ${goKind(value)} into Go value of type ${
      isRaw ? 'version.Info' : 'struct { APIVersion string; Kind string }'
    }`;
  } catch (error) {
    why = syntaxError(text, error as Error);
  }
  throw new DialError(
    isRaw
      ? `unable to parse the server version: ${why}`
      : `couldn't get version/kind; json parse error: ${why}`,
  );
}

function syntaxError(text: string, { message }: Error): string {
  const trimmed = text.trim();
  if (!trimmed || ENDED.test(message)) return 'unexpected end of JSON input';
  if (/^[^[\]{}"\d\s-]/.test(trimmed)) return firstValue(trimmed);
  const [, char = ''] = /Unexpected token '?(.)'?/u.exec(message) ?? [];
  return `invalid character ${quote(char)} after top-level value`;
}

/** Of a text that begins with no value, or with what looks like a literal. */
function firstValue(text: string): string {
  const literal = ['true', 'false', 'null'].find(each => each[0] === text[0]);
  if (!literal) {
    return `invalid character ${quote(text[0])} looking for beginning of value`;
  }
  const at = [...literal].findIndex((char, index) => char !== text[index]);
  if (at < 0) {
    const next = text[literal.length];
    return `invalid character ${quote(next)} after top-level value`;
  }
  if (text[at] === undefined) return 'unexpected end of JSON input';
  return `invalid character ${quote(
    text[at],
  )} in literal ${literal} (expecting '${literal[at]}')`;
}

function quote(char: string): string {
  return char === "'" ? `'\\''` : `'${char}'`;
}

function goKind(value: unknown): string {
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
