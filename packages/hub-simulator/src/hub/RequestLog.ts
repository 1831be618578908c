/** Counts the requests at the hub by method and path pattern. */
export class RequestLog {
  readonly #counts = new Map<string, number>();

  count(method: string, pattern: string): void {
    const key = `${method} ${pattern}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  reset(): void {
    this.#counts.clear();
  }

  toJSON() {
    const counts = [...this.#counts.values()];
    return {
      total: counts.reduce((sum, each) => sum + each, 0),
      requests: Object.fromEntries([...this.#counts].sort()),
    };
  }
}
