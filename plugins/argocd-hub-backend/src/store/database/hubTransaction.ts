import type { Knex } from 'knex';
import type { Lease } from '../types';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';

/**
 * Writes of a hub, one after the other: what one reads, no other changes until
 * it has written. Throws ConflictError when the lease was lost.
 */
export async function inHubTransaction<T>(
  leases: DatabaseLeaseStore,
  options: { lease: Lease; hub: string },
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { lease, hub } = options;
  if (lease.resource !== hub) {
    throw new Error(`The lease of '${lease.resource}' is not that of '${hub}'`);
  }
  return leases.withLease(lease, async transaction => {
    await lockHub(transaction, hub);
    return work(transaction);
  });
}

/** SQLite has one connection, and so one transaction at a time. */
async function lockHub(
  transaction: Knex.Transaction,
  hub: string,
): Promise<void> {
  if (!transaction.client.config.client.includes('sqlite')) {
    await transaction('hubs')
      .where({ name: hub })
      .forNoKeyUpdate()
      .first('name');
  }
}
