/** Long work gives way after so many real milliseconds. */
const SLICE_MS = 8;

/**
 * Lets long pieces of work take turns, each with a slice of its own between two
 * looks at the network, so that several bursts at once do not add up.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #until = 0;

  /** Starts to work outside of a turn, after a time without work. */
  begin(): void {
    if (this.isOver) this.#until = performance.now() + SLICE_MS;
  }

  /** True when whoever works now must wait for the {@link next} turn. */
  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Resolves when it is the caller's turn. */
  next(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#pass());
    });
  }

  #pass(): void {
    const resolve = this.#waiting.shift()!;
    if (this.#waiting.length) setImmediate(() => this.#pass());
    this.#until = performance.now() + SLICE_MS;
    resolve();
  }
}
