import { ParseError } from './errors';
import { describe, type Token, type TokenType } from './lexer';

/** A list of tokens with a place in it. */
export class Tokens {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at += 1;
    return token;
  }

  peek(): Token {
    return this.#tokens[this.#at];
  }

  nextNonSpace(): Token {
    this.peekNonSpace();
    return this.next();
  }

  peekNonSpace(): Token {
    while (this.peek().type === 'space') this.#at += 1;
    return this.peek();
  }

  /** A place to come back to. */
  get mark(): number {
    return this.#at;
  }

  set mark(at: number) {
    this.#at = at;
  }

  expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    if (token.type !== type) this.unexpected(token, context);
    return token;
  }

  unexpected(token: Token, context: string): never {
    const { type, line, text } = token;
    if (type !== 'error') {
      throw new ParseError(line, `unexpected ${name(token)} in ${context}`);
    }
    const open = this.#tokens.findLast(each => each.type === 'open');
    const isInAction = this.#tokens.at(-2)?.type !== 'close' && open;
    const where =
      isInAction && open.line !== line
        ? ` in action started at base:${open.line}`
        : '';
    throw new ParseError(line, `${text}${where}`);
  }

  fail(message: string): never {
    const { line } = this.#tokens[Math.max(this.#at - 1, 0)];
    throw new ParseError(line, message);
  }
}

/** A token as Go names it in its errors. */
function name({ type, text }: Token): string {
  if (type === 'end of file') return 'EOF';
  if (['keyword', 'dot', 'nil'].includes(type)) return `<${text}>`;
  const shown =
    text.length > 10
      ? `${JSON.stringify(text.slice(0, 10))}...`
      : JSON.stringify(text);
  return shown || describe(text);
}
