/** What holds something big that it can do without. */
export interface Releasable {
  release(): void;
}

/** Lets the last few keep what they hold; the ones before must release it. */
export class Recent {
  readonly #held: (Releasable | undefined)[];
  #next = 0;

  constructor(limit = 64) {
    this.#held = new Array(limit).fill(undefined);
  }

  hold(holder: Releasable): void {
    this.#held[this.#next]?.release();
    this.#held[this.#next] = holder;
    this.#next = (this.#next + 1) % this.#held.length;
  }
}
