import { NotSimulatedError, ParseError } from './errors';
import { Lexer, type Token } from './lexer';
import { readNumber, unquote } from './literals';
import {
  type Argument,
  type Branching,
  type Command,
  type Node,
  type Pipeline,
  show,
  type VariableNode,
} from './nodes';
import { Tokens } from './Tokens';

/** How a list of nodes ended. */
type Ending = { type: 'end' | 'else'; opens?: Branching };
const OPERANDS = new Set(
  'bool character dot field identifier number nil rawString string variable ('.split(
    ' ',
  ),
);

class Parser {
  readonly #tokens: Tokens;
  readonly #knows: (name: string) => boolean;
  #variables = ['$'];
  #rangeDepth = 0;

  constructor(text: string, knows: (name: string) => boolean) {
    this.#tokens = new Tokens(Lexer.tokens(text));
    this.#knows = knows;
  }

  run(): Node[] {
    const nodes: Node[] = [];
    while (this.#tokens.peek().type !== 'end of file') {
      const node = this.#textOrAction();
      if ('opens' in node || isEnding(node)) {
        this.#tokens.fail(`unexpected {{${node.type}}}`);
      }
      nodes.push(node as Node);
    }
    return nodes;
  }

  #list(): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    while (this.#tokens.peekNonSpace().type !== 'end of file') {
      const node = this.#textOrAction();
      if (isEnding(node)) return { nodes, ending: node };
      nodes.push(node);
    }
    const { line } = this.#tokens.peek();
    throw new ParseError(line, 'unexpected EOF');
  }

  #textOrAction(): Node | Ending {
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text') {
      return { type: 'text', pos: token.pos, text: token.text };
    }
    if (token.type === 'open') return this.#action();
    return this.#tokens.unexpected(token, 'input');
  }

  #action(): Node | Ending {
    const token = this.#tokens.peekNonSpace();
    if (token.type !== 'keyword') {
      const pipe = this.#pipeline('command', 'close');
      return { type: 'action', pos: token.pos, pipe };
    }
    this.#tokens.next();
    switch (token.text) {
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.text, token);
      case 'break':
      case 'continue':
        return this.#jump(token.text, token);
      case 'end':
        this.#tokens.expect('close', 'end');
        return { type: 'end' };
      case 'else':
        return this.#else();
      default:
        throw new NotSimulatedError(`the template action {{${token.text}}}`);
    }
  }

  #jump(type: 'break' | 'continue', { pos }: Token): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'close') this.#tokens.unexpected(token, `{{${type}}}`);
    if (!this.#rangeDepth) this.#tokens.fail(`{{${type}}} outside {{range}}`);
    return { type, pos };
  }

  #else(): Ending {
    const { type, text } = this.#tokens.peekNonSpace();
    if (type === 'keyword' && (text === 'if' || text === 'with')) {
      return { type: 'else', opens: text };
    }
    this.#tokens.expect('close', 'else');
    return { type: 'else' };
  }

  #branch(type: Branching, { pos }: Token): Node {
    const known = this.#variables.length;
    const pipe = this.#pipeline(type, 'close');
    if (type === 'range') this.#rangeDepth += 1;
    const { nodes: body, ending } = this.#list();
    if (type === 'range') this.#rangeDepth -= 1;
    const otherwise =
      ending.type === 'else' ? this.#otherwise(type, ending) : [];
    this.#variables.length = known;
    return { type, pos: pipe.pos ?? pos, pipe, body, otherwise };
  }

  /** `{{else if}}` and `{{else with}}` open a branch that shares the `{{end}}`. */
  #otherwise(type: Branching, { opens }: Ending): Node[] {
    if (opens && opens === type) {
      return [this.#branch(opens, this.#tokens.nextNonSpace())];
    }
    const { nodes, ending } = this.#list();
    if (ending.type !== 'end') {
      this.#tokens.fail('expected end; found {{else}}');
    }
    return nodes;
  }

  #pipeline(context: string, end: 'close' | ')'): Pipeline {
    const { pos } = this.#tokens.peekNonSpace();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#tokens.peekNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) {
        this.#tokens.next();
        this.#tokens.unexpected(token, context);
      }
      commands.push(this.#command());
    }
    this.#tokens.next();
    if (!commands.length) this.#tokens.fail(`missing value for ${context}`);
    const inert = commands.findIndex(
      ({ args }, index) =>
        index > 0 &&
        ['bool', 'dot', 'nil', 'number', 'string'].includes(args[0].type),
    );
    if (inert > 0) {
      this.#tokens.fail(
        `non executable command in pipeline stage ${inert + 1}`,
      );
    }
    return { type: 'pipe', pos, isAssignment, variables, commands };
  }

  #declarations(context: string): {
    variables: VariableNode[];
    isAssignment: boolean;
  } {
    const variables: VariableNode[] = [];
    for (;;) {
      const start = this.#tokens.mark;
      const token = this.#tokens.peekNonSpace();
      if (token.type !== 'variable') break;
      this.#tokens.next();
      const { type, text } = this.#tokens.peekNonSpace();
      const sign = type === 'sign' ? text : type;
      if (sign !== 'declare' && sign !== 'assign' && sign !== ',') {
        this.#tokens.mark = start;
        break;
      }
      this.#tokens.next();
      variables.push({ type: 'variable', pos: token.pos, names: [token.text] });
      this.#variables.push(token.text);
      if (sign !== ',') return { variables, isAssignment: sign === 'assign' };
      this.#checkSecond(context, variables.length);
    }
    return { variables, isAssignment: false };
  }

  #checkSecond(context: string, count: number): void {
    if (context !== 'range' || count > 1) {
      this.#tokens.fail(`too many declarations in ${context}`);
    }
    const { type } = this.#tokens.peekNonSpace();
    if (!['variable', 'close', ')'].includes(type)) {
      this.#tokens.fail('range can only initialize variables');
    }
  }

  #command(): Command {
    const { pos } = this.#tokens.peekNonSpace();
    const args: Argument[] = [];
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand) args.push(operand);
      const token = this.#tokens.peek();
      if (token.type === 'space') continue;
      if (token.type === 'close' || token.type === ')') break;
      this.#tokens.next();
      if (token.type === 'pipe') break;
      this.#tokens.unexpected(token, 'operand');
    }
    if (!args.length) this.#tokens.fail('empty command');
    return { pos, args };
  }

  #operand(): Argument | undefined {
    const node = this.#term();
    if (!node || this.#tokens.peek().type !== 'field') return node;
    const { pos } = this.#tokens.peek();
    const names: string[] = [];
    while (this.#tokens.peek().type === 'field') {
      names.push(this.#tokens.next().text.slice(1));
    }
    switch (node.type) {
      case 'field':
      case 'variable':
        return { ...node, pos, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#tokens.fail(
          `unexpected . after term ${JSON.stringify(show(node))}`,
        );
      default:
        return { type: 'chain', pos, of: node, names };
    }
  }

  #term(): Argument | undefined {
    const token = this.#tokens.peekNonSpace();
    const { type, pos, text } = token;
    if (!OPERANDS.has(type)) return undefined;
    this.#tokens.next();
    switch (type) {
      case 'identifier':
        if (!this.#knows(text)) {
          this.#tokens.fail(`function ${JSON.stringify(text)} not defined`);
        }
        return { type, pos, name: text };
      case 'variable':
        if (!this.#variables.includes(text)) {
          this.#tokens.fail(`undefined variable ${JSON.stringify(text)}`);
        }
        return { type, pos, names: [text] };
      case 'field':
        return { type, pos, names: [text.slice(1)] };
      case 'bool':
        return { type, pos, value: text === 'true' };
      case 'dot':
      case 'nil':
        return { type, pos };
      case '(':
        return this.#pipeline('parenthesized pipeline', ')');
      default:
        return this.#literal(token);
    }
  }

  #literal({ type, pos, text }: Token): Argument {
    if (type === 'string' || type === 'rawString') {
      const value = unquote(text);
      if (value === undefined) this.#tokens.fail('invalid syntax');
      return { type: 'string', pos, quoted: text, text: value };
    }
    const number = readNumber(text, pos);
    if (!number) {
      this.#tokens.fail(`illegal number syntax: ${JSON.stringify(text)}`);
    }
    return number;
  }
}

/**
 * Reads a Go template. `knows` says whether a function exists; it may throw for
 * one that Argo CD has and the simulator has not. Throws ParseError.
 */
export function parse(
  text: string,
  knows: (name: string) => boolean,
): readonly Node[] {
  return new Parser(text, knows).run();
}

function isEnding(node: Node | Ending): node is Ending {
  return node.type === 'end' || node.type === 'else';
}
