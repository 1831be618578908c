import { resolve } from 'node:path';
import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { createStore } from './__testUtils__/storeOn';
import { tablesOf } from './__testUtils__/tablesOf';
import { isSqlite } from './database/isSqlite';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const directory = resolve(__dirname, '../../migrations');
const DAY = 24 * 60 * 60_000;
const ago = (milliseconds: number) =>
  new Date(Date.now() - milliseconds).toISOString();

const record = {
  hub: 'main',
  namespace: 'argocd',
  name: 'agent',
  uid: 'u1',
  project: 'default',
  labels: { app: 'agent' },
  annotations: {},
  destination: { namespace: 'agent', name: 'prod' },
  sources: [],
  conditions: [],
  images: [],
  externalUrls: [],
  history: [
    { id: 3, revision: 'old', deployedAt: ago(40 * DAY) },
    { id: 4, revision: 'new', deployedAt: ago(DAY), by: 'ada' },
    { id: 5, revision: 'no-time', deployedAt: 'nonsense' },
  ],
  autoSync: true,
  skipReconcile: false,
};

/** Rows as the first release wrote them. */
const FIRST: [string, object][] = [
  ['settings', { name: 'change-key', value: 'abc' }],
  ['leases', { resource: 'main', holder: 'x', epoch: 3, expires_at: 0 }],
  ['hubs', { name: 'main', applications: 1, clusters: 1, body: '{}' }],
  [
    'clusters',
    {
      hub: 'main',
      name: 'prod',
      registered_name: 'prod',
      server: 'https://prod',
      body: '{"labels":{}}',
      facts: '{}',
      activity: '{}',
    },
  ],
  [
    'applications',
    {
      id: 7,
      hub: 'main',
      key: 'argocd/agent',
      namespace: 'argocd',
      name: 'agent',
      project: 'default',
      destination_name: 'prod',
      cluster: 'prod',
      hash: 'h',
      body: JSON.stringify(record),
    },
  ],
  [
    'application_labels',
    { application_id: 7, origin: 'label', key: 'app', value: 'agent' },
  ],
  [
    'commits',
    {
      id: 'c',
      repo_url: 'https://git',
      revision: 'new',
      author: 'Ada',
      message: 'Fix',
      date: '2026-01-01',
    },
  ],
];

async function contents(knex: Knex): Promise<unknown[]> {
  const rows = await Promise.all(FIRST.map(([table]) => knex(table).select()));
  return JSON.parse(JSON.stringify(rows));
}

async function indexes(knex: Knex): Promise<unknown[]> {
  return isSqlite(knex)
    ? knex('sqlite_master')
        .where({ type: 'index' })
        .whereNotNull('sql')
        .orderBy('name')
        .select('name', 'sql')
    : knex('pg_indexes')
        .where({ schemaname: 'public' })
        .where('tablename', 'not like', 'knex_%')
        .orderBy('indexname')
        .select('indexname', 'indexdef');
}

describe.each(databases.eachSupportedId())('migrations on %p', id => {
  const setUp = async () => {
    const knex = await databases.init(id);
    await knex.migrate.up({ directory });
    for (const [table, row] of FIRST) {
      await knex(table).insert(row);
    }
    return knex;
  };

  it('take data along, up, down and up again', async () => {
    const knex = await setUp();
    const first = await contents(knex);
    const firstTables = await tablesOf(knex);
    const firstIndexes = await indexes(knex);

    await knex.migrate.latest({ directory });
    // Tables may have more columns by now.
    expect(await contents(knex)).toMatchObject(first as object);
    const latestTables = await tablesOf(knex);
    const latestIndexes = await indexes(knex);
    expect(latestTables).toEqual(
      expect.arrayContaining(['application_sets', 'changes', 'projects']),
    );

    const [done, pending] = await knex.migrate.list({ directory });
    expect(pending).toEqual([]);
    for (const _ of done.slice(1)) {
      await knex.migrate.down({ directory });
    }
    expect(await contents(knex)).toEqual(first);
    expect(await tablesOf(knex)).toEqual(firstTables);
    expect(await indexes(knex)).toEqual(firstIndexes);

    await knex.migrate.latest({ directory });
    // Tables may have more columns by now.
    expect(await contents(knex)).toMatchObject(first as object);
    expect(await tablesOf(knex)).toEqual(latestTables);
    expect(await indexes(knex)).toEqual(latestIndexes);
  });

  it('refuse a database that a newer version wrote, and say so', async () => {
    const knex = await setUp();
    await createStore(knex);
    await knex('knex_migrations').insert({
      name: '99990101000000_future.js',
      batch: 9,
      migration_time: new Date(),
    });
    await expect(createStore(knex)).rejects.toThrow(
      /written by a newer version of this plugin: .*99990101000000_future\.js\. Install that version/,
    );
  });

  it('leave nothing behind when all are undone', async () => {
    const knex = await setUp();
    await knex.migrate.latest({ directory });
    await knex.migrate.rollback({ directory }, true);
    expect(await tablesOf(knex)).toEqual([]);
  });

  it('take over the history of applications that are stored, once', async () => {
    const knex = await setUp();
    const store = await createStore(knex);
    const list = async () =>
      (
        await store.changes.list({
          applications: [{ hub: 'main', namespace: 'argocd', name: 'agent' }],
          limit: 10,
        })
      ).changes;
    const [change, ...others] = await list();
    expect(others).toEqual([]);
    expect(change).toEqual({
      id: expect.any(Number),
      hub: 'main',
      namespace: 'argocd',
      name: 'agent',
      cluster: 'prod',
      kind: 'revision',
      at: record.history[1].deployedAt,
      uid: 'u1',
      historyId: 4,
      revision: 'new',
      by: 'ada',
    });

    // Told again, and after it was lost, it is the same change.
    const lease = (await store.leases.acquire('main'))!;
    const apply = (upserts: object[], removals: object[]) =>
      store.applications.apply({
        lease,
        hub: 'main',
        upserts: upserts as any,
        removals: removals as any,
      });
    await apply([{ ...record, images: ['x'] }], []);
    await apply([], [record]);
    await apply([record], []);
    expect(await list()).toEqual([change]);
  });
});
