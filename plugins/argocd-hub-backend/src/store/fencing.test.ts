import { TestDatabases } from '@backstage/backend-test-utils';
import {
  applicationRecord,
  applicationSetRecord,
  clusterRecord,
} from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';
import type { DatabaseStore } from './DatabaseStore';
import type { Lease } from './LeaseStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Everything that is written of a hub. */
const WRITERS: [
  string,
  (
    store: DatabaseStore,
    options: { lease: Lease; hub: string },
  ) => Promise<unknown>,
][] = [
  [
    'applications',
    (store, options) =>
      store.applications.apply({
        ...options,
        upserts: [applicationRecord('a')],
        removals: [],
      }),
  ],
  [
    'removals',
    (store, options) =>
      store.applications.apply({
        ...options,
        upserts: [],
        removals: [{ hub: HUB, namespace: 'argocd', name: 'a' }],
      }),
  ],
  [
    'clusters',
    (store, options) =>
      store.clusters.replace({ ...options, clusters: [clusterRecord('x')] }),
  ],
  [
    'facts of clusters',
    (store, options) =>
      store.clusters.updateFacts({
        ...options,
        updates: [{ name: 'prod', facts: { agent: true } }],
      }),
  ],
  [
    'the hub',
    (store, options) =>
      store.hubs.update({ ...options, changes: { complete: true } }),
  ],
  [
    'ApplicationSets',
    (store, options) =>
      store.applicationSets.replace({
        ...options,
        sets: [applicationSetRecord('agents')],
      }),
  ],
  [
    'projects',
    (store, options) => store.projects.replace({ ...options, projects: [] }),
  ],
];

describe.each(databases.eachSupportedId())('writes on %p', id => {
  const contents = async (knex: Awaited<ReturnType<typeof storeOn>>['knex']) =>
    JSON.stringify(
      await Promise.all(
        [
          'hubs',
          'clusters',
          'applications',
          'changes',
          'application_sets',
          'projects',
        ].map(table => knex(table).select()),
      ),
    );

  it.each(WRITERS)(
    'of %s need the lease of their hub, and the epoch of now',
    async (_, write) => {
      const { store, lease, knex } = await storeOn(databases, id);
      const before = await contents(knex);
      const other = (await store.leases.acquire('other'))!;
      await expect(write(store, { lease: other, hub: HUB })).rejects.toThrow(
        /lease of 'other' is not that of 'main'/,
      );
      for (const lost of [
        { expires_at: 0 },
        { epoch: lease.epoch + 1 },
        { holder: 'another' },
      ]) {
        const [row] = await knex('leases').where({ resource: HUB }).select();
        await knex('leases').where({ resource: HUB }).update(lost);
        await expect(write(store, { lease, hub: HUB })).rejects.toThrow(
          expect.objectContaining({ name: 'ConflictError' }),
        );
        await knex('leases').where({ resource: HUB }).update(row);
      }
      expect(await contents(knex)).toBe(before);
      await write(store, { lease, hub: HUB });
    },
  );

  it('at the same time tell a change once', async () => {
    const { store, apply } = await storeOn(databases, id);
    await apply([applicationRecord('a')]);
    const degraded = applicationRecord('a', {
      health: 'Degraded',
      healthSince: undefined,
      sync: 'OutOfSync',
    });
    await Promise.all([1, 2, 3, 4].map(() => apply([degraded])));
    const { changes } = await store.changes.list({
      applications: [{ hub: HUB, namespace: 'argocd', name: 'a' }],
      limit: 20,
    });
    expect(changes.map(({ kind }) => kind).sort()).toEqual(['health', 'sync']);
  });

  it('at the same time lose nothing of each other', async () => {
    const { store, lease, apply } = await storeOn(databases, id);
    const clusters = (index: number) =>
      ['prod', 'staging'].map(name =>
        clusterRecord(name, { labels: { version: `${index}` } }),
      );
    for (let index = 0; index < 10; index++) {
      const heartbeat = { failures: 0, goodAt: index };
      await Promise.all([
        store.clusters.replace({ lease, hub: HUB, clusters: clusters(index) }),
        apply([applicationRecord(`app${index}`)]),
        store.clusters.updateFacts({
          lease,
          hub: HUB,
          updates: [{ name: 'prod', facts: { heartbeat } }],
        }),
      ]);
      const prod = await store.clusters.get(HUB, 'prod');
      expect(prod).toMatchObject({
        labels: { version: `${index}` },
        facts: { applications: index + 1, heartbeat },
      });
    }
  });
});

describe.each(databases.eachSupportedId())('leases on %p', id => {
  it('that were lost are not freed by who had them', async () => {
    const { store, lease, knex } = await storeOn(databases, id);
    await knex('leases').update({ expires_at: 0 });
    const other = await createStore(knex);
    const taken = (await other.leases.acquire(HUB))!;
    await store.leases.release(lease);
    await store.leases.drop(lease);
    expect(await other.leases.acquire(HUB)).toEqual(taken);
  });

  it('that ran out are another one when they are had again', async () => {
    const { store, lease, knex } = await storeOn(databases, id);
    await knex('leases').update({ expires_at: 0 });
    const again = (await store.leases.acquire(HUB))!;
    expect(again.epoch).toBe(lease.epoch + 1);
    await store.leases.release(lease);
    expect(await store.leases.acquire(HUB)).toEqual(again);
  });

  it('that were dropped leave no row', async () => {
    const { store, knex } = await storeOn(databases, id);
    const lease = (await store.leases.acquire('cluster:main/a'))!;
    await store.leases.drop(lease);
    expect(await knex('leases').pluck('resource')).toEqual([HUB]);
    expect(await store.leases.acquire('cluster:main/a')).toEqual(lease);
  });

  it('of a clock that was set back hold nobody up', async () => {
    const { knex } = await storeOn(databases, id);
    const other = await createStore(knex);
    // Beyond what it takes at first from an earlier process on SQLite.
    await other.leases.acquire(HUB);
    await knex('leases').update({
      holder: 'gone',
      expires_at: Date.now() + 3_600_000,
    });
    expect(await other.leases.acquire(HUB)).toMatchObject({ resource: HUB });
  });
});

/** SQLite has one connection, so that nothing happens while another writes. */
const shared = databases.eachSupportedId().filter(([id]) => id !== 'SQLITE_3');

it('lets nobody take a lease in the middle of a write, though it ran out', async () => {
  for (const [id] of shared) {
    const { store, lease, knex } = await storeOn(databases, id);
    const other = await createStore(knex);
    let finish = () => {};
    const finished = new Promise<void>(resolve => {
      finish = resolve;
    });
    let started = () => {};
    const begun = new Promise<void>(resolve => {
      started = resolve;
    });
    const writing = store.leases.withLease(lease, async transaction => {
      await transaction('settings').insert({ name: 'late', value: 'x' });
      started();
      await finished;
    });
    await begun;
    await knex('leases').update({ expires_at: 0 });
    expect(await other.leases.acquire(HUB)).toBeUndefined();
    finish();
    await writing;
    expect((await other.leases.acquire(HUB))?.epoch).toBe(lease.epoch + 1);
    expect(await knex('settings').pluck('name')).toEqual(['late']);
    await expect(
      store.hubs.update({ lease, hub: HUB, changes: { complete: true } }),
    ).rejects.toThrow(/was lost/);
  }
});
