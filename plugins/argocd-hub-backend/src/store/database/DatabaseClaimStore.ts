import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ClaimStore, EntityClaims } from '../ClaimStore';
import { inChunks } from './chunks';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import type { DatabaseRevisionStore } from './DatabaseRevisionStore';
import { readClaims } from './readClaims';

const TABLE = 'entity_claims';
const PAGE = 500;

/** What entities ask for, as last read. */
export class DatabaseClaimStore implements ClaimStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;
  readonly #revisions: DatabaseRevisionStore;

  constructor(
    knex: Knex,
    options: { leases: DatabaseLeaseStore; revisions: DatabaseRevisionStore },
  ) {
    this.#knex = knex;
    this.#leases = options.leases;
    this.#revisions = options.revisions;
  }

  async get(entityRef: string): Promise<EntityClaims | undefined> {
    const row = await this.#knex(TABLE)
      .where({ entity_ref: entityRef })
      .first('claims');
    return row && readClaims(row.claims);
  }

  async some(entityRefs: string[]): Promise<EntityClaims[]> {
    const rows = await this.#knex(TABLE)
      .whereIn('entity_ref', entityRefs)
      .select('claims');
    return rows.map(row => readClaims(row.claims));
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
      all.push(...rows.map(row => readClaims(row.claims)));
      if (rows.length < PAGE) {
        return all;
      }
      last = rows[PAGE - 1].entity_ref;
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
  }

  async refs(): Promise<string[]> {
    return this.#knex(TABLE).orderBy('entity_ref').pluck('entity_ref');
  }

  async replace(
    options: Parameters<ClaimStore['replace']>[0],
  ): Promise<string[]> {
    const { lease, entities, keep } = options;
    const wanted = new Map(
      entities.map(claims => [claims.entityRef, JSON.stringify(claims)]),
    );
    return this.#leases.withLease(lease, async transaction => {
      const rows = await transaction(TABLE).select('entity_ref', 'claims');
      const stored = new Map(rows.map(row => [row.entity_ref, row.claims]));
      const gone = [...stored.keys()].filter(
        ref => !wanted.has(ref) && !keep?.has(ref),
      );
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
      const changed = [...gone, ...differing.map(row => row.entity_ref)];
      if (changed.length === 0) {
        // That there are none is also something to know.
        await this.#revisions.begin(transaction, lease.resource, 'claims');
      }
      return changed;
    });
  }
}
