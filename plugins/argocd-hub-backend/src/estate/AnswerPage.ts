import { type AnswerParts, tailOf } from './entityDeployments';
import type { Moment } from './EstateReader';
import { type GzipHead, gzipHead, gzipOf } from './gzip';
import { digestOf } from './version';

const NAME_BYTES = 150;

/** JSON that is compressed already, as most will ask for it. */
export interface Answer {
  version: string;
  gzip: Buffer;
}

/** Names of clusters and hubs whose times the end of a page tells. */
type Named = Pick<AnswerParts, 'clusters' | 'hubs'>;

interface Told {
  named: Named;
  head: GzipHead;
  tailDigest: string;
}

/** One page of the answer for an entity, which can be told again with newer times. */
export class AnswerPage {
  readonly answer: Answer;
  readonly #moment: number;
  readonly #told: Told;

  private constructor(moment: Moment, told: Told, answer: Answer) {
    this.answer = answer;
    this.#moment = moment.id;
    this.#told = told;
  }

  static async of(
    {
      version,
      head,
      clusters,
      hubs,
    }: Named & { version: string; head: string },
    moment: Moment,
  ): Promise<AnswerPage> {
    const named = { clusters, hubs };
    const compressed = await gzipHead(head);
    const tail = tailOf(named, moment.estate);
    return new AnswerPage(
      moment,
      { named, head: compressed, tailDigest: digestOf(tail) },
      { version, gzip: gzipOf(compressed, tail) },
    );
  }

  /** That its times are those of this moment. */
  isOf(moment: Moment): boolean {
    return this.#moment === moment.id;
  }

  /** The same, which is still true, with the times of another moment. */
  at(moment: Moment): AnswerPage {
    const { named, head, tailDigest } = this.#told;
    const tail = tailOf(named, moment.estate);
    const digest = digestOf(tail);
    const answer =
      digest === tailDigest
        ? this.answer
        : { ...this.answer, gzip: gzipOf(head, tail) };
    return new AnswerPage(
      moment,
      { ...this.#told, tailDigest: digest },
      answer,
    );
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    const { named, head } = this.#told;
    return (
      this.answer.gzip.length +
      head.deflated.length +
      named.clusters.length * NAME_BYTES
    );
  }
}
