import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Lease, LeaseStore } from '../types';

/** How long a holder that does not renew keeps others waiting, in milliseconds. */
const TTL_MS = 30_000;

/**
 * Leases as rows. The clock is that of the database, so that replicas need not
 * agree on the time. SQLite serves one process, which takes over at once what
 * an earlier one left behind.
 */
export class DatabaseLeaseStore implements LeaseStore {
  readonly #knex: Knex;
  readonly #holder = randomUUID();

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async acquire(resource: string): Promise<Lease | undefined> {
    const renewed = await this.#renew(resource);
    return renewed ?? (await this.#take(resource));
  }

  async release(lease: Lease): Promise<void> {
    await this.#knex('leases')
      .where(this.#held(lease))
      .update({ expires_at: 0 });
  }

  /**
   * Runs `work` in a transaction in which nobody else can take the lease.
   * Throws ConflictError when it was lost.
   */
  async withLease<T>(
    lease: Lease,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    return this.#knex.transaction(async transaction => {
      const held = transaction('leases')
        .where(this.#held(lease))
        .where('expires_at', '>', this.#now())
        .first('epoch');
      if (!(await (this.#isSqlite() ? held : held.forShare()))) {
        throw new ConflictError(`The lease of '${lease.resource}' was lost`);
      }
      return work(transaction);
    });
  }

  async #renew(resource: string): Promise<Lease | undefined> {
    const rows = await this.#knex('leases')
      .where({ resource, holder: this.#holder })
      .where('expires_at', '>', this.#now())
      .update({ expires_at: this.#expiry() }, ['epoch']);
    return rows.length ? { resource, epoch: rows[0].epoch } : undefined;
  }

  async #take(resource: string): Promise<Lease | undefined> {
    const taking = this.#knex('leases')
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
      });
    const rows = await (this.#isSqlite()
      ? taking
      : taking.where('leases.expires_at', '<=', this.#now())
    ).returning('epoch');
    return rows.length ? { resource, epoch: rows[0].epoch } : undefined;
  }

  #held(lease: Lease) {
    return {
      resource: lease.resource,
      epoch: lease.epoch,
      holder: this.#holder,
    };
  }

  #expiry(): Knex.Raw {
    return this.#knex.raw(`${this.#now().toQuery()} + ${TTL_MS}`);
  }

  /** The database's clock in milliseconds since the epoch. */
  #now(): Knex.Raw {
    return this.#knex.raw(
      this.#isSqlite()
        ? `cast((julianday('now') - 2440587.5) * 86400000 as integer)`
        : `(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    );
  }

  #isSqlite(): boolean {
    return this.#knex.client.config.client.includes('sqlite');
  }
}
