/** Work that is begun here and there, and that nobody waits for before the end. */
export class RunningWork {
  readonly #running = new Set<Promise<void>>();

  /** @param work - must tell of its failures itself */
  add(work: Promise<unknown>): void {
    const running = work
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Resolves when none of it runs any more, nor what it began meanwhile. */
  async settled(): Promise<void> {
    while (this.#running.size) {
      await Promise.all(this.#running);
    }
  }
}
