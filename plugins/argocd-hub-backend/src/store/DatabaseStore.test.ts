import {
  mockServices,
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { applicationRecord, clusterRecord } from '../testing/records';
import { DatabaseStore } from './DatabaseStore';
import { commitKey, type Lease } from './types';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const HUB = 'main';

async function createStore(knex: Knex) {
  return DatabaseStore.create({
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
  });
}

async function setUp(databaseId: TestDatabaseId) {
  const knex = await databases.init(databaseId);
  const store = await createStore(knex);
  const lease = (await store.leases.acquire(HUB)) as Lease;
  await store.hubs.update({ lease, hub: HUB, changes: {} });
  const clusters = ['prod', 'staging'].map(name => clusterRecord(name));
  await store.clusters.replace({ lease, hub: HUB, clusters });
  const apply = (
    upserts: ReturnType<typeof applicationRecord>[],
    removals: string[] = [],
  ) =>
    store.applications.apply({
      lease,
      hub: HUB,
      upserts,
      removals: removals.map(name => ({ hub: HUB, namespace: 'argocd', name })),
    });
  return { knex, store, lease, apply };
}

const names = (applications: { name: string }[]) =>
  applications.map(({ name }) => name);

describe.each(databases.eachSupportedId())('DatabaseStore on %p', id => {
  it('forgets hubs that are not configured any more, and no other', async () => {
    const { store, apply, knex } = await setUp(id);
    await apply([applicationRecord('agent-prod', { labels: { team: 'a' } })]);
    await store.hubs.retain([HUB]);
    expect(await store.applications.list({ limit: 10 })).toHaveLength(1);
    await store.hubs.retain(['another']);
    for (const table of [
      'hubs',
      'clusters',
      'applications',
      'application_labels',
    ]) {
      expect(await knex(table).select()).toEqual([]);
    }
  });

  describe('applications', () => {
    it('are read back as they were written, with their cluster', async () => {
      const { store, apply } = await setUp(id);
      const record = applicationRecord('agent-prod', {
        labels: { team: 'a' },
        annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
        syncSince: '2026-01-01T00:00:00Z',
      });
      await apply([record]);
      const stored = await store.applications.get({
        hub: HUB,
        namespace: 'argocd',
        name: 'agent-prod',
      });
      expect(stored).toEqual({
        ...record,
        syncSince: expect.any(String),
        cluster: { name: 'prod' },
      });
    });

    it('are not written when nothing differs', async () => {
      const { knex, apply } = await setUp(id);
      await apply([applicationRecord('a', { labels: { b: '1', a: '2' } })]);
      const statements: string[] = [];
      knex.on('query', ({ sql }) => statements.push(sql));
      const { changed, clusters } = await apply([
        applicationRecord('a', { labels: { a: '2', b: '1' } }),
      ]);
      expect(changed).toEqual([]);
      expect(clusters).toEqual([]);
      expect(
        statements.filter(sql => /^(insert|update|delete)/i.test(sql)),
      ).toEqual([]);
    });

    it('keep since when a state lasts', async () => {
      const { store, apply } = await setUp(id);
      const get = async () => (await store.applications.list({ limit: 1 }))[0];
      await apply([applicationRecord('a', { healthSince: undefined })]);
      const first = await get();
      await new Promise(resolve => setTimeout(resolve, 5));
      await apply([
        applicationRecord('a', { healthSince: undefined, images: ['x'] }),
      ]);
      expect(await get()).toMatchObject({
        images: ['x'],
        syncSince: first.syncSince,
        healthSince: first.healthSince,
      });
      await apply([applicationRecord('a', { sync: 'OutOfSync' })]);
      expect((await get()).syncSince! > first.syncSince!).toBe(true);
    });

    it('are selected by name, set, key and label terms', async () => {
      const { store, apply } = await setUp(id);
      await apply([
        applicationRecord('a', {
          applicationSet: 'fleet',
          labels: { tier: 'web', env: 'prod' },
        }),
        applicationRecord('b', {
          labels: { tier: 'db' },
          annotations: { 'backstage.io/entity-ref': 'component:default/b' },
        }),
        applicationRecord('c', { project: 'other' }),
      ]);
      const select = async (
        match: Parameters<typeof store.applications.select>[0]['match'],
        rest = {},
      ) => names(await store.applications.select({ match, ...rest }));

      expect(await select({ kind: 'name', name: 'b' })).toEqual(['b']);
      expect(await select({ kind: 'application-set', name: 'fleet' })).toEqual([
        'a',
      ]);
      expect(
        await select({
          kind: 'key',
          key: 'backstage.io/entity-ref',
          value: 'component:default/b',
        }),
      ).toEqual(['b']);
      const labels = (...terms: any[]) => ({ kind: 'labels' as const, terms });
      expect(
        await select(
          labels({ key: 'tier', operator: 'in', values: ['web', 'db'] }),
        ),
      ).toEqual(['a', 'b']);
      expect(
        await select(
          labels({ key: 'tier', operator: 'notin', values: ['web'] }),
        ),
      ).toEqual(['b', 'c']);
      expect(await select(labels({ key: 'env', operator: 'exists' }))).toEqual([
        'a',
      ]);
      expect(
        await select(labels({ key: 'env', operator: 'not-exists' }), {
          project: 'other',
        }),
      ).toEqual(['c']);
      expect(
        await select(
          labels({
            key: 'backstage.io/entity-ref',
            operator: 'exists',
          }),
        ),
      ).toEqual([]);
    });

    it('forget labels that were taken away, and everything when removed', async () => {
      const { knex, store, apply } = await setUp(id);
      await apply([applicationRecord('a', { labels: { tier: 'web' } })]);
      await apply([applicationRecord('a')]);
      expect(await knex('application_labels').select()).toEqual([]);
      const { changed } = await apply([], ['a', 'never-there']);
      expect(names(changed)).toEqual(['a']);
      expect(await store.applications.list({ limit: 5 })).toEqual([]);
    });

    it('are paged in a stable order', async () => {
      const { store, apply } = await setUp(id);
      await apply(
        ['a', 'b', 'c', 'd'].map(name =>
          applicationRecord(name, {
            destination: {
              namespace: 'x',
              name: name === 'c' ? 'staging' : 'prod',
            },
          }),
        ),
      );
      const first = await store.applications.list({
        hub: HUB,
        cluster: 'prod',
        limit: 2,
      });
      const second = await store.applications.list({
        hub: HUB,
        cluster: 'prod',
        limit: 2,
        after: first[1],
      });
      expect(names([...first, ...second])).toEqual(['a', 'b', 'd']);
      const all: string[] = [];
      for await (const page of store.applications.pages()) {
        all.push(...names(page));
      }
      expect(all).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  describe('destinations', () => {
    const on = (name: string, destination: object) =>
      applicationRecord(name, {
        destination: { namespace: 'x', ...destination },
      });

    it('resolve by name and by server, or tell why not', async () => {
      const { store, apply } = await setUp(id);
      await apply([
        on('by-name', { name: 'prod' }),
        on('by-server', { server: 'https://staging.example.com/' }),
        on('both', { name: 'prod', server: 'https://prod.example.com' }),
        on('gone', { name: 'gone' }),
      ]);
      const list = await store.applications.list({ limit: 10 });
      expect(
        Object.fromEntries(list.map(one => [one.name, one.cluster])),
      ).toEqual({
        'by-name': { name: 'prod' },
        'by-server': { name: 'staging' },
        both: { problem: 'invalid', given: 'prod https://prod.example.com' },
        gone: { problem: 'no-such-cluster', given: 'gone' },
      });
    });

    it('resolve anew when the set of clusters changes', async () => {
      const { store, lease, apply } = await setUp(id);
      await apply([on('a', { name: 'prod' }), on('b', { name: 'perf' })]);
      const { changed, applications } = await store.clusters.replace({
        lease,
        hub: HUB,
        clusters: [
          clusterRecord('prod'),
          clusterRecord('prod', { server: 'https://other.example.com' }),
          clusterRecord('perf'),
        ],
      });
      expect(names(applications).sort()).toEqual(['a', 'b']);
      expect(changed).toContain('staging');
      const list = await store.applications.list({ limit: 10 });
      expect(list.map(one => one.cluster)).toEqual([
        { problem: 'ambiguous-cluster', given: 'prod' },
        { name: 'perf' },
      ]);
      const clusters = await store.clusters.list({ hub: HUB });
      expect(clusters.map(one => one.name)).toEqual([
        'perf',
        expect.stringMatching(/^prod~[0-9a-f]{8}$/),
        expect.stringMatching(/^prod~[0-9a-f]{8}$/),
      ]);
      expect(clusters[0].facts.applications).toBe(1);
      expect((await store.hubs.get(HUB))?.clusters).toBe(3);
    });
  });

  describe('clusters', () => {
    it('count their applications and the evidence these give', async () => {
      const { store, apply } = await setUp(id);
      const condition = {
        type: 'ComparisonError',
        message:
          'Failed to load live state: failed to get cluster info for "https://prod.example.com": error synchronizing cache state : Get "https://prod.example.com/version": dial tcp 10.0.0.1:443: connect: connection refused',
      };
      const { clusters } = await apply([
        applicationRecord('a', { sync: 'Unknown', conditions: [condition] }),
        applicationRecord('b', {
          operation: { phase: 'Running', startedAt: '2026-01-01T00:00:00Z' },
        }),
      ]);
      expect(clusters).toEqual(['prod']);
      const facts = async () => (await store.clusters.get(HUB, 'prod'))!.facts;
      expect(await facts()).toMatchObject({
        applications: 2,
        connectionErrors: 1,
        connectionErrorsReason: 'refused',
      });
      await apply([
        applicationRecord('a'),
        applicationRecord('b', {
          operation: {
            phase: 'Succeeded',
            startedAt: '2026-01-01T00:00:00Z',
            finishedAt: '2026-01-01T00:00:10Z',
          },
        }),
      ]);
      const after = await facts();
      expect(after).toMatchObject({
        connectionErrors: 0,
        lastSucceededAt: Date.parse('2026-01-01T00:00:10Z'),
      });
      expect(after.connectionErrorsSince).toBeUndefined();
      expect((await store.hubs.get(HUB))?.applications).toBe(2);
    });

    it('keep heartbeat, verdict and first sight when listed again', async () => {
      const { store, lease } = await setUp(id);
      const heartbeat = { failures: 2, reason: 'refused' as const };
      await store.clusters.updateFacts({
        lease,
        hub: HUB,
        updates: [{ name: 'prod', facts: { heartbeat, applications: 99 } }],
      });
      const listed = clusterRecord('prod', { labels: { env: 'other' } });
      listed.facts.firstSeenAt = 7;
      const { changed } = await store.clusters.replace({
        lease,
        hub: HUB,
        clusters: [listed, clusterRecord('staging')],
      });
      expect(changed).toEqual(['prod']);
      expect(await store.clusters.get(HUB, 'prod')).toMatchObject({
        labels: { env: 'other' },
        facts: { heartbeat, firstSeenAt: 1, applications: 0 },
      });
    });
  });

  describe('leases', () => {
    it('let only the holder of the current epoch write', async () => {
      const { knex, store, lease, apply } = await setUp(id);
      await knex('leases').update({ expires_at: 0 });
      const other = await createStore(knex);
      const taken = (await other.leases.acquire(HUB)) as Lease;
      expect(taken.epoch).toBe(lease.epoch + 1);
      await expect(apply([applicationRecord('a')])).rejects.toThrow(
        /lease of 'main' was lost/,
      );
      await expect(
        store.hubs.update({ lease, hub: HUB, changes: { complete: true } }),
      ).rejects.toThrow(/was lost/);
      await other.applications.apply({
        lease: taken,
        hub: HUB,
        upserts: [applicationRecord('b')],
        removals: [],
      });
      expect(names(await store.applications.list({ limit: 5 }))).toEqual(['b']);
    });

    it('refuse a holder that woke after its lease ran out', async () => {
      const { knex, apply } = await setUp(id);
      await knex('leases').update({ expires_at: 0 });
      await expect(apply([applicationRecord('a')])).rejects.toThrow(/was lost/);
    });

    it('keep the epoch when renewed, and are free once released', async () => {
      const { knex, store, lease } = await setUp(id);
      expect(await store.leases.acquire(HUB)).toEqual(lease);
      await store.leases.release(lease);
      const other = await createStore(knex);
      expect((await other.leases.acquire(HUB))?.epoch).toBe(lease.epoch + 1);
    });
  });

  it('keeps a secret for good', async () => {
    const { knex, store } = await setUp(id);
    const secret = await store.secret('change-key');
    expect(secret).toHaveLength(43);
    expect(await (await createStore(knex)).secret('change-key')).toBe(secret);
  });

  it('keeps commits for good', async () => {
    const { store } = await setUp(id);
    const commit = { author: 'Ada', message: 'Fix', date: '2026-01-01' };
    await store.commits.put('https://git', 'abc', commit);
    await store.commits.put('https://git', 'abc', { ...commit, author: 'X' });
    const found = await store.commits.get([
      { repoUrl: 'https://git', revision: 'abc' },
      { repoUrl: 'https://git', revision: 'def' },
    ]);
    expect([...found]).toEqual([[commitKey('https://git', 'abc'), commit]]);
  });

  it('can be migrated down again', async () => {
    const { knex } = await setUp(id);
    await knex.migrate.rollback({ directory: `${__dirname}/../../migrations` });
    expect(await knex.schema.hasTable('applications')).toBe(false);
  });
});

it('lets a second replica wait while the lease is held', async () => {
  const supported = databases.eachSupportedId().map(([name]) => name);
  // SQLite serves one process, which takes over at once.
  for (const id of supported.filter(name => name !== 'SQLITE_3')) {
    const { knex } = await setUp(id);
    const other = await createStore(knex);
    expect(await other.leases.acquire(HUB)).toBeUndefined();
  }
  expect(supported).toContain('SQLITE_3');
});
