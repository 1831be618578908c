export type TokenType =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'number'
  | 'character'
  | 'string'
  | 'rawString'
  | 'pipe'
  | 'declare'
  | 'assign'
  | '('
  | ')'
  /** any other printable character of ASCII */
  | 'sign'
  /** the lexer failed here; the text says why */
  | 'error'
  | 'end of file';

export interface Token {
  type: TokenType;
  /** index in the template's text */
  pos: number;
  text: string;
  line: number;
}

const KEYWORDS = new Set(
  'block break continue define else end if range template with'.split(' '),
);
const SPACE = ' \t\r\n';
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y;
const WORD = /[\p{L}\p{Nd}_]*/uy;

class LexError extends Error {}

/** Splits a Go template into tokens; where that fails the last one says why. */
export class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #pos = 0;
  #depth = 0;

  static tokens(text: string): Token[] {
    const lexer = new Lexer(text);
    try {
      lexer.#run();
    } catch (error) {
      if (!(error instanceof LexError)) throw error;
      lexer.#add('error', lexer.#pos, error.message);
    }
    return lexer.#tokens;
  }

  private constructor(text: string) {
    this.#text = text;
  }

  #run(): void {
    let trims = false;
    for (;;) {
      const open = this.#text.indexOf('{{', this.#pos);
      const end = open < 0 ? this.#text.length : open;
      const cuts = open >= 0 && this.#trimsLeft(open);
      this.#addText(end, trims, cuts);
      if (open < 0) break;
      this.#pos = open + (cuts ? 3 : 2);
      trims = this.#isComment() ? this.#comment() : this.#action(open);
    }
    this.#add('end of file', this.#text.length, '');
  }

  #addText(end: number, trimsStart: boolean, trimsEnd: boolean): void {
    let text = this.#text.slice(this.#pos, end);
    let start = this.#pos;
    if (trimsStart) {
      const rest = text.replace(/^[ \t\r\n]+/, '');
      start += text.length - rest.length;
      text = rest;
    }
    if (trimsEnd) text = text.replace(/[ \t\r\n]+$/, '');
    if (text) this.#add('text', start, text);
  }

  #trimsLeft(open: number): boolean {
    return this.#text[open + 2] === '-' && isSpace(this.#text[open + 3]);
  }

  /** How long the closing delimiter at the current place is, 0 when there is none. */
  #closing(): { length: number; trims: boolean } {
    const at = (text: string, offset = 0) =>
      this.#text.startsWith(text, this.#pos + offset);
    if (isSpace(this.#text[this.#pos]) && at('-}}', 1)) {
      return { length: 4, trims: true };
    }
    return { length: at('}}') ? 2 : 0, trims: false };
  }

  #isComment(): boolean {
    const rest = this.#text.slice(this.#pos);
    const trimmed =
      this.#text[this.#pos - 1] === '-'
        ? rest.replace(/^[ \t\r\n]+/, '')
        : rest;
    return trimmed.startsWith('/*');
  }

  #comment(): boolean {
    const start = this.#text.indexOf('/*', this.#pos);
    const end = this.#text.indexOf('*/', start + 2);
    if (end < 0) this.#fail('unclosed comment');
    this.#pos = end + 2;
    const { length, trims } = this.#closing();
    if (!length) this.#fail('comment ends before closing delimiter');
    this.#pos += length;
    return trims;
  }

  #action(open: number): boolean {
    this.#add('open', open, '{{');
    this.#depth = 0;
    for (;;) {
      const { length, trims } = this.#closing();
      if (length) {
        if (this.#depth) this.#fail('unclosed left paren');
        const pos = this.#pos + (trims ? 2 : 0);
        this.#add('close', pos, '}}');
        this.#pos += length;
        return trims;
      }
      this.#inside();
    }
  }

  #inside(): void {
    const start = this.#pos;
    const char = this.#text[start];
    if (char === undefined) this.#fail('unclosed action');
    if (isSpace(char)) this.#spaces();
    else if (char === '"') this.#quoted(/"(?:[^"\\\n]|\\[^\n])*"/y, 'string');
    else if (char === '`') this.#quoted(/`[^`]*`/y, 'rawString');
    else if (char === "'") {
      this.#quoted(/'(?:[^'\\\n]|\\[^\n])*'/y, 'character');
    } else if (char === '$') this.#name('variable');
    else if (char === '.' && !/[0-9]/.test(this.#text[start + 1] ?? '')) {
      this.#name('field');
    } else if (/[+\-0-9.]/.test(char)) this.#number();
    else if (/[\p{L}_]/u.test(char)) this.#word();
    else this.#symbol(char);
  }

  #spaces(): void {
    const start = this.#pos;
    while (isSpace(this.#text[this.#pos]) && !this.#closing().length) {
      this.#pos += 1;
    }
    this.#add('space', start, this.#text.slice(start, this.#pos));
  }

  #symbol(char: string): void {
    const start = this.#pos;
    const simple: Record<string, TokenType> = {
      '|': 'pipe',
      '=': 'assign',
      '(': '(',
      ')': ')',
    };
    if (char === ':') {
      if (this.#text[start + 1] !== '=') this.#fail('expected :=');
      this.#pos += 2;
      this.#add('declare', start, ':=');
      return;
    }
    const type = simple[char] ?? 'sign';
    if (!/[\x20-\x7e]/.test(char)) {
      this.#fail(`unrecognized character in action: ${describe(char)}`);
    }
    if (char === '(') this.#depth += 1;
    if (char === ')') this.#depth -= 1;
    if (this.#depth < 0) this.#fail('unexpected right paren');
    this.#pos += 1;
    this.#add(type, start, char);
  }

  #quoted(pattern: RegExp, type: TokenType): void {
    const text = this.#match(pattern);
    const names: Partial<Record<TokenType, string>> = {
      string: 'unterminated quoted string',
      rawString: 'unterminated raw quoted string',
      character: 'unterminated character constant',
    };
    if (!text) this.#fail(names[type]!);
    this.#add(type, this.#pos - text.length, text);
  }

  #number(): void {
    const start = this.#pos;
    const text = this.#match(NUMBER);
    const next = this.#text[this.#pos] ?? '';
    if (!text || /[\p{L}\p{Nd}_]/u.test(next)) {
      const shown = this.#text.slice(start, this.#pos + 1);
      this.#fail(`bad number syntax: ${JSON.stringify(shown)}`);
    }
    this.#add('number', start, text);
  }

  /** A field or a variable: its sign, then a name. */
  #name(type: 'field' | 'variable'): void {
    const start = this.#pos;
    this.#pos += 1;
    const name = this.#match(WORD);
    this.#endName();
    const isDot = !name && type === 'field';
    const text = this.#text.slice(start, this.#pos);
    this.#add(isDot ? 'dot' : type, start, text);
  }

  #word(): void {
    const start = this.#pos;
    const word = this.#match(WORD);
    this.#endName();
    if (KEYWORDS.has(word)) this.#add('keyword', start, word);
    else if (word === 'nil') this.#add('nil', start, word);
    else if (word === 'true' || word === 'false') {
      this.#add('bool', start, word);
    } else this.#add('identifier', start, word);
  }

  #endName(): void {
    const next = this.#text[this.#pos];
    if (next === undefined || isSpace(next) || '.,|:)('.includes(next)) return;
    if (this.#closing().length) return;
    this.#fail(`bad character ${describe(next)}`);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#pos;
    const [text] = pattern.exec(this.#text) ?? [''];
    this.#pos += text.length;
    return text;
  }

  #add(type: TokenType, pos: number, text: string): void {
    this.#tokens.push({ type, pos, text, line: this.#lineOf(pos) });
  }

  #lineOf(pos: number): number {
    return this.#text.slice(0, pos).split('\n').length;
  }

  #fail(message: string): never {
    throw new LexError(message);
  }
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACE.includes(char);
}

/** A character as Go's `%#U` prints it. */
export function describe(char: string): string {
  const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} '${char}'`;
}
