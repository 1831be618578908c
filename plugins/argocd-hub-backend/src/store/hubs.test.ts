import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import {
  applicationRecord,
  applicationSetRecord,
  clusterRecord,
  projectRecord,
} from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';
import type { DatabaseStore } from './DatabaseStore';
import { HubRetention } from './HubRetention';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const start = Date.now();
/** Without a day of grace. */
const NOW = { keptMs: 0 };
const TABLES = [
  'hubs',
  'clusters',
  'applications',
  'application_labels',
  'changes',
  'application_sets',
  'projects',
];

describe.each(databases.eachSupportedId())('hubs on %p', id => {
  /** Two hubs with something of everything. */
  const setUp = async () => {
    const world = await storeOn(databases, id);
    const { store } = world;
    const fill = async (hub: string, applications: number) => {
      const lease = (await store.leases.acquire(hub))!;
      await store.hubs.update({ lease, hub, changes: { complete: true } });
      await store.clusters.replace({
        lease,
        hub,
        clusters: [clusterRecord('prod', { project: 'team' })],
      });
      await store.applications.apply({
        lease,
        hub,
        upserts: Array.from({ length: applications }, (_, index) =>
          applicationRecord(`app${index}`, {
            hub,
            labels: { team: 'a' },
            history: [0, 1].map(each => ({
              id: each,
              deployedAt: new Date(start - each * 60_000).toISOString(),
            })),
          }),
        ),
        removals: [],
      });
      await store.applicationSets.replace({
        lease,
        hub,
        sets: [applicationSetRecord('agents', { hub })],
      });
      await store.projects.replace({
        lease,
        hub,
        projects: [projectRecord('team', { hub })],
      });
    };
    await fill(HUB, 2);
    await fill('large', 600);
    return { ...world, fill };
  };

  const counts = async (knex: Knex) =>
    Object.fromEntries(
      await Promise.all(
        TABLES.map(async table => [
          table,
          Number((await knex(table).count({ rows: '*' }))[0].rows),
        ]),
      ),
    );

  /** As if its mirror had ended. */
  const free = async ({ store }: { store: DatabaseStore }, hub: string) =>
    store.leases.release((await store.leases.acquire(hub))!);

  it('are forgotten once nobody mirrors them, but for their history', async () => {
    const world = await setUp();
    const { store, knex } = world;
    const all = await counts(knex);
    expect(all).toMatchObject({ applications: 602, changes: 1_204 });
    expect(await store.hubs.forgetOthers([HUB, 'large'], NOW)).toEqual([]);
    expect(await counts(knex)).toEqual(all);

    await free(world, 'large');
    const another = await createStore(knex);
    expect(await another.hubs.forgetOthers([HUB, 'another'], NOW)).toEqual([
      'large',
    ]);
    expect(await counts(knex)).toEqual({
      hubs: 1,
      clusters: 1,
      applications: 2,
      application_labels: 2,
      changes: 1_204,
      application_sets: 1,
      projects: 1,
    });
    expect((await store.hubs.list()).map(({ name }) => name)).toEqual([HUB]);
    expect(await another.hubs.forgetOthers([HUB], NOW)).toEqual([]);
  });

  it('have their history when they come back', async () => {
    const world = await setUp();
    const { store } = world;
    const history = async () =>
      (
        await store.changes.list({
          cluster: { hub: 'large', name: 'prod' },
          limit: 2_000,
        })
      ).changes;
    const before = await history();
    expect(before).toHaveLength(1_200);
    await free(world, 'large');
    await store.hubs.forgetOthers([HUB], NOW);
    expect(await history()).toEqual([]);
    await world.fill('large', 600);
    expect(await history()).toEqual(before);
  });

  it('end the writes of who mirrored them', async () => {
    const world = await setUp();
    const { store, knex } = world;
    const lease = (await store.leases.acquire('large'))!;
    await free(world, 'large');
    await (await createStore(knex)).hubs.forgetOthers([HUB], NOW);
    await expect(
      store.hubs.update({ lease, hub: 'large', changes: { complete: true } }),
    ).rejects.toThrow(/was lost/);
    expect((await store.leases.acquire('large'))!.epoch).toBeGreaterThan(
      lease.epoch,
    );
    expect(await counts(knex)).toMatchObject({ hubs: 1, applications: 2 });
  });

  it('stay while another replica mirrors them', async () => {
    const { store, knex } = await setUp();
    await knex('leases').where({ resource: 'large' }).update({
      holder: 'third',
      epoch: 7,
    });
    const all = await counts(knex);
    // Not new: SQLite takes over at first what an earlier process left behind.
    expect(await store.hubs.forgetOthers([HUB], NOW)).toEqual([]);
    expect(await counts(knex)).toEqual(all);
    expect(await knex('leases').where({ resource: 'large' }).first()).toEqual(
      expect.objectContaining({ epoch: 7, holder: 'third' }),
    );
  });

  it('are forgotten later when there is no time now', async () => {
    const world = await setUp();
    const { store, knex } = world;
    await free(world, 'large');
    const all = await counts(knex);
    const signal = AbortSignal.abort();
    expect(await store.hubs.forgetOthers([HUB], { ...NOW, signal })).toEqual(
      [],
    );
    expect(await counts(knex)).toEqual(all);
    expect(await store.hubs.forgetOthers([HUB], NOW)).toEqual(['large']);
  });

  it('stay for a day, in case that they were left out by mistake', async () => {
    const world = await setUp();
    const { store, knex } = world;
    await free(world, 'large');
    const all = await counts(knex);
    const before = await store.hubs.get('large');
    const forgetAfter = async (hours: number) => {
      const at = start + hours * 60 * 60_000;
      const clock = jest.spyOn(Date, 'now').mockReturnValue(at);
      try {
        return await store.hubs.forgetOthers([HUB]);
      } finally {
        clock.mockRestore();
      }
    };
    expect(await forgetAfter(0)).toEqual([]);
    expect(await forgetAfter(23)).toEqual([]);
    expect(await counts(knex)).toEqual(all);
    expect(await store.hubs.get('large')).toEqual(before);

    // It is configured again for a while.
    await store.hubs.update({
      lease: (await store.leases.acquire('large'))!,
      hub: 'large',
      changes: { facts: { lastListAt: 1 } },
    });
    expect(await forgetAfter(25)).toEqual([]);
    expect(await counts(knex)).toEqual(all);

    expect(await forgetAfter(48)).toEqual([]);
    expect(await forgetAfter(49)).toEqual(['large']);
  });

  it('are not complete once a part of them is forgotten', async () => {
    const world = await setUp();
    const { store, knex } = world;
    await free(world, 'large');
    const stop = new AbortController();
    knex.on('query', ({ sql }) => {
      if (/^delete from .?applications/i.test(sql)) stop.abort();
    });
    expect(
      await store.hubs.forgetOthers([HUB], { ...NOW, signal: stop.signal }),
    ).toEqual([]);
    expect((await counts(knex)).applications).toBe(502);
    expect(await store.hubs.get('large')).toMatchObject({ complete: false });
    expect(await store.hubs.get(HUB)).toMatchObject({ complete: true });
  });

  it('are forgotten by one replica, as a task that nobody waits for', async () => {
    const { store, knex } = await setUp();
    const scheduler = mockServices.scheduler.mock();
    const retention = new HubRetention({
      store,
      scheduler,
      logger: mockServices.logger.mock(),
      names: [HUB],
    });
    await retention.schedule();
    expect(scheduler.scheduleTask).toHaveBeenCalledWith(
      expect.objectContaining({
        id: 'argocd-hub-forget-hubs',
        scope: 'global',
        initialDelay: { minutes: 1 },
      }),
    );
    expect(await retention.sweep()).toEqual([]);
    await knex('hubs')
      .where({ name: 'large' })
      .update({
        body: JSON.stringify({ facts: {}, skipped: [], unconfiguredSince: 1 }),
      });
    expect(await retention.sweep()).toEqual(['large']);
  });

  it('are not written for what a replica did alone', async () => {
    const { store, lease } = await storeOn(databases, id);
    const update = (lastListAt: number, ok: number) =>
      store.hubs.update({
        lease,
        hub: HUB,
        changes: {
          facts: { lastListAt, work: { calls: { ok }, heartbeats: {} } },
        },
      });
    const calls = async () => (await store.hubs.get(HUB))?.facts.work?.calls.ok;
    await update(1, 10);
    await update(1, 20);
    expect(await calls()).toBe(10);
    await update(2, 30);
    expect(await calls()).toBe(30);
  });

  it('remember how much the account may see, and what was said before', async () => {
    const { store } = await setUp();
    const lease = (await store.leases.acquire(HUB))!;
    const update = (changes: object) =>
      store.hubs.update({ lease, hub: HUB, changes });
    await update({ readableSets: 'none' });
    await update({ readableProjects: 'some', facts: { lastListAt: 7 } });
    expect(await store.hubs.get(HUB)).toMatchObject({
      complete: true,
      readableSets: 'none',
      readableProjects: 'some',
      facts: { lastListAt: 7 },
    });
  });

  it('are counted and written one after the other from the first write on', async () => {
    const { knex } = await storeOn(databases, id);
    const store = await createStore(knex);
    const lease = (await store.leases.acquire('new'))!;
    const write = (index: number) =>
      store.applications.apply({
        lease,
        hub: 'new',
        upserts: [applicationRecord(`app${index}`, { hub: 'new' })],
        removals: [],
      });
    await Promise.all([0, 1, 2, 3, 4, 5].map(write));
    expect(await store.hubs.get('new')).toMatchObject({
      name: 'new',
      complete: false,
      applications: 6,
    });
  });

  it('know which project a cluster belongs to', async () => {
    const { store } = await setUp();
    expect(await store.clusters.get(HUB, 'prod')).toMatchObject({
      project: 'team',
    });
  });
});
