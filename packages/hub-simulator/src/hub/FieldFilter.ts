/** What becomes of a value: kept or dropped as a whole, or filtered itself. */
export type Fate = 'keep' | 'drop' | FieldFilter;

/** Labels and annotations may have any key, so not every answer is kept. */
const REMEMBERED_KEYS = 200;

/**
 * The generic filter of streams: keeps or, after a leading `-`, drops paths.
 * Arrays are transparent. A parent is recognised by its path being the beginning
 * of a listed one as a string, so that `metadata.namespace` also keeps
 * `metadata.name` (F10.1.1).
 *
 * It is compiled as it is used: each level knows only the rests of the listed
 * paths that are still possible there, and remembers its keys.
 */
export class FieldFilter {
  readonly #rests: readonly string[];
  readonly #excludes: boolean;
  readonly #separator: string;
  readonly #known = new Map<string, Fate>();

  private constructor(
    rests: readonly string[],
    options: { excludes: boolean; isRoot: boolean },
  ) {
    this.#rests = rests;
    this.#excludes = options.excludes;
    this.#separator = options.isRoot ? '' : '.';
  }

  /** undefined when nothing is to be filtered. */
  static parse(query: string): FieldFilter | undefined {
    if (!query) return undefined;
    const excludes = query.startsWith('-');
    const fields = (excludes ? query.slice(1) : query).split(',');
    return new FieldFilter(fields, { excludes, isRoot: true });
  }

  /** The value without what the filter drops; the value itself stays as it is. */
  apply(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(item => this.apply(item));
    if (typeof value !== 'object' || value === null) return value;
    const kept: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const fate = this.child(key);
      if (fate === 'keep') kept.push([key, item]);
      else if (fate !== 'drop') kept.push([key, fate.apply(item)]);
    }
    return Object.fromEntries(kept);
  }

  /** What becomes of the value under a key of the object filtered here. */
  child(key: string): Fate {
    const known = this.#known.get(key);
    if (known) return known;
    const fate = this.#decide(key);
    if (this.#known.size < REMEMBERED_KEYS) this.#known.set(key, fate);
    return fate;
  }

  /** Whether anything can be left of what lies under these keys. */
  keeps(keys: readonly string[]): boolean {
    const [key, ...rest] = keys;
    if (key === undefined) return true;
    const fate = this.child(key);
    return typeof fate === 'string' ? fate === 'keep' : fate.keeps(rest);
  }

  #decide(key: string): Fate {
    const step = `${this.#separator}${key}`;
    const rests = this.#rests
      .filter(rest => rest.startsWith(step))
      .map(rest => rest.slice(step.length));
    if (rests.includes('')) return this.#excludes ? 'drop' : 'keep';
    if (!rests.length) return this.#excludes ? 'keep' : 'drop';
    const excludes = this.#excludes;
    return new FieldFilter(rests, { excludes, isRoot: false });
  }
}
