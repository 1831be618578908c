import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Lease } from '../LeaseStore';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { newHubBody } from './hubRows';
import { isSqlite } from './isSqlite';

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
  const result = await leases.withLease(lease, async transaction => {
    await lockHub(transaction, hub);
    const done = await work(transaction);
    // What is dear on SQLite is the end: it has a turn of its own.
    await setImmediate();
    return done;
  });
  await setImmediate();
  return result;
}

/** Without a row there would be nothing to lock, and nowhere to count. */
async function lockHub(
  transaction: Knex.Transaction,
  hub: string,
): Promise<void> {
  const lock = () =>
    transaction('hubs')
      .where({ name: hub })
      .modify(query => {
        if (!isSqlite(transaction)) query.forNoKeyUpdate();
      })
      .first('name');
  if (await lock()) {
    return;
  }
  await transaction('hubs')
    .insert({ name: hub, body: JSON.stringify(newHubBody()) })
    .onConflict('name')
    .ignore();
  await lock();
}
