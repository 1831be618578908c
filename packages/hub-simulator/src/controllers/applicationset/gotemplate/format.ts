import { NotSimulatedError } from './errors';
import { isMap, sortedKeys, typeName, unbox, type Value } from './values';

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d*))?([\s\S]|$)/gu;

/** Go's `%v`. */
export function sprint(value: Value): string {
  return formatValue(unbox(value), 'v', undefined);
}

/** Go's `fmt.Sprint`: a space between operands when neither is a string. */
export function sprintAll(values: Value[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const spaced =
        index > 0 && typeof before !== 'string' && typeof value !== 'string';
      return `${spaced ? ' ' : ''}${sprint(value)}`;
    })
    .join('');
}

/** Go's `fmt.Sprintf`, of its verbs v, s, q, d, t, x, X, f, T and %. */
export function sprintf(format: string, values: Value[]): string {
  let at = 0;
  const formatted = format.replace(
    VERB,
    (_, flags: string, width = '', precision: string | undefined, verb) => {
      if (verb === '%') return '%';
      if (!verb) return '%!(NOVERB)';
      if (at >= values.length) return `%!${verb}(MISSING)`;
      const value = values[at];
      at += 1;
      const digits = precision === undefined ? undefined : Number(precision);
      const text =
        value === null && verb !== 'v' && verb !== 'T'
          ? `%!${verb}(<nil>)`
          : formatValue(value, verb, digits);
      const shown = withSign(text, flags, value);
      return pad(shown, flags, Number(width));
    },
  );
  if (at >= values.length) return formatted;
  const extra = values
    .slice(at)
    .map(value =>
      value === null ? '<nil>' : `${typeName(value)}=${sprint(value)}`,
    );
  return `${formatted}%!(EXTRA ${extra.join(', ')})`;
}

function formatValue(
  value: Value,
  verb: string,
  digits: number | undefined,
): string {
  if (verb === 'T') return typeName(value);
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) {
    const items = value.map(item => formatValue(item, verb, digits));
    return `[${items.join(' ')}]`;
  }
  if (isMap(value)) {
    const entries = sortedKeys(value).map(
      key =>
        `${formatValue(key, verb, digits)}:${formatValue(
          value[key],
          verb,
          digits,
        )}`,
    );
    return `map[${entries.join(' ')}]`;
  }
  return (
    formatScalar(value, verb, digits) ??
    `%!${verb}(${typeName(value)}=${formatScalar(value, 'v', undefined)})`
  );
}

/** undefined when Go has no such verb for the type. */
function formatScalar(
  value: Value,
  verb: string,
  digits: number | undefined,
): string | undefined {
  if (!'vsqdtxXf'.includes(verb)) {
    if (!/[eEgGbcoOUp]/.test(verb)) return undefined;
    throw new NotSimulatedError(`the verb %${verb} of printf`);
  }
  if (typeof value === 'string') return formatString(value, verb, digits);
  if (typeof value === 'boolean') {
    return 'vt'.includes(verb) ? String(value) : undefined;
  }
  if (typeof value === 'bigint') return formatInt(value, verb);
  if (verb === 'v') return formatFloat(value as number);
  return verb === 'f' ? (value as number).toFixed(digits ?? 6) : undefined;
}

function formatString(
  value: string,
  verb: string,
  digits: number | undefined,
): string | undefined {
  const text =
    digits === undefined ? value : [...value].slice(0, digits).join('');
  if ('vs'.includes(verb)) return text;
  if (verb === 'q') return quote(text);
  if (!'xX'.includes(verb)) return undefined;
  const hex = Buffer.from(text).toString('hex');
  return verb === 'x' ? hex : hex.toUpperCase();
}

function formatInt(value: bigint, verb: string): string | undefined {
  if ('vd'.includes(verb)) return String(value);
  if (verb === 'q') return `'${String.fromCodePoint(Number(value))}'`;
  if (!'xX'.includes(verb)) return undefined;
  const hex = value.toString(16);
  return verb === 'x' ? hex : hex.toUpperCase();
}

/** Go's `%v`: the shortest form, with an exponent below 1e-4 and from 1e6 on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = Number(value.toExponential().split('e')[1]);
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value);
  const [mantissa, power] = value.toExponential().split('e');
  const digits = power.slice(1).padStart(2, '0');
  return `${mantissa}e${power[0]}${digits}`;
}

/** Go's `strconv.Quote`. */
export function quote(text: string): string {
  const escapes: Record<string, string> = {
    '"': '\\"',
    '\\': '\\\\',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  const inner = [...text].map(char => {
    if (escapes[char]) return escapes[char];
    if (!/[\p{C}\p{Z}]/u.test(char) || char === ' ') return char;
    const code = char.codePointAt(0)!;
    const hex = code.toString(16);
    if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000
      ? `\\u${hex.padStart(4, '0')}`
      : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${inner.join('')}"`;
}

function withSign(text: string, flags: string, value: Value): string {
  const isNumber = typeof value === 'bigint' || typeof value === 'number';
  if (!isNumber || text.startsWith('-')) return text;
  if (flags.includes('+')) return `+${text}`;
  return flags.includes(' ') ? ` ${text}` : text;
}

function pad(text: string, flags: string, width: number): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0')) return ' '.repeat(missing) + text;
  const [, sign, rest] = /^([+-]?)([\s\S]*)$/.exec(text)!;
  return sign + '0'.repeat(missing) + rest;
}
