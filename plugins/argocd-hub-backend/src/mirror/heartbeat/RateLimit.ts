/** For what a call is, most urgent first: when calls are scarce, rechecks wait for heartbeats. */
const URGENCIES = ['heartbeat', 'recheck', 'refresh'] as const;
export type Urgency = (typeof URGENCIES)[number];

/**
 * Lets at most so many calls a second begin, evenly spread: what is not used is
 * not saved for later. Those that wait get their turn by urgency, then in order.
 */
export class RateLimit {
  readonly #spacingMs: number;
  readonly #waiting: Record<Urgency, Set<() => void>> = {
    heartbeat: new Set(),
    recheck: new Set(),
    refresh: new Set(),
  };
  /** By `performance.now()`. */
  #lastAt = -Infinity;
  #timer?: NodeJS.Timeout;

  constructor(perSecond: number) {
    this.#spacingMs = 1_000 / perSecond;
  }

  /** Resolves when one more call may begin; rejects when `signal` aborts before. */
  async turn(urgency: Urgency, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const entered = new AbortController();
      const enter = () => {
        entered.abort();
        resolve();
      };
      const leave = () => {
        this.#waiting[urgency].delete(enter);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { signal: entered.signal });
      this.#waiting[urgency].add(enter);
      this.#schedule();
    });
  }

  #schedule(): void {
    const pause = this.#lastAt + this.#spacingMs - performance.now();
    this.#timer ??= setTimeout(() => this.#next(), Math.max(0, pause)).unref();
  }

  #next(): void {
    this.#timer = undefined;
    const now = performance.now();
    // A timer may ring a moment early.
    if (now - this.#lastAt < this.#spacingMs) {
      this.#schedule();
      return;
    }
    for (const urgency of URGENCIES) {
      const [enter] = this.#waiting[urgency];
      if (enter) {
        this.#waiting[urgency].delete(enter);
        this.#lastAt = now;
        enter();
        this.#schedule();
        return;
      }
    }
  }
}
