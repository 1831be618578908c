/** A read that would leave less than this part of the clusters is doubted. */
const LEAST_LEFT = 0.5;
/** So few may always go: small estates change in large steps. */
const FEW = 2;
/** A doubted read is believed when a second one, so much later, lacks the same. */
const PATIENCE_MS = 30 * 60_000;
/** The most that was there in this time counts, so that many small steps are no way round. */
const WINDOW_MS = PATIENCE_MS;

/**
 * Keeps a fault from deleting entities in the mass: relations, ownership and
 * links would go with them. Each replica has its own and removes in turns with
 * others, so nothing depends on who removed what: only on how many there were.
 * Forgets everything at a restart: it doubts anew, and counts from what is
 * there then.
 */
export class DeletionGuard {
  readonly #now: () => number;
  #doubted: { what: string; since: number } | undefined;
  /** Each smaller and later than the one before it. */
  #counts: { at: number; known: number }[] = [];

  constructor(options: { now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** To be told often how many are known, also where others remove. */
  sees(known: number): void {
    const larger = this.#recent().filter(count => count.known > known);
    this.#counts = [...larger, { at: this.#now(), known }];
  }

  /** May these go, of so many that are known? */
  allows(change: { known: number; gone: string[] }): boolean {
    const { known, gone } = change;
    this.sees(known);
    if (gone.length === 0) {
      this.#doubted = undefined;
      return true;
    }
    const most = this.#counts[0].known;
    const left = known - gone.length;
    const isLittle = left >= most * LEAST_LEFT || most - left <= FEW;
    if (isLittle && left > 0) {
      this.#doubted = undefined;
      return true;
    }
    return this.#isConfirmed(gone);
  }

  #isConfirmed(gone: string[]): boolean {
    const what = [...gone].sort().join('\n');
    if (this.#doubted?.what !== what) {
      this.#doubted = { what, since: this.#now() };
    }
    return this.#now() - this.#doubted.since >= PATIENCE_MS;
  }

  #recent() {
    const oldest = this.#now() - WINDOW_MS;
    return this.#counts.filter(({ at }) => at > oldest);
  }
}
