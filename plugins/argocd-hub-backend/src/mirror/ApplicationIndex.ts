/** No list has this digest. */
const DOUBTED = '';

/** What the mirror remembers of one application: enough to compare it with a list. */
interface Entry {
  /** Of what lists tell too. */
  digest: string;
  /** Of the project, to list in parts. */
  project: string;
  /** Number of the last list that named it. */
  listed: number;
}

/**
 * The applications of one hub as the store has them, by `namespace/name`, and
 * which of them the stream spoke of lately: a list that was asked for before
 * an event must not undo it.
 */
export class ApplicationIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #eventAt = new Map<string, number>();
  /** Each name once, with the number of its applications. */
  readonly #projects = new Map<string, { name: string; count: number }>();

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  digest(key: string): string | undefined {
    return this.#entries.get(key)?.digest;
  }

  set(key: string, { digest, project }: { digest: string; project: string }) {
    const known = this.#entries.get(key);
    if (known?.project === project) {
      known.digest = digest;
      return;
    }
    this.delete(key);
    const listed = known?.listed ?? 0;
    this.#entries.set(key, { digest, project: this.#join(project), listed });
  }

  delete(key: string): void {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#leave(known.project);
    }
  }

  /** Nobody knows what is stored of it: whatever the next list says of it differs. Answers whether it is known. */
  doubt(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.digest = DOUBTED;
    }
    return entry !== undefined;
  }

  /** The list of this number named it. */
  sawListed(key: string, list: number): void {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.listed = list;
    }
  }

  wasListed(key: string, list: number): boolean {
    return this.#entries.get(key)?.listed === list;
  }

  /**
   * Those that the list of this number did not name, though it covered their
   * projects, and that the stream did not speak of since `moment`.
   *
   * @param covered - whether the list told all of a project
   */
  notListed(options: {
    list: number;
    moment: number;
    covered(project: string): boolean;
  }): string[] {
    const { list, moment, covered } = options;
    const missing: string[] = [];
    for (const [key, { listed, project }] of this.#entries) {
      if (
        listed !== list &&
        covered(project) &&
        !this.isTouchedSince(key, moment)
      ) {
        missing.push(key);
      }
    }
    return missing;
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

  /** How many applications each project has. */
  projects(): Map<string, number> {
    return new Map(
      [...this.#projects.values()].map(({ name, count }) => [name, count]),
    );
  }

  #join(project: string): string {
    const known = this.#projects.get(project) ?? { name: project, count: 0 };
    known.count += 1;
    this.#projects.set(known.name, known);
    return known.name;
  }

  #leave(project: string): void {
    const known = this.#projects.get(project)!;
    known.count -= 1;
    if (!known.count) {
      this.#projects.delete(project);
    }
  }
}
