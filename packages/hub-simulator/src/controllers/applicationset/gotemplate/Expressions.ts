import { CallError, ExecuteError } from './errors';
import { type GoFunction, type GoType, typeLabel } from './GoFunction';
import {
  type Argument,
  type Command,
  type Pipeline,
  show,
  showCommand,
} from './nodes';
import {
  Boxed,
  element,
  isMap,
  isTrue,
  StringMap,
  typeName,
  unbox,
  type Value,
} from './values';

/** What a key that a map does not have gives. */
export type MissingKey = 'invalid' | 'zero' | 'error';

interface Variable {
  name: string;
  value: Value;
}

/** No value came down the pipeline. */
const NOTHING = Symbol('nothing');

/** Evaluates the pipelines of one execution, and knows its variables. */
export class Expressions {
  readonly #text: string;
  readonly #functions: ReadonlyMap<string, GoFunction>;
  readonly #missingKey: MissingKey;
  readonly #variables: Variable[] = [];
  #at: { pos: number; shown: string } = { pos: 0, shown: '' };

  constructor(options: {
    text: string;
    functions: ReadonlyMap<string, GoFunction>;
    missingKey: MissingKey;
    data: Value;
  }) {
    this.#text = options.text;
    this.#functions = options.functions;
    this.#missingKey = options.missingKey;
    this.#variables.push({ name: '$', value: options.data });
  }

  /** How many variables there are; setting it forgets the later ones. */
  get depth(): number {
    return this.#variables.length;
  }

  set depth(depth: number) {
    this.#variables.length = depth;
  }

  /** Gives the variable at a depth a new value. */
  replace(depth: number, value: Value): void {
    this.#variables[depth] = { name: this.#variables[depth].name, value };
  }

