import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Lease, LeaseStore } from '../LeaseStore';
import { boundTransaction } from './boundTransaction';
import type { DatabaseRevisionStore } from './DatabaseRevisionStore';
import { inTransaction } from './inTransaction';
import { isSqlite } from './isSqlite';
import { writtenParts } from './writtenParts';

/** How long a holder that does not renew keeps others waiting, in milliseconds. */
const TTL_MS = 30_000;
/** Who wants to take a lease waits this long for a write of the last holder, then asks again later. */
const WAIT_FOR_WRITES_MS = 2_000;
/** Nobody works on one thing for so long. */
const ABANDONED_MS = 24 * 60 * 60_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Leases as rows. The clock is that of the database, so that replicas need not
 * agree on the time.
 *
 * Every write locks the lease against being taken (FOR KEY SHARE), who takes it
 * waits for such writes (FOR UPDATE), and renewing waits for nobody. A process
 * that stands still in the middle of a write is cut off by the database before
 * its lease runs out; see `boundTransaction`.
 *
 * SQLite serves one process. At first it takes over at once what an earlier
 * one left behind, later like any other: of two processes that share a file by
 * mistake the one that began last holds the lease, and they do not take it from
 * each other for ever. The epoch keeps the other from writing there too.
 */
export class DatabaseLeaseStore implements LeaseStore {
  readonly ttlMs: number;
  readonly #knex: Knex;
  readonly #revisions: DatabaseRevisionStore;
  readonly #holder = randomUUID();
  /** By `performance.now()`. */
  readonly #began = performance.now();
  /** What was taken at once. */
  readonly #takenOver = new Set<string>();

  constructor(
    knex: Knex,
    options: { revisions: DatabaseRevisionStore; ttlMs?: number },
  ) {
    this.#knex = knex;
    this.#revisions = options.revisions;
    this.ttlMs = options.ttlMs ?? TTL_MS;
  }

  async acquire(resource: string): Promise<Lease | undefined> {
    const epoch = await this.#extend({ resource, holder: this.#holder });
    return epoch === undefined ? this.#take(resource) : { resource, epoch };
  }

