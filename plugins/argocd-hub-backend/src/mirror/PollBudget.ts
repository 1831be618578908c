/** A read that took so long is rather an accident than a large hub: more is not made up for. */
const MOST_COST_MS = 5 * 60_000;

/**
 * Keeps what is read as a whole, now and then, to its share of the time. One
 * slow answer costs nothing by itself: until reads have run up a debt of five
 * minutes, nobody waits for it. So a hub is read for 15 seconds at once at most
 * and for 5 % of the time in the long run, and no wait is longer than five
 * minutes.
 */
export class PollBudget {
  readonly #pausePerRead: number;
  /** When all reads are paid for, by `performance.now()`. */
  #paidAt = -Infinity;

  constructor(options: {
    /** A read costs so many times what it took. */
    pausePerRead: number;
  }) {
    this.#pausePerRead = options.pausePerRead;
  }

  /** A read kept the hub busy for so many milliseconds. */
  spent(milliseconds: number): void {
    const cost = Math.min(MOST_COST_MS, milliseconds * this.#pausePerRead);
    this.#paidAt = Math.max(this.#paidAt, performance.now()) + cost;
  }

  /** Milliseconds until the next read may begin. */
  get waitMs(): number {
    return Math.max(0, this.#paidAt - performance.now() - MOST_COST_MS);
  }
}
