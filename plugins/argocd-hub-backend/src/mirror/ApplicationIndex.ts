/** What the mirror remembers of one application: enough to compare it with a list. */
interface Entry {
  digest: string;
  /** Of the project, to list in parts. */
  project: string;
}

/**
 * The applications of one hub as the store has them, by `namespace/name`, and
 * which of them the stream spoke of lately: a list that was asked for before
 * an event must not undo it.
 */
export class ApplicationIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #eventAt = new Map<string, number>();

  get size(): number {
    return this.#entries.size;
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  digest(key: string): string | undefined {
    return this.#entries.get(key)?.digest;
  }

  set(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
  }

  /** Takes a digest as agreeing with what is stored. */
  adopt(key: string, digest: string): void {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.digest = digest;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** An event came for this application, a deletion too. */
  touch(key: string): void {
    this.#eventAt.set(key, performance.now());
  }

  /** Whether an event came since `moment`, by `performance.now()`. */
  isTouchedSince(key: string, moment: number): boolean {
    return (this.#eventAt.get(key) ?? -Infinity) >= moment;
  }

  /** No list that was asked for before `moment` is under way any more. */
  forgetEventsBefore(moment: number): void {
    for (const [key, at] of this.#eventAt) {
      if (at < moment) {
        this.#eventAt.delete(key);
      }
    }
  }

  projects(): string[] {
    return [...new Set([...this.#entries.values()].map(one => one.project))];
  }
}
