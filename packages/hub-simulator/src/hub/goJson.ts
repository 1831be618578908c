import { invalidArgument } from './errors';

/** The fields of a Go struct by JSON name, or what every entry of a map or slice is. */
export type GoType =
  | 'string'
  | 'bool'
  | 'int64'
  | 'time'
  | 'bytes'
  | 'any'
  | { list: GoType }
  | { map: GoType }
  | { struct: string; fields: Record<string, GoType> };

/** Finds the end of a JSON value, or what is wrong with it in Go's words. */
class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): void {
    this.#space();
    const char = this.#text[this.at];
    if (char === '{') this.#object();
    else if (char === '[') this.#array();
    else if (char === '"') this.#string();
    else if (/[-\d]/.test(char ?? '')) this.#number();
    else this.#literal();
  }

  #object(): void {
    this.at += 1;
    this.#space();
    if (this.#takes('}')) return;
    for (;;) {
      this.#space();
      if (this.#text[this.at] !== '"') {
        this.#fail('looking for beginning of object key string');
      }
      this.#string();
      this.#space();
      if (!this.#takes(':')) this.#fail('after object key');
      this.value();
      this.#space();
      if (this.#takes('}')) return;
      if (!this.#takes(',')) this.#fail('after object key:value pair');
    }
  }

  #array(): void {
    this.at += 1;
    this.#space();
    if (this.#takes(']')) return;
    for (;;) {
      this.value();
      this.#space();
      if (this.#takes(']')) return;
      if (!this.#takes(',')) this.#fail('after array element');
    }
  }

  #string(): void {
    this.at += 1;
    while (!this.#takes('"')) {
      const char = this.#text[this.at];
      if (char === undefined || char < ' ') this.#fail('in string literal');
      if (char === '\\') this.#escape();
      else this.at += 1;
    }
  }

  #escape(): void {
    this.at += 1;
    if (!/["\\/bfnrtu]/.test(this.#text[this.at] ?? '')) {
      this.#fail('in string escape code');
    }
    const digits = this.#text[this.at] === 'u' ? 4 : 0;
    this.at += 1;
    for (let i = 0; i < digits; i += 1, this.at += 1) {
      if (!/[\da-fA-F]/.test(this.#text[this.at] ?? '')) {
        this.#fail('in \\u hexadecimal character escape');
      }
    }
  }

  #number(): void {
    const rest = this.#text.slice(this.at);
    const found = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(rest);
    if (!found) {
      this.at += 1;
      this.#fail('in numeric literal');
    }
    this.at += found![0].length;
  }

  #literal(): void {
    const word = ['true', 'false', 'null'].find(
      each => each[0] === this.#text[this.at],
    );
    if (!word) this.#fail('looking for beginning of value');
    for (const [index, char] of [...word!].entries()) {
      if (this.#text[this.at] !== char) {
        this.#fail(`in literal ${word} (expecting '${word![index]}')`);
      }
      this.at += 1;
    }
  }

  #takes(char: string): boolean {
    if (this.#text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.at] ?? '')) this.at += 1;
  }

  #fail(where: string): never {
    const char = this.#text[this.at];
    if (char === undefined) throw invalidArgument('unexpected EOF');
    throw invalidArgument(`invalid character ${quote(char)} ${where}`);
  }
}

/**
 * Reads the first value of a request body as Go's json.Decoder does: an empty
 * body is an empty object, and what follows the value is ignored. Throws 400
 * with Go's sentence.
 */
export function decodeJson(text: string): unknown {
  if (!text.trim()) return {};
  try {
    return JSON.parse(text);
  } catch {
    return decodeFirst(text);
  }
}

/** Throws 400 where a decoded value does not fit a Go type. */
export function checkType(value: unknown, type: GoType): void {
  const wrong = mismatch(value, type, { struct: '', path: '' });
  if (wrong) throw invalidArgument(wrong);
}

function decodeFirst(text: string): unknown {
  const scanner = new Scanner(text);
  try {
    scanner.value();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Our stack holds somewhat fewer levels than the 10,000 that Go allows.
    const char = quote(text[scanner.at]);
    throw invalidArgument(`invalid character ${char} exceeded max depth`);
  }
  return JSON.parse(text.slice(0, scanner.at));
}

function quote(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}

function mismatch(
  value: unknown,
  type: GoType,
  at: { struct: string; path: string },
): string | undefined {
  if (value === null || value === undefined || type === 'any') return undefined;
  if (typeof type === 'string') return scalarMismatch(value, type, at);
  if ('list' in type) {
    if (!Array.isArray(value))
      return wrongKind(value, `[]${goName(type.list)}`, at);
    return first(value, each => mismatch(each, type.list, at));
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return wrongKind(value, goName(type), at);
  }
  if ('map' in type) {
    return first(Object.values(value), each => mismatch(each, type.map, at));
  }
  return first(Object.entries(value), ([key, each]) => {
    const known = fieldOf(type.fields, key);
    if (!known) return undefined;
    const path = at.path ? `${at.path}.${known}` : known;
    const struct = at.struct || type.struct;
    return mismatch(each, type.fields[known], { struct, path });
  });
}

/** Go finds a field in any case. */
function fieldOf(
  fields: Record<string, GoType>,
  key: string,
): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find(
    each => each.toLowerCase() === key.toLowerCase(),
  );
}

function scalarMismatch(
  value: unknown,
  type: Exclude<GoType, object>,
  at: { struct: string; path: string },
): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string'
        ? undefined
        : wrongKind(value, 'string', at);
    case 'bool':
      return typeof value === 'boolean'
        ? undefined
        : wrongKind(value, 'bool', at);
    case 'int64':
      if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 63) {
        return undefined;
      }
      return typeof value === 'number'
        ? wrongKind(value, 'int64', at, ` ${value}`)
        : wrongKind(value, 'int64', at);
    case 'bytes':
      return bytesMismatch(value, at);
    default:
      return timeMismatch(value, at);
  }
}

function bytesMismatch(
  value: unknown,
  at: { struct: string; path: string },
): string | undefined {
  if (typeof value !== 'string') return wrongKind(value, '[]uint8', at);
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value);
  if (bad) return `illegal base64 data at input byte ${bad.index}`;
  const { length } = value.replace(/[\r\n]/g, '');
  return length % 4
    ? `illegal base64 data at input byte ${length - (length % 4)}`
    : undefined;
}

function timeMismatch(
  value: unknown,
  at: { struct: string; path: string },
): string | undefined {
  if (typeof value !== 'string') return wrongKind(value, 'string', at);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) {
    return undefined;
  }
  const layout = '2006-01-02T15:04:05Z07:00';
  return `parsing time ${JSON.stringify(
    value,
  )} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`;
}

function wrongKind(
  value: unknown,
  wanted: string,
  { struct, path }: { struct: string; path: string },
  detail = '',
): string {
  const kind = Array.isArray(value)
    ? 'array'
    : { boolean: 'bool' }[typeof value as string] ?? typeof value;
  const where = path
    ? `Go struct field ${struct}.${path} of type`
    : 'Go value of type';
  return `json: cannot unmarshal ${kind}${detail} into ${where} ${wanted}`;
}

function goName(type: GoType): string {
  if (typeof type === 'string') return type;
  if ('list' in type) return `[]${goName(type.list)}`;
  if ('map' in type) return `map[string]${goName(type.map)}`;
  return `v1alpha1.${type.struct}`;
}

function first<T>(
  values: readonly T[],
  check: (value: T) => string | undefined,
): string | undefined {
  for (const value of values) {
    const wrong = check(value);
    if (wrong) return wrong;
  }
  return undefined;
}
