import type { Knex } from 'knex';
import {
  type RevisionOf,
  type Revisions,
  type RevisionStore,
  SEEN_WITHIN_MS,
} from '../Revisions';

/**
 * Every write raises its revision, so this is no way to learn of one. After so
 * long everything counts as changed, for what revisions cannot tell: rows that
 * were changed by hand, and a database that was put back to an earlier state and
 * came to the same revisions again with other rows.
 */
const TRUSTED_FOR_MS = 10 * 60_000;

interface Check {
  /** When it began. */
  at: number;
  /** How often this process had written then. */
  writes: number;
  revisions: Promise<Revisions>;
}

/**
 * Rises with every write, in the transaction that writes, so that a reader on
 * any replica learns by one small query that nothing changed.
 */
export class DatabaseRevisionStore implements RevisionStore {
  readonly #knex: Knex;
  readonly #now: () => number;
  #writes = 0;
  #check: Check | undefined;
  #last: Revisions | undefined;

  /** @param options.now - milliseconds; another clock for tests */
  constructor(knex: Knex, options: { now?: () => number } = {}) {
    this.#knex = knex;
    this.#now = options.now ?? (() => performance.now());
  }

  async current(): Promise<Revisions> {
    const now = this.#now();
    if (
      this.#check?.writes !== this.#writes ||
      now - this.#check.at >= SEEN_WITHIN_MS
    ) {
      const check = { at: now, writes: this.#writes, revisions: this.#read() };
      this.#check = check;
      // A database that was away for a moment is asked again at once.
      check.revisions.catch(() => {
        if (this.#check === check) this.#check = undefined;
      });
    }
    return this.#check.revisions;
  }

  /** To be called in the transaction that writes. */
  async raise(
    transaction: Knex.Transaction,
    resource: string,
    parts: Iterable<RevisionOf>,
  ): Promise<void> {
    const rows = [...parts].map(part => ({ resource, part, revision: 1 }));
    if (rows.length > 0) {
      await transaction('revisions')
        .insert(rows)
        .onConflict(['resource', 'part'])
        .merge({ revision: transaction.raw('revisions.revision + 1') });
    }
  }

  /** Raises a revision that was never raised; one that was stays. */
  async begin(
    transaction: Knex.Transaction,
    resource: string,
    part: RevisionOf,
  ): Promise<void> {
    const row = await transaction('revisions')
      .where({ resource, part })
      .first('revision');
    if (!row) {
      await this.raise(transaction, resource, [part]);
    }
  }

  /** To be called when a transaction that wrote is over. */
  written(): void {
    this.#writes += 1;
  }

  async #read(): Promise<Revisions> {
    const rows: { resource: string; part: RevisionOf; revision: unknown }[] =
      await this.#knex('revisions')
        .orderBy(['resource', 'part'])
        .select('resource', 'part', 'revision');
    const period = `${Math.floor(this.#now() / TRUSTED_FOR_MS)}`;
    const texts = { applications: '', clusters: '', hubs: '', claims: '' };
    for (const { resource, part, revision } of rows) {
      texts[part] = `${texts[part] || period}\n${resource} ${revision}`;
    }
    const same = this.#last && isSame(this.#last, texts);
    this.#last = same ? this.#last : texts;
    return this.#last!;
  }
}

function isSame(one: Revisions, other: Revisions): boolean {
  return (Object.keys(one) as RevisionOf[]).every(
    part => one[part] === other[part],
  );
}
