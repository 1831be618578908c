/** A read that would take away more than this part of the clusters is doubted. */
const MOST_REMOVED = 0.5;
/** So few may always go: small estates change in large steps. */
const FEW = 2;
/** A doubted read is believed once it has stayed like this for so long. */
const PATIENCE_MS = 30 * 60_000;

/**
 * Keeps a fault from deleting entities in the mass: relations, ownership and
 * links would go with them.
 */
export class DeletionGuard {
  readonly #now: () => number;
  #doubted: { count: number; since: number } | undefined;

  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** May `removed` of the `known` entities go? */
  allows(change: { known: number; removed: number }): boolean {
    const { known, removed } = change;
    const few = removed <= FEW || removed <= known * MOST_REMOVED;
    if (removed === 0 || (few && removed < known)) {
      this.#doubted = undefined;
      return true;
    }
    if (this.#doubted?.count !== removed) {
      this.#doubted = { count: removed, since: this.#now() };
    }
    return this.#now() - this.#doubted.since >= PATIENCE_MS;
  }
}
