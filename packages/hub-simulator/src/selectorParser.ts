import type { LabelSelector } from './types/kubernetes';

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

interface Token {
  kind: 'end' | 'identifier' | 'symbol';
  /** '' at the end */
  text: string;
}

const SYMBOLS = ['==', '!=', '=', '!', '(', ')', ',', '>', '<'];
const OPERATORS = 'in, notin, =, ==, !=, gt, lt';
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const EXAMPLE =
  "must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_EXAMPLE = EXAMPLE.replace('123-abc', '12345').replace(
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'",
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'",
);
const TOO_LONG = 'must be no more than 63 bytes';

class Parser {
  readonly #tokens: Token[];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  requirements(): Requirement[] {
    const found: Requirement[] = [];
    if (this.#next.kind === 'end') return found;
    if (!this.#beginsRequirement()) {
      throw expected(this.#next, "!, identifier, or 'end of string'");
    }
    for (;;) {
      found.push(this.#requirement());
      const token = this.#take();
      if (token.kind === 'end') return found;
      if (token.text !== ',') throw expected(token, "',' or 'end of string'");
      if (!this.#beginsRequirement()) {
        throw expected(this.#next, "identifier after ','");
      }
    }
  }

  get #next(): Token {
    return this.#tokens[0];
  }

  #take(): Token {
    const [token] = this.#tokens;
    if (token.kind !== 'end') this.#tokens.shift();
    return token;
  }

  #is(symbol: string): boolean {
    return this.#next.kind === 'symbol' && this.#next.text === symbol;
  }

  #beginsRequirement(): boolean {
    return this.#next.kind === 'identifier' || this.#is('!');
  }

  #requirement(): Requirement {
    try {
      return this.#parse();
    } catch (error) {
      throw new Error(
        `unable to parse requirement: ${(error as Error).message}`,
      );
    }
  }

  #parse(): Requirement {
    const isAbsent = this.#is('!');
    if (isAbsent) this.#take();
    const token = this.#take();
    if (token.kind !== 'identifier') throw expected(token, 'identifier');
    const key = checkKey(token.text);
    if (isAbsent) return { key, operator: 'DoesNotExist' };
    if (this.#next.kind === 'end' || this.#is(',')) {
      return { key, operator: 'Exists' };
    }
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const token = this.#take();
    switch (token.text) {
      case 'in':
      case 'notin': {
        const operator = token.text === 'in' ? 'In' : 'NotIn';
        return { key, operator, values: checkSet(key, this.#set()) };
      }
      case '=':
      case '==':
        return { key, operator: 'In', values: checkSet(key, [this.#value()]) };
      case '!=':
        return {
          key,
          operator: 'NotIn',
          values: checkSet(key, [this.#value()]),
        };
      case '>':
      case '<': {
        const operator = token.text === '>' ? 'gt' : 'lt';
        return { key, operator, values: checkNumber(this.#value()) };
      }
      default:
        throw expected(token, OPERATORS);
    }
  }

  /** Nothing is the empty value. */
  #value(): string {
    if (this.#next.kind === 'end' || this.#is(',')) return '';
    const token = this.#take();
    if (token.kind !== 'identifier') throw expected(token, 'identifier');
    return token.text;
  }

  #set(): string[] {
    const open = this.#take();
    if (open.text !== '(')
      throw new Error(`found '${open.text}' expected: '('`);
    if (this.#is(')')) {
      this.#take();
      return [];
    }
    if (this.#next.kind !== 'identifier' && !this.#is(',')) {
      throw expected(this.#next, "',', ')' or identifier");
    }
    const values = new Set<string>();
    for (;;) {
      values.add(this.#element());
      const token = this.#take();
      if (token.text === ')') return [...values].sort();
      if (token.text !== ',') throw expected(token, "',' or ')'");
    }
  }

  #element(): string {
    if (this.#next.kind === 'identifier') return this.#take().text;
    if (this.#is(',') || this.#is(')')) return '';
    throw expected(this.#next, "',', or identifier");
  }
}

/**
 * Reads the query form of a selector (`a=b,c!=d,e in (f,g),!h,i,j>3`) as
 * Kubernetes does. Throws an Error with Kubernetes' sentence.
 */
export function parseSelector(text: string): LabelSelector {
  return { matchExpressions: new Parser(scan(text)).requirements() };
}

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:([=!(),<>])|([^\s=!(),<>]+))/y;
  for (;;) {
    const found = pattern.exec(text);
    if (!found) break;
    const [, symbol, identifier] = found;
    if (identifier) {
      tokens.push({ kind: 'identifier', text: identifier });
      continue;
    }
    const start = pattern.lastIndex - 1;
    const longest = SYMBOLS.find(each => text.startsWith(each, start));
    pattern.lastIndex = start + (longest ?? symbol).length;
    tokens.push({ kind: 'symbol', text: longest ?? symbol });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function expected({ text }: Token, what: string): Error {
  return new Error(`found '${text}', expected: ${what}`);
}

/** A label's key; throws Kubernetes' sentence for a bad one. */
export function checkKey(key: string): string {
  const parts = key.split('/');
  const invalid = (reason: string) =>
    new Error(`key: Invalid value: ${JSON.stringify(key)}: ${reason}`);
  if (parts.length > 2) {
    throw invalid(
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and ${EXAMPLE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    );
  }
  const name = parts.at(-1)!;
  if (parts.length === 2 && !DOMAIN.test(parts[0])) {
    throw invalid(
      parts[0]
        ? "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        : 'prefix part must be non-empty',
    );
  }
  if (!name) throw invalid('name part must be non-empty');
  if (name.length > 63) throw invalid(`name part ${TOO_LONG}`);
  if (NAME.test(name)) return key;
  throw invalid(
    `name part must consist of alphanumeric characters, '-', '_' or '.', and ${EXAMPLE}`,
  );
}

/** Values of the label `key`, at least one; throws Kubernetes' sentence for a bad one. */
export function checkSet(key: string, values: string[]): string[] {
  if (!values.length) {
    throw new Error(
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    );
  }
  values.forEach((value, index) => {
    if (value.length <= 63 && (!value || NAME.test(value))) return;
    const reason =
      value.length > 63
        ? TOO_LONG
        : `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and ${VALUE_EXAMPLE}`;
    throw new Error(
      `values[${index}][${key}]: Invalid value: ${JSON.stringify(
        value,
      )}: ${reason}`,
    );
  });
  return values;
}

function checkNumber(value: string): string[] {
  if (/^[+-]?\d+$/.test(value)) return [value];
  throw new Error(
    `values[0]: Invalid value: ${JSON.stringify(
      value,
    )}: for 'Gt', 'Lt' operators, the value must be an integer`,
  );
}
