import { TestDatabases } from '@backstage/backend-test-utils';
import {
  applicationRecord,
  applicationSetRecord,
  clusterRecord,
  projectRecord,
} from '../testing/records';
import { createStore, HUB, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

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
              deployedAt: new Date(Date.now() - each * 60_000).toISOString(),
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
    return world;
  };

  it('are forgotten with all that is known of them when they are not configured any more', async () => {
    const { store, knex } = await setUp();
    const counts = async () =>
      Object.fromEntries(
        await Promise.all(
          TABLES.map(async table => [
            table,
            Number((await knex(table).count({ rows: '*' }))[0].rows),
          ]),
        ),
      );
    await store.hubs.retain([HUB, 'large']);
    expect(await counts()).toMatchObject({ applications: 602, changes: 1_204 });
    await store.hubs.retain([HUB, 'another']);
    expect(await counts()).toEqual({
      hubs: 1,
      clusters: 1,
      applications: 2,
      application_labels: 2,
      changes: 4,
      application_sets: 1,
      projects: 1,
    });
    expect((await store.hubs.list()).map(({ name }) => name)).toEqual([HUB]);
    await store.hubs.retain([]);
    expect(Object.values(await counts()).every(rows => rows === 0)).toBe(true);
  });

  it('keep the leases of others, and of what is no hub', async () => {
    const { store, knex } = await setUp();
    await store.leases.acquire('mapping:claims');
    await store.hubs.retain([HUB]);
    const held = await store.leases.held();
    expect([...held.keys()].sort()).toEqual([HUB, 'mapping:claims']);
    expect(await knex('leases').where({ resource: 'large' }).first()).toEqual(
      expect.objectContaining({ epoch: 2 }),
    );
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
