import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { HubBody } from './hubRows';
import type { Lease } from '../LeaseStore';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { comingRevision } from './applicationRevisions';
import { rememberGone } from './goneApplications';

/** Rows of one statement: a large hub goes a piece at a time. */
const PART = 100;
/** Between two of them others get their turn at the database. */
const PAUSE_MS = 20;
/** What is known of a hub, by what finds it: the row of the hub itself goes last. */
const TABLES: [table: string, key: string][] = [
  ['applications', 'key'],
  ['clusters', 'name'],
  ['application_sets', 'key'],
  ['projects', 'key'],
];

interface Forgetting {
  knex: Knex;
  leases: DatabaseLeaseStore;
  /** For so long nobody must have mirrored it, in milliseconds. */
  keptMs: number;
  signal?: AbortSignal;
}

/**
 * Removes what is known of hubs that are not named, and answers which these
 * were. Nothing is ever stored of a hub without a row in `hubs`.
 */
export async function forgetOtherHubs(
  names: string[],
  options: Forgetting,
): Promise<string[]> {
  const stored: string[] = await options.knex('hubs').pluck('name');
  const forgotten: string[] = [];
  for (const hub of stored.filter(name => !names.includes(name))) {
    if (await forgetHub(hub, options)) {
      forgotten.push(hub);
    }
  }
  return forgotten;
}

/**
 * Under the lease of the hub: whoever mirrored it writes nothing any more. Its
 * row stays, so that no epoch is ever used twice.
 */
async function forgetHub(hub: string, options: Forgetting): Promise<boolean> {
  const { leases } = options;
  const lease = await leases.acquire(hub);
  if (!lease) {
    // Another replica is configured to mirror it.
    return false;
  }
  try {
    return (await isDue(lease, options)) && (await removeAll(lease, options));
  } finally {
    await leases.release(lease);
  }
}

/**
 * A hub that is found for the first time is only marked: the mark goes when
 * somebody mirrors it again. From now on what is left of it is not all there is.
 */
async function isDue(
  lease: Lease,
  { leases, keptMs }: Forgetting,
): Promise<boolean> {
  const name = lease.resource;
  return leases.withLease(lease, async transaction => {
    const row = await transaction('hubs').where({ name }).first('body');
    if (!row) {
      return false;
    }
    const now = Date.now();
    const stored: HubBody = JSON.parse(row.body);
    const { unconfiguredSince = now } = stored;
    const due = now - unconfiguredSince >= keptMs;
    const body = JSON.stringify({
      ...stored,
      complete: stored.complete && !due,
      unconfiguredSince,
    });
    if (body !== row.body) {
      await transaction('hubs').where({ name }).update({ body });
    }
    return due;
  });
}

async function removeAll(
  lease: Lease,
  { leases, signal }: Forgetting,
): Promise<boolean> {
  const hub = lease.resource;
  for (const [table, key] of TABLES) {
    let removed: number;
    do {
      if (signal?.aborted || !(await leases.renew(lease))) {
        return false;
      }
      removed = await leases.withLease(lease, transaction =>
        removePart(transaction, { hub, table, key }),
      );
      await delay(PAUSE_MS, undefined, { ref: false });
    } while (removed === PART);
  }
  await leases.withLease(lease, transaction =>
    transaction('hubs').where({ name: hub }).delete(),
  );
  return true;
}

async function removePart(
  transaction: Knex.Transaction,
  options: { hub: string; table: string; key: string },
): Promise<number> {
  const { hub, table, key } = options;
  const keys: string[] = await transaction(table)
    .where({ hub })
    .orderBy(key)
    .limit(PART)
    .pluck(key);
  if (!keys.length) {
    return 0;
  }
  const part = () => transaction(table).where({ hub }).whereIn(key, keys);
  if (table === 'applications') {
    const bodies: string[] = await part().pluck('body');
    await rememberGone(
      transaction,
      bodies.map(body => JSON.parse(body)),
      await comingRevision(transaction, hub),
    );
    await transaction('application_labels')
      .whereIn('application_id', await part().pluck('id'))
      .delete();
  }
  return part().delete();
}
