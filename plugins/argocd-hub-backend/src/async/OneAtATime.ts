/**
 * Runs one piece of work at a time. Who asks while it runs waits for the next
 * run, which all of them share: it begins when the present one is over, so it
 * sees whatever came before it was asked for.
 */
export class OneAtATime {
  readonly #work: () => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #next?: Promise<void>;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves after a run that began later than this was called; rejects with what that run did. */
  run(): Promise<void> {
    if (!this.#next) {
      this.#next = this.#last.then(() => {
        this.#next = undefined;
        return this.#work();
      });
      this.#last = this.#next.catch(() => undefined);
    }
    return this.#next;
  }
}