  /** What a pipeline gives; its variables stay until `depth` is set back. */
  pipeline(pipe: Pipeline, dot: Value): Value {
    this.#visit(pipe.pos, show(pipe));
    let value: Value = NOTHING;
    for (const command of pipe.commands) {
      value = unbox(this.#command(command, dot, value));
    }
    for (const { names } of pipe.variables) {
      if (pipe.isAssignment) this.assign(names[0], value);
      else this.#variables.push({ name: names[0], value });
    }
    return value;
  }

  assign(name: string, value: Value): void {
    const variable = this.#variables.findLast(each => each.name === name);
    if (!variable) this.fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  #command(command: Command, dot: Value, final: Value): Value {
    const { args } = command;
    const [first] = args;
    const hasArguments = args.length > 1 || final !== NOTHING;
    if (first.type === 'identifier') {
      this.#visit(first.pos, first.name);
      return this.#call(first.name, dot, {
        args: args.slice(1),
        final,
        site: { pos: command.pos, shown: showCommand(command) },
      });
    }
    if (
      first.type === 'field' ||
      first.type === 'chain' ||
      (first.type === 'variable' && first.names.length > 1)
    ) {
      return this.#fields(first, dot, hasArguments);
    }
    if (first.type !== 'pipe') this.#visit(first.pos, show(first));
    if (hasArguments) {
      this.fail(`can't give argument to non-function ${show(args[0])}`);
    }
    if (first.type === 'nil') this.fail('nil is not a command');
    return this.#plain(first, dot);
  }

  /** A field, or the fields behind a variable or a parenthesis. */
  #fields(
    node: Argument & { names: string[] },
    dot: Value,
    hasArguments: boolean,
  ): Value {
    this.#visit(node.pos, show(node));
    let { names } = node;
    let value = dot;
    if (node.type === 'variable') {
      value = this.#variable(node.names[0]);
      names = node.names.slice(1);
    } else if (node.type === 'chain') {
      if (node.of.type === 'nil') {
        this.fail(`indirection through explicit nil in ${show(node)}`);
      }
      value = this.#plain(node.of, dot);
    }
    names.forEach((name, at) => {
      const isLast = at === names.length - 1;
      value = this.#field(value, name, isLast && hasArguments);
    });
    return value;
  }

  #field(receiver: Value, name: string, hasArguments: boolean): Value {
    if (receiver === undefined) {
      if (this.#missingKey === 'error') {
        this.fail(`nil data; no entry for key ${JSON.stringify(name)}`);
      }
      return undefined;
    }
    const value = unbox(receiver);
    if (value === undefined) {
      this.fail(`nil pointer evaluating interface {}.${name}`);
    }
    if (!isMap(value)) {
      this.fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
    }
    if (hasArguments) {
      this.fail(`${name} is not a method but has arguments`);
    }
    if (Object.hasOwn(value, name)) return element(value, name);
    if (this.#missingKey === 'error') {
      this.fail(`map has no entry for key ${JSON.stringify(name)}`);
    }
    if (this.#missingKey === 'invalid') return undefined;
    return value instanceof StringMap ? '' : new Boxed(null);
  }

  #variable(name: string): Value {
    const found = this.#variables.findLast(each => each.name === name);
    return found ? found.value : this.fail(`undefined variable: ${name}`);
  }

  /** An argument where any type will do. */
  #plain(node: Argument, dot: Value): Value {
    this.#visit(node.pos, show(node));
    switch (node.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'bool':
      case 'number':
        return node.value;
      case 'string':
        return node.text;
      case 'pipe':
        return this.pipeline(node, dot);
      case 'identifier':
        return this.#call(node.name, dot, {
          args: [],
          final: NOTHING,
          site: { pos: node.pos, shown: node.name },
        });
      case 'variable':
        return node.names.length > 1
          ? this.#fields(node, dot, false)
          : this.#variable(node.names[0]);
      default:
        return this.#fields(node, dot, false);
    }
  }

  #call(
    name: string,
    dot: Value,
    call: {
      args: Argument[];
      final: Value;
      site: { pos: number; shown: string };
    },
  ): Value {
    const { args, final, site } = call;
    const called = this.#functions.get(name)!;
    const piped = final === NOTHING ? 0 : 1;
    this.#checkCount(name, called, args.length, piped);
    if (called.shortCircuit !== undefined) {
      return this.#shortCircuit(called.shortCircuit, dot, args, final);
    }
    const types = [...args, ...(piped ? [final] : [])].map((_, at) =>
      at < called.fixed.length ? called.fixed[at] : called.rest!,
    );
    const values = args.map((arg, at) => this.#argument(arg, types[at], dot));
    if (piped) values.push(this.#validate(final, types.at(-1)!));
    try {
      return boxNil(called.run(values));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#at = site;
      return this.fail(`error calling ${name}: ${error.message}`);
    }
  }

  #checkCount(
    name: string,
    { fixed, rest }: GoFunction,
    given: number,
    piped: number,
  ): void {
    const wanted = fixed.length;
    if (rest) {
      if (given + piped >= wanted) return;
      this.fail(
        `wrong number of args for ${name}: want at least ${wanted} got ${given}`,
      );
    }
    if (given + piped === wanted) return;
    this.fail(
      `wrong number of args for ${name}: want ${wanted} got ${given + piped}`,
    );
  }

  /** `and` and `or` evaluate only as many arguments as they need. */
  #shortCircuit(
    stopAt: boolean,
    dot: Value,
    args: Argument[],
    final: Value,
  ): Value {
    let value: Value;
    for (const arg of args) {
      value = this.#argument(arg, 'value', dot);
      if (isTrue(value) === stopAt) return value;
    }
    return final === NOTHING ? value : final;
  }

  #argument(node: Argument, type: GoType, dot: Value): Value {
    this.#visit(node.pos, show(node));
    if (node.type === 'nil') {
      if (['string', 'int', 'bool'].includes(type)) {
        this.fail(`cannot assign nil to ${typeLabel(type)}`);
      }
      return type === 'value' ? undefined : null;
    }
    const literals: Partial<Record<GoType, [string, string]>> = {
      string: ['string', 'string'],
      int: ['integer', 'number'],
      bool: ['bool', 'bool'],
    };
    if (['string', 'number', 'bool'].includes(node.type)) {
      const [wanted, literal] = literals[type] ?? [];
      const fits =
        node.type === literal &&
        !(type === 'int' && !isInteger(node as { value: Value }));
      if (wanted && !fits) {
        this.fail(`expected ${wanted}; found ${show(node)}`);
      }
      if (!wanted && !['any', 'value'].includes(type)) {
        this.fail(
          `can't handle ${show(node)} for arg of type ${typeLabel(type)}`,
        );
      }
    }
    const value = this.#plain(node, dot);
    return this.#validate(value, type);
  }

  /** A value as a function of that type takes it. */
  #validate(given: Value, type: GoType): Value {
    const value = unbox(given);
    if (type === 'any') return value ?? null;
    if (type === 'value') return given instanceof Boxed ? value ?? null : value;
    if (value === undefined || value === null) {
      const isInvalid = !(given instanceof Boxed);
      const takesNil = !['string', 'int', 'bool'].includes(type);
      if (isInvalid && takesNil) return null;
      return this.fail(
        isInvalid
          ? `invalid value; expected ${typeLabel(type)}`
          : `wrong type for value; expected ${typeLabel(
              type,
            )}; got interface {}`,
      );
    }
    if (typeName(value) === typeLabel(type)) return value;
    return this.fail(
      `wrong type for value; expected ${typeLabel(type)}; got ${typeName(
        value,
      )}`,
    );
  }

  #visit(pos: number, shown: string): void {
    this.#at = { pos, shown };
  }

  /** Throws Go's sentence with the place that is being evaluated. */
  fail(message: string): never {
    const { pos, shown } = this.#at;
    const before = this.#text.slice(0, pos);
    const start = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(start));
    throw new ExecuteError(
      `template: base:${line}:${column}: executing "base" at <${shown}>: ${message}`,
    );
  }
}

/** A function that gives nothing gives a nil interface. */
function boxNil(value: Value): Value {
  return value === null ? new Boxed(null) : value;
}

function isInteger({ value }: { value: Value }): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}
