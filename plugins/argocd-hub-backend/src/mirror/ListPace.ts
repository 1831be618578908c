import type { MirrorContext } from './MirrorContext';

/** So many rounds may follow each other at once, where there is reason to; then they wait for their share. */
const AHEAD = 2;

/** Keeps lists, which are dear to a hub, to their share of the time. */
export class ListPace {
  readonly #shortestMs: number;
  readonly #pausePerList: number;
  #pauseMs = 0;
  /** When everything that was listed so far is paid for, by `performance.now()`. */
  #paidAt = -Infinity;

  static of({ hub, timing }: Pick<MirrorContext, 'hub' | 'timing'>): ListPace {
    const { pausePerList } = timing;
    return new ListPace({ shortestMs: hub.relistMs, pausePerList });
  }

  constructor(options: {
    /** Milliseconds between two lists of a small hub. */
    shortestMs: number;
    /** So many times what the last round took passes between two. */
    pausePerList: number;
  }) {
    this.#shortestMs = options.shortestMs;
    this.#pausePerList = options.pausePerList;
  }

  /** Lists took so many milliseconds, whether or not they were good for something. */
  spent(milliseconds: number): void {
    this.#pauseMs = Math.round(milliseconds * this.#pausePerList);
    this.#paidAt = Math.max(this.#paidAt, performance.now()) + this.#pauseMs;
  }

  /** Milliseconds between two lists, as far as nothing calls for one earlier. */
  get intervalMs(): number {
    return Math.max(this.#shortestMs, this.#pauseMs);
  }

  /** Whether everything had its share of the time. */
  get isPaid(): boolean {
    return performance.now() >= this.#paidAt;
  }

  /** Milliseconds until a list may be asked for out of turn. */
  get earlyMs(): number {
    return Math.max(
      0,
      this.#paidAt - performance.now() - AHEAD * this.#pauseMs,
    );
  }
}
