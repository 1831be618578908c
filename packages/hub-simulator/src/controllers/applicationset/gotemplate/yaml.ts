import { parse } from 'yaml';
import { CallError } from './errors';
import { formatFloat, quote } from './format';
import { isMap, sortedKeys, type Value } from './values';

/** What YAML 1.1 reads as something else than a string. */
const AMBIGUOUS =
  /^(|~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)|[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?)$/;
const WIDTH = 80;
const NOT_PRINTABLE =
  /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * YAML as Argo CD's `toYaml` writes it: keys sorted, lists not indented, strings
 * quoted only where YAML 1.1 would read something else.
 */
export function toYaml(value: Value): string {
  const at = { column: 0, indent: '', inner: '  ' };
  return block(value, at).replace(/^\n/, '');
}

/** The value of a YAML text as Go's JSON reads it. Throws CallError. */
export function fromYaml(text: string): Value {
  try {
    return parse(text, {
      version: '1.1',
      merge: true,
      uniqueKeys: false,
      customTags: tags => tags.filter(tag => !isStranger(tag)),
    });
  } catch (error) {
    const [message] = (error as Error).message.split('\n');
    throw new CallError(`error converting YAML to JSON: yaml: ${message}`);
  }
}

/** Of YAML 1.1, dates and sexagesimal numbers stay texts in Argo CD. */
function isStranger(tag: string | { tag: string; format?: string }): boolean {
  if (typeof tag === 'string') return false;
  return tag.tag.endsWith(':timestamp') || tag.format === 'TIME';
}

/**
 * A value behind a key or a dash that ends at `column`; begins with a line break
 * when it needs lines of its own, which a list or map has at `indent`.
 */
function block(
  value: Value,
  at: { column: number; indent: string; inner: string },
): string {
  const { indent } = at;
  if (Array.isArray(value)) {
    if (!value.length) return '[]';
    const deeper = `${indent}  `;
    return value.map(item => `\n${indent}- ${nested(item, deeper)}`).join('');
  }
  if (!isMap(value)) return scalar(value, at);
  const keys = sortedKeys(value);
  if (!keys.length) return '{}';
  return keys
    .map(key => `\n${indent}${entry(key, value[key], indent)}`)
    .join('');
}

function entry(key: string, value: Value, indent: string): string {
  const name = keyText(key);
  const inner = `${indent}  `;
  const text = block(value, {
    column: indent.length + name.length + 2,
    indent: Array.isArray(value) ? indent : inner,
    inner,
  });
  return `${name}:${text.startsWith('\n') ? '' : ' '}${text}`;
}

/** A key on one line. (Go would give a key with line breaks the `? |` form.) */
function keyText(key: string): string {
  return key.includes('\n') ? quote(key) : oneLine(key);
}

/** An item of a list, whose first line stands behind the dash. */
function nested(value: Value, indent: string): string {
  const at = { column: indent.length, indent, inner: indent };
  return block(value, at).replace(/^\n */, '');
}

function scalar(
  value: Value,
  { column, inner }: { column: number; inner: string },
): string {
  if (typeof value === 'number') return numeral(value);
  if (typeof value !== 'string') return String(value ?? null);
  const isBlock = value.includes('\n') && !NOT_PRINTABLE.test(value);
  if (isBlock && !/ (\n|$)/.test(value)) return literal(value, inner);
  const text = isBlock ? quote(value) : oneLine(value);
  return text.startsWith('"') ? text : fold(text, column, inner);
}

/** Whole numbers keep their digits as far as Go's integers go. */
function numeral(value: number): string {
  const isWhole = Number.isInteger(value) && Math.abs(value) < 2 ** 64;
  return isWhole ? String(BigInt(value)) : formatFloat(value);
}

function oneLine(value: string): string {
  if (NOT_PRINTABLE.test(value) || AMBIGUOUS.test(value)) return quote(value);
  return isPlain(value) ? value : `'${value.replace(/'/g, "''")}'`;
}

/** Goes on in a new line at the first single space beyond the column of 80. */
function fold(text: string, start: number, indent: string): string {
  let column = start;
  let folded = '';
  [...text].forEach((char, at) => {
    const isSingle =
      char === ' ' && text[at - 1] !== ' ' && text[at + 1] !== ' ';
    const isEdge = at === 1 || at === text.length - 2;
    const isQuoted = text.startsWith("'");
    if (isSingle && !(isQuoted && isEdge) && column > WIDTH) {
      folded += `\n${indent}`;
      column = indent.length;
    } else {
      folded += char;
      column += 1;
    }
  });
  return folded;
}

function literal(value: string, indent: string): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const ends = /\n\n$|^\n$/.test(value) ? '+' : '';
  const chomp = value.endsWith('\n') ? ends : '-';
  const lines = value
    .replace(/\n$/, '')
    .split('\n')
    .map(line => (line ? `\n${indent}${line}` : '\n'));
  return `|${hint}${chomp}${lines.join('')}`;
}

/** Whether YAML reads a text back as the same string without any quotes. */
function isPlain(value: string): boolean {
  return (
    !/^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^ | $/.test(value) &&
    !/^(---|\.\.\.)/.test(value)
  );
}
