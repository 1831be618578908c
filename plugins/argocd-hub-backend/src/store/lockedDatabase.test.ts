import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';
import { toCallerError } from '../routers/errors';
import { applicationRecord, clusterRecord } from '../testing/records';
import { createStore } from './__testUtils__/storeOn';
import type { DatabaseStore } from './DatabaseStore';
import { isDatabaseAway } from './isDatabaseAway';
import type { Lease } from './LeaseStore';

jest.setTimeout(60_000);

/** A file that another process has open too. */
describe('a SQLite database that another process uses', () => {
  let directory: string;
  let own: Knex;
  let other: Knex;
  let store: DatabaseStore;
  let lease: Lease;

  const open = () =>
    createKnex({
      client: 'better-sqlite3',
      connection: { filename: join(directory, 'hub.sqlite') },
      pool: { min: 1, max: 1 },
      useNullAsDefault: true,
    });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'locked-'));
    own = open();
    other = open();
    store = await createStore(own);
    lease = (await store.leases.acquire('main'))!;
    await store.hubs.update({ lease, hub: 'main', changes: {} });
  });

  afterEach(async () => {
    await own.destroy();
    await other.destroy();
    await rm(directory, { recursive: true });
  });

  const write = () =>
    store.clusters.replace({
      lease,
      hub: 'main',
      clusters: [clusterRecord('prod')],
    });

  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      error => error as Error,
    );

  it('is written again after a commit that a reader was in the way of', async () => {
    await other.raw('BEGIN');
    await other('hubs').select();
    const error = await failure(write());
    expect(error?.message).toContain('database is locked');
    expect(isDatabaseAway(error)).toBe(true);
    // Nothing of it may be seen, or mixed with what is written next.
    expect(await store.clusters.list()).toEqual([]);

    await other.raw('ROLLBACK');
    expect(await store.leases.renew(lease)).toBe(true);
    await write();
    expect(await other('clusters').select('name')).toEqual([{ name: 'prod' }]);
  });

  it('tells callers that it does not answer, without a statement', async () => {
    await other.raw('BEGIN EXCLUSIVE');
    const error = await failure(store.hubs.list());
    expect(toCallerError(error)).toMatchObject({
      name: 'ServiceUnavailableError',
      message: 'The database does not answer',
    });
    await other.raw('ROLLBACK');
    expect(await store.hubs.list()).toHaveLength(1);
  });

  it('is written again once there is room', async () => {
    const [{ page_count: pages }] = await own.raw('PRAGMA page_count');
    await own.raw(`PRAGMA max_page_count = ${pages}`);
    const many = Array.from({ length: 50 }, (_, index) =>
      applicationRecord(`a${index}`, { images: ['i'.repeat(5_000)] }),
    );
    const apply = () =>
      store.applications.apply({
        lease,
        hub: 'main',
        upserts: many,
        removals: [],
      });
    const error = await failure(apply());
    expect(error?.message).toContain('database or disk is full');
    expect(isDatabaseAway(error)).toBe(true);

    await own.raw('PRAGMA max_page_count = 100000');
    await apply();
    expect(await store.hubs.list()).toMatchObject([{ applications: 50 }]);
  });

  it('keeps this process no longer than a moment', async () => {
    await other.raw('BEGIN EXCLUSIVE');
    const [{ timeout }] = await own.raw('PRAGMA busy_timeout');
    expect(timeout).toBeLessThanOrEqual(250);
    await other.raw('ROLLBACK');
  });
});
