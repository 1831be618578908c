import type { Random } from '../../random';

/** Collects events and gives them back in another order, window by window. */
export class Reordering<E> {
  readonly #random: Random;
  readonly #size: () => number;
  #window: E[] = [];

  /** @param options - `size`: how many events change places now; 1 = none */
  constructor(options: { random: Random; size: () => number }) {
    this.#random = options.random;
    this.#size = options.size;
  }

  get isEmpty(): boolean {
    return !this.#window.length;
  }

  /** What is due now that this event has come. */
  push(event: E): E[] {
    this.#window.push(event);
    return this.#window.length < this.#size() ? [] : this.flush();
  }

  /** What still waits. */
  flush(): E[] {
    const events = this.#random.shuffle(this.#window);
    this.#window = [];
    return events;
  }
}
