import { CallError } from './errors';
import { quote, sprint } from './format';
import { fixed, type GoFunction, variadic } from './GoFunction';
import { normalize, slugify } from './text';
import { typeName, type Value } from './values';

const indent = (spaces: bigint, text: string) => {
  const pad = ' '.repeat(repetitions(spaces));
  return pad + text.replaceAll('\n', `\n${pad}`);
};
const known = (values: Value[]) => values.filter(value => value !== null);

/** Functions about text: sprig's, and Argo CD's own two. */
export const sprigStrings: Record<string, GoFunction> = {
  lower: fixed(['string'], (text: string) => text.toLowerCase()),
  upper: fixed(['string'], (text: string) => text.toUpperCase()),
  trim: fixed(['string'], (text: string) => text.trim()),
  trimAll: fixed(['string', 'string'], (cutset: string, text: string) =>
    trimAll(text, cutset),
  ),
  trimPrefix: fixed(['string', 'string'], (prefix: string, text: string) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimSuffix: fixed(['string', 'string'], (suffix: string, text: string) =>
    suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  replace: fixed(
    ['string', 'string', 'string'],
    (old: string, by: string, text: string) =>
      old
        ? text.split(old).join(by)
        : [by, ...text, ''].join(by).slice(by.length),
  ),
  contains: fixed(['string', 'string'], (part: string, text: string) =>
    text.includes(part),
  ),
  hasPrefix: fixed(['string', 'string'], (prefix: string, text: string) =>
    text.startsWith(prefix),
  ),
  hasSuffix: fixed(['string', 'string'], (suffix: string, text: string) =>
    text.endsWith(suffix),
  ),
  repeat: fixed(['int', 'string'], (count: bigint, text: string) =>
    text.repeat(repetitions(count)),
  ),
  trunc: fixed(['int', 'string'], truncate),
  quote: variadic([], 'any', (...values: Value[]) =>
    known(values)
      .map(value => quote(toText(value)))
      .join(' '),
  ),
  squote: variadic([], 'any', (...values: Value[]) =>
    known(values)
      .map(value => `'${sprint(value)}'`)
      .join(' '),
  ),
  indent: fixed(['int', 'string'], indent),
  nindent: fixed(
    ['int', 'string'],
    (spaces: bigint, text: string) => `\n${indent(spaces, text)}`,
  ),
  toString: fixed(['any'], toText),
  normalize: fixed(['string'], normalize),
  slugify: variadic([], 'any', (...args: Value[]) => slugifyArguments(args)),
};

/** A value as sprig turns it into text. */
export function toText(value: Value): string {
  return typeof value === 'string' ? value : sprint(value);
}

function repetitions(count: bigint): number {
  if (count < 0n) throw new CallError('strings: negative Repeat count');
  return Number(count);
}

function trimAll(text: string, cutset: string): string {
  const chars = [...text];
  const isKept = (char: string) => !cutset.includes(char);
  const start = chars.findIndex(isKept);
  return start < 0
    ? ''
    : chars.slice(start, chars.findLastIndex(isKept) + 1).join('');
}

/** Go cuts bytes. */
function truncate(length: bigint, text: string): string {
  const bytes = Buffer.from(text);
  const size = Number(length);
  if (size < 0 && bytes.length + size > 0) {
    return bytes.subarray(bytes.length + size).toString();
  }
  return size >= 0 && bytes.length > size
    ? bytes.subarray(0, size).toString()
    : text;
}

/** Up to a size and whether to cut smartly, then the name, which is always last. */
function slugifyArguments(args: Value[]): string {
  const name = args.length ? asserted(args.at(-1), 'string') : '';
  const options = args.slice(0, -1);
  const maxSize = options.length ? asserted(options[0], 'int') : 50n;
  const isSmart = options.length > 1 ? asserted(options[1], 'bool') : true;
  return slugify(name as string, {
    maxSize: Number(maxSize),
    isSmart: isSmart as boolean,
  });
}

/** What Go's type assertion gives; fails as Go's panic does. */
export function asserted(value: Value, type: string): Value {
  const actual = typeName(value);
  if (actual === type) return value;
  throw new CallError(
    `interface conversion: interface {} is ${
      value === null ? 'nil' : actual
    }, not ${type}`,
  );
}
