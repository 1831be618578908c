import type { GoFunction } from './GoFunction';
import { Expressions, type MissingKey } from './Expressions';
import { sprint } from './format';
import type { Branch, Node, Pipeline } from './nodes';
import {
  element,
  isMap,
  isTrue,
  sortedKeys,
  unbox,
  type Value,
} from './values';

class Break extends Error {}
class Continue extends Error {}

/** Executes one template. Throws ExecuteError with Go's sentence. */
export class Evaluator {
  readonly #expressions: Expressions;
  readonly #data: Value;
  #output = '';

  constructor(options: {
    text: string;
    functions: ReadonlyMap<string, GoFunction>;
    missingKey: MissingKey;
    data: Value;
  }) {
    this.#expressions = new Expressions(options);
    this.#data = options.data;
  }

  run(nodes: readonly Node[]): string {
    this.#walkAll(nodes, this.#data);
    return this.#output;
  }

  #walkAll(nodes: readonly Node[], dot: Value): void {
    for (const node of nodes) this.#walk(node, dot);
  }

  #walk(node: Node, dot: Value): void {
    switch (node.type) {
      case 'text':
        this.#output += node.text;
        return;
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
      case 'action': {
        const value = unbox(this.#expressions.pipeline(node.pipe, dot));
        if (node.pipe.variables.length) return;
        this.#output += value === undefined ? '<no value>' : sprint(value);
        return;
      }
      case 'range':
        this.#range(node, dot);
        return;
      default:
        this.#branch(node, dot);
    }
  }

  #branch({ type, pipe, body, otherwise }: Branch, dot: Value): void {
    const mark = this.#expressions.depth;
    const value = this.#expressions.pipeline(pipe, dot);
    if (isTrue(value)) this.#walkAll(body, type === 'with' ? value : dot);
    else this.#walkAll(otherwise, dot);
    this.#expressions.depth = mark;
  }

  #range(node: Branch, dot: Value): void {
    const { pipe, body, otherwise } = node;
    const mark = this.#expressions.depth;
    const value = unbox(this.#expressions.pipeline(pipe, dot));
    const items = this.#items(value, pipe);
    try {
      for (const [index, item] of items) {
        const inner = this.#expressions.depth;
        this.#setRangeVariables(pipe, index, item);
        try {
          this.#walkAll(body, item);
        } catch (error) {
          if (!(error instanceof Continue)) throw error;
        }
        this.#expressions.depth = inner;
      }
    } catch (error) {
      if (!(error instanceof Break)) throw error;
    }
    if (!items.length) this.#walkAll(otherwise, dot);
    this.#expressions.depth = mark;
  }

  #items(value: Value, pipe: Pipeline): [Value, Value][] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) {
      return value.map((_, at) => [BigInt(at), element(value, at)]);
    }
    if (isMap(value)) {
      return sortedKeys(value).map(key => [key, element(value, key)]);
    }
    if (typeof value !== 'bigint') {
      return this.#expressions.fail(
        `range can't iterate over ${sprint(value)}`,
      );
    }
    if (pipe.variables.length > 1) {
      this.#expressions.fail(
        `can't use ${value} to iterate over more than one variable`,
      );
    }
    const count = Math.max(Number(value), 0);
    return Array.from({ length: count }, (_, at) => [undefined, BigInt(at)]);
  }

  #setRangeVariables(
    { variables, isAssignment }: Pipeline,
    index: Value,
    item: Value,
  ): void {
    const values = variables.length > 1 ? [index, item] : [item];
    variables.forEach(({ names }, at) => {
      if (isAssignment) this.#expressions.assign(names[0], values[at]);
      else {
        const place = this.#expressions.depth - variables.length + at;
        this.#expressions.replace(place, values[at]);
      }
    });
  }
}
