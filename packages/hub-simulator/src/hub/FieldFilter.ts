/** The generic filter of streams: keeps or, after a leading `-`, drops paths. */
export class FieldFilter {
  readonly #fields: string[];
  readonly #excludes: boolean;

  private constructor(fields: string[], excludes: boolean) {
    this.#fields = fields;
    this.#excludes = excludes;
  }

  /** undefined when nothing is to be filtered. */
  static parse(query: string): FieldFilter | undefined {
    if (!query) return undefined;
    const excludes = query.startsWith('-');
    const fields = (excludes ? query.slice(1) : query).split(',');
    return new FieldFilter(fields, excludes);
  }

  apply(value: unknown): unknown {
    return this.#filter(value, '');
  }

  #filter(value: unknown, path: string): unknown {
    if (Array.isArray(value)) {
      return value.map(item => this.#filter(item, path));
    }
    if (typeof value !== 'object' || value === null) return value;
    const kept: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const at = path ? `${path}.${key}` : key;
      if (this.#fields.includes(at)) {
        if (!this.#excludes) kept.push([key, item]);
      } else if (this.#excludes || this.#isParent(at)) {
        kept.push([key, this.#filter(item, at)]);
      }
    }
    return Object.fromEntries(kept);
  }

  /** A parent is kept because some field begins with its path, as a string. */
  #isParent(path: string): boolean {
    return this.#fields.some(field => field.startsWith(path));
  }
}
