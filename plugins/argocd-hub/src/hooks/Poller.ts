/** What a poller needs; times in milliseconds. */
export interface PollerOptions<T> {
  load(options: { signal: AbortSignal }): Promise<T>;
  onAnswer(answer: T): void;
  onError(error: Error): void;
  intervalMs: number;
  /** Never ask more often than this, however often `poke` is called. */
  minGapMs: number;
}

const MAX_BACKOFF = 6;

/**
 * Asks again and again for something that changes, one request at a time. What
 * was answered last stays valid while an error lasts.
 */
export class Poller<T> {
  readonly #options: PollerOptions<T>;
  readonly #controller = new AbortController();
  #timer?: ReturnType<typeof setTimeout>;
  #startedAt = -Infinity;
  #inFlight = false;
  #pokedInFlight = false;
  #paused = false;
  #errors = 0;

  constructor(options: PollerOptions<T>) {
    this.#options = options;
  }

  /** Asks now, or as soon as the gap allows. */
  poke(): void {
    if (this.#inFlight) {
      this.#pokedInFlight = true;
      return;
    }
    this.#schedule(0);
  }

  /** Paused, nothing is asked but what `poke` asks for. */
  setPaused(paused: boolean): void {
    if (this.#paused === paused) {
      return;
    }
    this.#paused = paused;
    if (paused) {
      clearTimeout(this.#timer);
    } else {
      this.poke();
    }
  }

  /** Ends all of it, a request under way included. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#controller.signal.aborted) {
      return;
    }
    const gapMs = this.#startedAt + this.#options.minGapMs - Date.now();
    this.#timer = setTimeout(() => this.#ask(), Math.max(delayMs, gapMs, 0));
  }

  async #ask(): Promise<void> {
    const { signal } = this.#controller;
    this.#inFlight = true;
    this.#startedAt = Date.now();
    try {
      const answer = await this.#options.load({ signal });
      this.#errors = 0;
      if (!signal.aborted) {
        this.#options.onAnswer(answer);
      }
    } catch (error) {
      this.#errors += 1;
      if (!signal.aborted) {
        this.#options.onError(error as Error);
      }
    }
    this.#inFlight = false;
    this.#next();
  }

  #next(): void {
    if (this.#pokedInFlight) {
      this.#pokedInFlight = false;
      this.#schedule(0);
    } else if (!this.#paused) {
      const factor = Math.min(2 ** Math.max(this.#errors - 1, 0), MAX_BACKOFF);
      this.#schedule(this.#options.intervalMs * factor);
    }
  }
}
