import { Evaluator } from './Evaluator';
import type { MissingKey } from './Expressions';
import { functions, isKnown } from './functions';
import type { Node } from './nodes';
import { parse } from './parser';
import type { Value } from './values';

const MISSING_KEYS: Record<string, MissingKey> = {
  'missingkey=default': 'invalid',
  'missingkey=invalid': 'invalid',
  'missingkey=zero': 'zero',
  'missingkey=error': 'error',
};

/** A Go template with the functions that Argo CD offers in ApplicationSets. */
export class GoTemplate {
  readonly #text: string;
  readonly #nodes: readonly Node[];

  /** Throws with Go's sentence about what is wrong with the text. */
  static parse(text: string): GoTemplate {
    return new GoTemplate(text, parse(text, isKnown));
  }

  private constructor(text: string, nodes: readonly Node[]) {
    this.#text = text;
    this.#nodes = nodes;
  }

  /** The text with its actions executed. Throws with Go's sentence. */
  execute(data: Value, options: readonly string[] = []): string {
    const evaluator = new Evaluator({
      text: this.#text,
      functions,
      missingKey: missingKeyOf(options),
      data,
    });
    return evaluator.run(this.#nodes);
  }
}

/** The last option wins. Throws on one that Go does not know. */
function missingKeyOf(options: readonly string[]): MissingKey {
  for (const option of options) {
    if (!MISSING_KEYS[option]) {
      throw new Error(`unrecognized option: ${option}`);
    }
  }
  return MISSING_KEYS[options.at(-1) ?? 'missingkey=default'];
}
