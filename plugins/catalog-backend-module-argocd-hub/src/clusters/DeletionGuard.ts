/** A read that would take away more than this part of the clusters is doubted. */
const MOST_REMOVED = 0.5;
/** So few may always go: small estates change in large steps. */
const FEW = 2;
/** A doubted read is believed when a second one, so much later, lacks the same. */
const PATIENCE_MS = 30 * 60_000;
/** Removals of this time count together, so that many small steps are no way round. */
const WINDOW_MS = PATIENCE_MS;

/**
 * Keeps a fault from deleting entities in the mass: relations, ownership and
 * links would go with them. Forgets everything at a restart, and then doubts
 * anew.
 */
export class DeletionGuard {
  readonly #now: () => number;
  #doubted: { what: string; since: number } | undefined;
  #removals: { at: number; count: number }[] = [];

  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** May these go, of so many that are known? */
  allows(change: { known: number; gone: string[] }): boolean {
    const { known, gone } = change;
    if (gone.length === 0) {
      this.#doubted = undefined;
      return true;
    }
    const before = this.#recentlyRemoved();
    const removed = before + gone.length;
    const most = Math.max(FEW, (before + known) * MOST_REMOVED);
    if (removed <= most && gone.length < known) {
      this.#doubted = undefined;
      return true;
    }
    return this.#isConfirmed(gone);
  }

  /** To be told what was removed in the end. */
  removed(count: number): void {
    if (count > 0) {
      this.#removals.push({ at: this.#now(), count });
    }
  }

  #isConfirmed(gone: string[]): boolean {
    const what = [...gone].sort().join('\n');
    if (this.#doubted?.what !== what) {
      this.#doubted = { what, since: this.#now() };
    }
    return this.#now() - this.#doubted.since >= PATIENCE_MS;
  }

  #recentlyRemoved(): number {
    const oldest = this.#now() - WINDOW_MS;
    this.#removals = this.#removals.filter(({ at }) => at > oldest);
    return this.#removals.reduce((sum, { count }) => sum + count, 0);
  }
}
