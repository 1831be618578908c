import type {
  ApplicationChange,
  ApplicationStore,
  Selectable,
} from '../store/ApplicationStore';
import type { Moment } from './EstateReader';

/** Of so many it is asked one by one whom they touch; with more, all is read again. */
const MOST_AT_ONCE = 500;
/** Some 1 kB each. */
const MOST_REMEMBERED = 3_000;

/** An application that was written, or removed. */
export interface WrittenApplication {
  /** As `idOf` tells it. */
  id: string;
  /** Absent where it was removed. */
  now?: Selectable;
}

/** Of an application among those of all hubs. */
export function idOf({
  hub,
  key,
}: Pick<ApplicationChange, 'hub' | 'key'>): string {
  return `${hub}\n${key}`;
}

interface Step {
  moment: number;
  revision: string;
  /** Written since the step before. */
  changes: WrittenApplication[];
}

/**
 * What was lately written of applications. In a large fleet something always is,
 * but not much: each is read once, whoever wants to know whether it touches him.
 */
export class ApplicationChanges {
  readonly #store: Pick<ApplicationStore, 'changedSince'>;
  /** Each goes on where the one before ended. */
  #steps: Step[] = [];
  #remembered = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<ApplicationStore, 'changedSince'>) {
    this.#store = store;
  }

  /**
   * All that was written between a revision of the applications and a moment,
   * perhaps some of it twice. Undefined where that is not known any more.
   */
  async between(
    revision: string,
    moment: Moment,
  ): Promise<WrittenApplication[] | undefined> {
    const { applications } = moment.revisions;
    if (revision === applications) {
      return [];
    }
    const reading = this.#reading.then(() => this.#readUpTo(moment));
    this.#reading = reading.catch(() => {});
    await reading;
    const first = this.#stepAt(revision);
    const last = this.#stepAt(applications);
    return first < 0 || last < first
      ? undefined
      : this.#steps.slice(first + 1, last + 1).flatMap(step => step.changes);
  }

  async #readUpTo({ id, revisions: { applications: now } }: Moment) {
    const last = this.#steps.at(-1);
    if (last && (id <= last.moment || this.#stepAt(now) >= 0)) {
      return;
    }
    const step = { moment: id, revision: now };
    const changes =
      last &&
      (await this.#store.changedSince(last.revision, {
        now,
        most: MOST_AT_ONCE,
      }));
    if (!changes) {
      this.#steps = [{ ...step, changes: [] }];
      this.#remembered = 0;
      return;
    }
    this.#steps.push({ ...step, changes: changes.map(written) });
    this.#remembered += 1 + changes.length;
    while (this.#remembered > MOST_REMEMBERED) {
      this.#remembered -= 1 + this.#steps.shift()!.changes.length;
    }
  }

  #stepAt(wanted: string): number {
    return this.#steps.findIndex(({ revision }) => revision === wanted);
  }
}

function written({ now, ...change }: ApplicationChange): WrittenApplication {
  return { id: idOf(change), now };
}