  async renew(lease: Lease): Promise<boolean> {
    return (await this.#extend(this.#held(lease))) !== undefined;
  }

  async release(lease: Lease): Promise<void> {
    await this.#knex('leases')
      .where(this.#held(lease))
      .update({ expires_at: 0 });
  }

  async drop(lease: Lease): Promise<void> {
    await this.#knex('leases').where(this.#held(lease)).delete();
  }

  async forgetAbandoned(): Promise<void> {
    await this.#knex('leases')
      // Hubs have no colon in their name.
      .where('resource', 'like', '%:%')
      .where(
        'expires_at',
        '<',
        this.#knex.raw(`${this.#now().toQuery()} - ${ABANDONED_MS}`),
      )
      .delete();
  }

  async held(): Promise<Map<string, number>> {
    const rows: { resource: string; left: number | string }[] =
      await this.#knex('leases')
        .where('expires_at', '>', this.#now())
        .select(
          'resource',
          this.#knex.raw(`expires_at - ${this.#now().toQuery()} as ??`, [
            'left',
          ]),
        );
    return new Map(rows.map(({ resource, left }) => [resource, Number(left)]));
  }

  /**
   * Runs `work` in a transaction in which nobody else can take the lease.
   * Throws ConflictError when it was lost. Readers learn of what it writes.
   */
  async withLease<T>(
    lease: Lease,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await inTransaction(this.#knex, async transaction => {
        await this.#assertHeld(transaction, lease);
        const written = writtenParts(transaction);
        const done = await work(transaction);
        await this.#revisions.raise(transaction, lease.resource, written);
        return done;
      });
    } finally {
      // Also where it failed: nobody knows what a lost connection had committed.
      this.#revisions.written();
    }
  }

  async #assertHeld(transaction: Knex.Transaction, lease: Lease) {
    const check = transaction('leases')
      .where(this.#held(lease))
      .where('expires_at', '>', this.#now())
      .first('epoch');
    if (!isSqlite(this.#knex)) {
      check.select(boundTransaction(transaction, this.ttlMs)).forKeyShare();
    }
    if (!(await check)) {
      throw new ConflictError(`The lease of '${lease.resource}' was lost`);
    }
  }

  /** Answers its epoch, unless there is no such lease that has not run out. */
  async #extend(which: object): Promise<number | undefined> {
    const rows = await this.#knex('leases')
      .where(which)
      .where('expires_at', '>', this.#now())
      .update({ expires_at: this.#expiry() }, ['epoch']);
    return rows[0]?.epoch;
  }

  async #take(resource: string): Promise<Lease | undefined> {
    if (isSqlite(this.#knex)) {
      const atOnce = this.#isNew && !this.#takenOver.has(resource);
      if (atOnce) {
        this.#takenOver.add(resource);
      }
      return this.#takeWith(this.#knex, { resource, atOnce });
    }
    if (await this.#isTaken(resource)) {
      return undefined;
    }
    try {
      return await this.#takeAfterWrites(resource);
    } catch (error) {
      if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) {
        return undefined;
      }
      throw error;
    }
  }

  /** Afterwards what an earlier process left behind has run out by itself. */
  get #isNew(): boolean {
    return performance.now() - this.#began < this.ttlMs;
  }

  /** Asks without a lock, so that those who wait never hinder the holder. */
  async #isTaken(resource: string): Promise<boolean> {
    const row = await this.#knex('leases')
      .where({ resource })
      .where(this.#isRunning('expires_at'))
      .first('epoch');
    return Boolean(row);
  }

  async #takeAfterWrites(resource: string): Promise<Lease | undefined> {
    return this.#knex.transaction(async transaction => {
      await transaction.select(
        boundTransaction(transaction, this.ttlMs),
        transaction.raw(
          `set_config('lock_timeout', '${WAIT_FOR_WRITES_MS}', true)`,
        ),
      );
      await transaction('leases')
        .where({ resource })
        .forUpdate()
        .first('epoch');
      return this.#takeWith(transaction, { resource, atOnce: false });
    });
  }

  async #takeWith(
    knex: Knex,
    options: { resource: string; atOnce: boolean },
  ): Promise<Lease | undefined> {
    const { resource, atOnce } = options;
    const rows = await knex('leases')
      .insert({
        resource,
        holder: this.#holder,
        epoch: 1,
        expires_at: this.#expiry(),
      })
      .onConflict('resource')
      .merge({
        holder: this.#holder,
        epoch: this.#knex.raw('leases.epoch + 1'),
        expires_at: this.#expiry(),
      })
      .modify(query => {
        if (!atOnce) query.whereNot(this.#isRunning('leases.expires_at'));
      })
      .returning('epoch');
    return rows.length ? { resource, epoch: rows[0].epoch } : undefined;
  }

  /** One that ends far in the future is of a clock that was set back since: nobody waits for that. */
  #isRunning(column: string): Knex.QueryCallback {
    const latest = this.#knex.raw(
      `${this.#now().toQuery()} + ${2 * this.ttlMs}`,
    );
    return query =>
      query.where(column, '>', this.#now()).where(column, '<=', latest);
  }

  #held(lease: Lease) {
    return {
      resource: lease.resource,
      epoch: lease.epoch,
      holder: this.#holder,
    };
  }

  #expiry(): Knex.Raw {
    return this.#knex.raw(`${this.#now().toQuery()} + ${this.ttlMs}`);
  }

  /** The database's clock in milliseconds since the epoch. */
  #now(): Knex.Raw {
    return this.#knex.raw(
      isSqlite(this.#knex)
        ? `cast((julianday('now') - 2440587.5) * 86400000 as integer)`
        : `(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    );
  }
}
