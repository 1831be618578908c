import type { NumberNode } from './nodes';

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The text of a Go string literal, undefined when it has no valid syntax. */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replace(/\r/g, '');
  let isValid = true;
  const text = inner.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])/g,
    (_, escape: string) => {
      if (/^[xuU]./.test(escape)) {
        return String.fromCodePoint(parseInt(escape.slice(1), 16));
      }
      if (/^[0-7]{3}$/.test(escape)) {
        return String.fromCodePoint(parseInt(escape, 8));
      }
      const isOtherQuote = escape === (literal[0] === '"' ? "'" : '"');
      isValid &&= escape in ESCAPES && !isOtherQuote;
      return ESCAPES[escape] ?? '';
    },
  );
  return isValid ? text : undefined;
}

/** A number literal, undefined when Go would not take it. */
export function readNumber(text: string, pos: number): NumberNode | undefined {
  const value = text.startsWith("'") ? readRune(text) : readPlain(text);
  return value === undefined ? undefined : { type: 'number', pos, text, value };
}

function readRune(text: string): bigint | undefined {
  const rune = unquote(text);
  const code = rune?.codePointAt(0);
  if (code === undefined || [...rune!].length !== 1) return undefined;
  return BigInt(code);
}

function readPlain(text: string): bigint | number | undefined {
  const digits = text.replace(/_/g, '');
  const sign = digits.startsWith('-') ? -1n : 1n;
  const body = digits.replace(/^[+-]/, '');
  if (/^0[xXoObB]/.test(body)) return sign * BigInt(body);
  if (/^0[0-7]+$/.test(body)) return sign * BigInt(`0o${body.slice(1)}`);
  if (/^(0|[1-9]\d*)$/.test(body)) return sign * BigInt(body);
  const number = Number(digits);
  return /^0\d/.test(body) && !/[.eE]/.test(body) ? undefined : number;
}
