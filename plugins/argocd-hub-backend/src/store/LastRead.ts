/** What was read last, for as long as its revision is that of now. */
export class LastRead<T> {
  #last: { revision: string; value: Promise<T> } | undefined;

  /** All who ask for the same revision share one reading; one that failed is not kept. */
  async at(revision: string, read: () => Promise<T>): Promise<T> {
    if (this.#last?.revision !== revision) {
      const reading = { revision, value: read() };
      this.#last = reading;
      reading.value.catch(() => {
        if (this.#last === reading) this.#last = undefined;
      });
    }
    return this.#last.value;
  }
}
