import { LRUCache } from 'lru-cache';
import type {
  ApplicationSelection,
  ApplicationStore,
  Candidate,
  Selectable,
} from '../store/ApplicationStore';
import { selectableOf } from '../store/selectableOf';

/** Some 1 kB each. */
const MAX_SEEN = 20_000;

/** What claims look at, with a way to all of it. */
export type SeenApplication = Selectable & Pick<Candidate, 'stamp' | 'read'>;

/**
 * Applications as far as claims look at them. Only what differs from the last
 * time is read in full: in a large fleet something always does, but not much.
 */
export class SeenApplications {
  readonly #store: Pick<ApplicationStore, 'candidates'>;
  readonly #seen = new LRUCache<
    string,
    { stamp: string; selectable: Selectable }
  >({ max: MAX_SEEN });

  constructor(store: Pick<ApplicationStore, 'candidates'>) {
    this.#store = store;
  }

  /** All that any of the selections wants, each once, and perhaps some more. */
  async candidates(
    selections: ApplicationSelection[],
  ): Promise<SeenApplication[]> {
    const candidates = await this.#store.candidates(selections);
    return candidates.map(candidate => {
      const { stamp, read } = candidate;
      return { ...this.#selectableOf(candidate), stamp, read };
    });
  }

  #selectableOf({ id, stamp, read }: Candidate): Selectable {
    const seen = this.#seen.get(id);
    if (seen?.stamp === stamp) {
      return seen.selectable;
    }
    const selectable = selectableOf(read());
    this.#seen.set(id, { stamp, selectable });
    return selectable;
  }
}
