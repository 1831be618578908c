import type { Clock } from '../clock';

/** Gives things out some time after they came in, never in another order. */
export class DelayLine<E> {
  readonly #clock: Clock;
  readonly #give: (item: E) => void;
  readonly #waiting: { item: E; due: number }[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: { clock: Clock; give: (item: E) => void }) {
    this.#clock = options.clock;
    this.#give = options.give;
  }

  /** @param ms - simulated milliseconds; at once for 0 if nothing waits */
  push(item: E, ms: number): void {
    if (!ms && !this.#waiting.length) {
      this.#give(item);
      return;
    }
    const before = this.#waiting.at(-1)?.due ?? 0;
    const due = Math.max(this.#clock.now() + ms, before);
    this.#waiting.push({ item, due });
    if (this.#waiting.length === 1) this.#wait();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#cancel?.();
    this.#waiting.length = 0;
  }

  #wait(): void {
    const ms = Math.max(this.#waiting[0].due - this.#clock.now(), 0);
    this.#cancel = this.#clock.after(ms, () => {
      const now = this.#clock.now();
      while (this.#waiting.length && this.#waiting[0].due <= now) {
        this.#give(this.#waiting.shift()!.item);
      }
      if (this.#waiting.length) this.#wait();
    });
  }
}
