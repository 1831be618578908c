/** A read that took so long is rather an accident than a large hub: more is not made up for. */
const MOST_COST_MS = 5 * 60_000;

/**
 * Keeps what is dear to a hub to its share of the time. One slow answer costs
 * nothing by itself: until reads have run up a debt of five minutes, nobody
 * waits for it. So a hub is read for 15 seconds at once at most and for 5 % of
 * the time in the long run, and no wait is longer than five minutes; but for
 * good reads that are as slow time and again, which show how large the hub is.
 */
export class ReadBudget {
  readonly #pausePerRead: number;
  /** When all reads are paid for, by `performance.now()`. */
  #paidAt = -Infinity;
  #pauseMs = 0;
  /** Cost of the last good read. */
  #usualMs = 0;

  constructor(options: {
    /** A read costs so many times what it took. */
    pausePerRead: number;
  }) {
    this.#pausePerRead = options.pausePerRead;
  }

  /**
   * A read kept the hub busy for so many milliseconds.
   *
   * @param options.isGood - it told how long all of the hub takes: twice in a row that is no accident
   */
  spent(milliseconds: number, options: { isGood?: boolean } = {}): void {
    const cost = Math.round(milliseconds * this.#pausePerRead);
    const most = Math.max(MOST_COST_MS, options.isGood ? this.#usualMs : 0);
    this.#pauseMs = Math.min(cost, most);
    if (options.isGood) {
      this.#usualMs = cost;
    }
    const now = performance.now();
    const debt = Math.min(Math.max(0, this.#paidAt - now), MOST_COST_MS);
    this.#paidAt = now + debt + this.#pauseMs;
  }

  /** Milliseconds to the next read that keep reads like the last one to their share. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Whether everything had its share of the time. */
  get isPaid(): boolean {
    return performance.now() >= this.#paidAt;
  }

  /** Milliseconds until the next read may begin. */
  get waitMs(): number {
    return Math.max(0, this.#paidAt - performance.now() - MOST_COST_MS);
  }
}
