import { TestDatabases } from '@backstage/backend-test-utils';
import {
  AGENT,
  Catalogs,
  CLUSTERS,
  clustersOf,
  expectToBecome,
} from './__testUtils__/catalogs';
import { cluster, placement } from './__testUtils__/FakeHub';
import { eventually, settle } from './__testUtils__/eventually';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const catalogs = new Catalogs();

afterEach(() => catalogs.stop());

it('is written on the entity, and follows', async () => {
  const on = await catalogs.start({
    hub: { placements: [placement('agent', 'dr', 'prod', 'staging')] },
  });
  await expectToBecome(on, 'dr,prod,staging');
  expect((await on.entity(AGENT))?.metadata.annotations).toMatchObject({
    'argocd-hub/cluster-count': '3',
    'argocd-hub/environments': 'dr,prod,staging',
  });
  const other = await on.entity('component:default/other');
  expect(other?.metadata.annotations).not.toHaveProperty([CLUSTERS]);

  on.hub.placements = [placement('agent', 'dr', 'perf', 'prod', 'staging')];
  await expectToBecome(on, 'dr,perf,prod,staging');

  on.hub.placements = [];
  await expectToBecome(on, undefined);
});

it('stays while the backend is down', async () => {
  const on = await catalogs.start({
    hub: { placements: [placement('agent', 'dr', 'prod')] },
  });
  await expectToBecome(on, 'dr,prod');

  on.hub.up = false;
  await on.tick();
  await settle();
  expect(await clustersOf(on)).toBe('dr,prod');
});

it('asks for nothing while entities are processed, however many there are', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `service-${index}`);
  const on = await catalogs.start({
    hub: { placements: names.map(name => placement(name, 'dr', 'prod')) },
    components: Object.fromEntries(['agent', ...names].map(name => [name, {}])),
    processingInterval: { seconds: 1 },
  });
  await on.tick();
  const asked = on.requests();
  await eventually(async () => {
    for (const name of names) {
      expect(await clustersOf(on, `component:default/${name}`)).toBe('dr,prod');
    }
  });
  await settle();
  expect(on.requests()).toBe(asked);

  await on.tick();
  expect(on.requests()).toBe(2 * asked);
});

it('only grows on hubs that were not mirrored completely', async () => {
  const on = await catalogs.start({
    hub: { placements: [placement('agent', 'dr', 'far', 'prod')] },
  });
  await expectToBecome(on, 'dr,far,prod');

  Object.assign(on.hub, {
    trustworthy: false,
    settled: ['dr', 'perf'], // of a hub that has told all
    placements: [placement('agent', 'perf')],
  });
  await expectToBecome(on, 'far,perf,prod');

  Object.assign(on.hub, { trustworthy: true });
  await expectToBecome(on, 'perf');
  expect(await clustersOf(on, 'component:default/other')).toBeUndefined();
});

it('is not believed when the source of the entity says it', async () => {
  const on = await catalogs.start({
    components: { agent: { [CLUSTERS]: 'forged', keep: 'me' } },
  });
  await on.tick();
  await settle();

  const annotations = (await on.entity(AGENT))?.metadata.annotations;
  expect(annotations).not.toHaveProperty([CLUSTERS]);
  expect(annotations).toHaveProperty('keep', 'me');
});

it('says nothing that changes with what runs there', async () => {
  const on = await catalogs.start({
    hub: {
      placements: [placement('agent', 'prod')],
      clusters: [cluster('prod')],
    },
  });
  await expectToBecome(on, 'prod');
  await settle();
  const refs = [AGENT, 'resource:default/prod'];
  const before = await Promise.all(refs.map(ref => on.entity(ref)));

  on.hub.freshness = 'down';
  on.hub.clusters = [
    cluster('prod', {
      applications: 7,
      kubernetesVersion: 'v1.99.0',
      paused: 'draining',
      verdict: {
        reachability: 'unreachable',
        since: '2026-02-02T00:00:00Z',
        observedAt: '2026-02-02T00:00:00Z',
        evidence: [],
      },
    }),
  ];
  await on.tick();
  await settle();

  const after = await Promise.all(refs.map(ref => on.entity(ref)));
  expect(before.every(Boolean)).toBe(true);
  expect(after).toEqual(before);
});

describe.each(databases.eachSupportedId())('after a restart on %s', id => {
  it('is as before, though nothing is known yet', async () => {
    const knex = await databases.init(id);
    const options = {
      knex,
      processingInterval: { seconds: 1 },
      hub: { placements: [placement('agent', 'dr', 'prod')] },
    };
    const first = await catalogs.start(options);
    await expectToBecome(first, 'dr,prod');
    await settle();
    await catalogs.stop();

    const written = countWrites(knex);
    const second = await catalogs.start({ ...options, hub: { up: false } });
    await second.tick();
    await settle();
    expect(await clustersOf(second)).toBe('dr,prod');

    Object.assign(second.hub, { up: true, ...options.hub });
    await second.tick();
    await settle();
    expect(await clustersOf(second)).toBe('dr,prod');
    expect(written()).toEqual({ asked: 0, processed: 0, stitched: 0 });

    second.hub.placements = [placement('agent', 'dr')];
    await expectToBecome(second, 'dr');
    expect(written()).toMatchObject({ asked: 1, processed: 1 });
  });
});

/** How often the catalog was asked to look again, and has stored an entity anew, from now on. */
function countWrites(knex: Awaited<ReturnType<typeof databases.init>>) {
  let asked = 0;
  let processed = 0;
  let stitched = 0;
  knex.on('query', ({ sql }: { sql: string }) => {
    if (/^update .refresh_state. set .*processed_entity/i.test(sql)) {
      processed += 1;
    }
    if (
      /^update .refresh_state. set .next_update_at.*refresh_keys/i.test(sql)
    ) {
      asked += 1;
    }
    if (/^insert into .final_entities./i.test(sql)) stitched += 1;
  });
  return () => ({ asked, processed, stitched });
}
