import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import { inChunks } from '../store/database/chunks';
import type { EntityClaims } from './claimsOf';

const TABLE = 'entity_claims';
const PAGE = 500;

/** Runs work in a transaction. */
export type InTransaction = <T>(
  work: (transaction: Knex.Transaction) => Promise<T>,
) => Promise<T>;

/** What entities ask for, as last read from the catalog. Outlives an outage of it. */
export class ClaimStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async get(entityRef: string): Promise<EntityClaims | undefined> {
    const row = await this.#knex(TABLE)
      .where({ entity_ref: entityRef })
      .first('claims');
    return row && JSON.parse(row.claims);
  }

  async all(): Promise<EntityClaims[]> {
    const all: EntityClaims[] = [];
    for (let last = ''; ; ) {
      const rows: { entity_ref: string; claims: string }[] = await this.#knex(
        TABLE,
      )
        .where('entity_ref', '>', last)
        .orderBy('entity_ref')
        .limit(PAGE)
        .select('entity_ref', 'claims');
      all.push(...rows.map(row => JSON.parse(row.claims)));
      if (rows.length < PAGE) {
        return all;
      }
      last = rows[PAGE - 1].entity_ref;
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
  }

  /**
   * Makes the table hold exactly these and answers which entities differ from before.
   *
   * @param inTransaction - of a lease, so that nobody writes who has lost it
   */
  async replace(
    entities: EntityClaims[],
    inTransaction: InTransaction,
  ): Promise<string[]> {
    const wanted = new Map(
      entities.map(claims => [claims.entityRef, JSON.stringify(claims)]),
    );
    return inTransaction(async transaction => {
      const rows = await transaction(TABLE).select('entity_ref', 'claims');
      const stored = new Map(rows.map(row => [row.entity_ref, row.claims]));
      const gone = [...stored.keys()].filter(ref => !wanted.has(ref));
      const differing = [...wanted]
        .filter(([ref, claims]) => stored.get(ref) !== claims)
        .map(([entity_ref, claims]) => ({ entity_ref, claims }));
      await inChunks(gone, async refs => {
        await transaction(TABLE).whereIn('entity_ref', refs).delete();
      });
      await inChunks(differing, async part => {
        await transaction(TABLE)
          .insert(part)
          .onConflict('entity_ref')
          .merge(['claims']);
      });
      return [...gone, ...differing.map(row => row.entity_ref)];
    });
  }
}
