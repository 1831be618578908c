import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AGENT,
  agentOn,
  CONFIG,
  NOW,
  StoreFiller,
} from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import { DatabaseRevisionStore } from '../store/database/DatabaseRevisionStore';
import { Claims } from './Claims';
import { claimsOf } from './claimsOf';
import { PlacementFeed } from './PlacementFeed';
import { StoredPlacements } from './StoredPlacements';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const REF = 'component:default/agent';
/** What another replica wrote is told after this time. */
const SEEN_WITHIN_MS = 250;

/** Two replicas on one database: one writes, the other one tells placements. */
async function replicasOn(
  id: ReturnType<TestDatabases['eachSupportedId']>[number][0],
) {
  const knex = await databases.init(id);
  const writer = await createStore(knex);
  const fill = new StoreFiller(writer);
  await fill.hub();
  await fill.clusters('prod', 'staging');
  await fill.applications(agentOn('prod'));

  let now = 0;
  const reader = await createStore(knex);
  const { applications, clusters, hubs } = reader;
  const revisions = new DatabaseRevisionStore(knex, { now: () => now });
  const store = { applications, clusters, hubs, revisions };
  const claims = new Claims({
    store: { claims: reader.claims, revisions },
    config: CONFIG.mapping,
    catalog: catalogServiceMock({ entities: [] }),
    logger: mockServices.logger.mock(),
  });
  const source = new StoredPlacements({ claims, config: CONFIG, store });
  const replaceClaims = async (...entities: (typeof AGENT)[]) => {
    const lease = (await writer.leases.acquire('mapping:claims'))!;
    const read = entities.map(entity => claimsOf(entity, CONFIG.mapping));
    await writer.claims.replace({ lease, entities: read });
  };
  return {
    fill,
    reader,
    writer,
    source,
    feed: new PlacementFeed(source, { now: () => now }),
    replaceClaims,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

type Replicas = Awaited<ReturnType<typeof replicasOn>>;

describe.each(databases.eachSupportedId())('stored placements on %p', id => {
  it.each<[string, (on: Replicas) => Promise<unknown>, 'same' | 'another']>([
    ['nothing', async () => {}, 'same'],
    [
      'a heartbeat of a cluster',
      ({ fill }) => fill.heartbeatAt('prod', NOW),
      'same',
    ],
    ['a cluster that breaks', ({ fill }) => fill.breakCluster('prod'), 'same'],
    ['a hub that was listed again', ({ fill }) => fill.hub(500), 'same'],
    [
      'an application',
      ({ fill }) => fill.applications(agentOn('staging')),
      'another',
    ],
    [
      'an application that goes',
      ({ fill }) => fill.remove('agent-prod'),
      'another',
    ],
    [
      'a cluster that comes',
      ({ fill }) => fill.clusters('dr', 'prod', 'staging'),
      'another',
    ],
    ['a cluster that goes', ({ fill }) => fill.clusters('prod'), 'another'],
    [
      'a cluster of another environment',
      async ({ writer }) => {
        const lease = (await writer.leases.acquire('main'))!;
        const clusters = await writer.clusters.list();
        await writer.clusters.replace({
          lease,
          hub: 'main',
          clusters: clusters.map(({ name, hub, ...cluster }) => ({
            ...cluster,
            labels: { ...cluster.labels, env: 'dr' },
          })),
        });
      },
      'another',
    ],
    [
      'a hub that is complete',
      ({ writer }) => new StoreFiller(writer, 'edge').hub(),
      'another',
    ],
    [
      'the first reading of the catalog',
      ({ replaceClaims }) => replaceClaims(),
      'another',
    ],
    ['claims', ({ replaceClaims }) => replaceClaims(AGENT), 'another'],
  ])('after %s are %s', async (_, write, expected) => {
    const on = await replicasOn(id);
    const before = await on.source.version();
    await write(on);
    on.pass(SEEN_WITHIN_MS);
    const after = await on.source.version();
    expect(after === before ? 'same' : 'another').toBe(expected);
  });

  it('are computed once while nothing is written but how clusters are', async () => {
    const { feed, fill, reader, replaceClaims, pass } = await replicasOn(id);
    await replaceClaims(AGENT);
    const pages = jest.spyOn(reader.applications, 'pages');
    const { cursor } = await feed.since(undefined);
    const first = await feed.recent();
    for (let minute = 0; minute < 5; minute += 1) {
      pass(60_000);
      await fill.heartbeatAt('prod', NOW + minute);
      expect(await feed.recent()).toBe(first);
      pass(10_000);
      feed.invalidate();
      expect((await feed.since(cursor)).items).toEqual([]);
    }
    expect(pages).toHaveBeenCalledTimes(1);
  });

  it('are told as another replica wrote them', async () => {
    const { feed, fill, replaceClaims, pass } = await replicasOn(id);
    expect(await feed.since(undefined)).toMatchObject({
      trustworthy: false,
      items: [],
    });
    await replaceClaims(AGENT);
    pass(60_000);
    const { byApplication } = await feed.recent();
    expect([...byApplication.values()]).toEqual([[REF]]);
    const { cursor, ...known } = await feed.since(undefined);
    expect(known).toMatchObject({
      trustworthy: true,
      items: [{ entityRef: REF, clusters: ['prod'] }],
    });

    await fill.applications(agentOn('staging'));
    pass(60_000);

    expect((await feed.since(cursor)).items).toEqual([
      {
        entityRef: REF,
        clusters: ['prod', 'staging'],
        environments: ['staging', 'prod'],
      },
    ]);
  });

  it('are not computed of claims from before, which nobody would notice', async () => {
    const { source, reader, replaceClaims, pass } = await replicasOn(id);
    await source.compute();
    await replaceClaims(AGENT);
    pass(SEEN_WITHIN_MS);
    jest
      .spyOn(reader.claims, 'all')
      .mockRejectedValueOnce(new Error('away for a moment'));
    await expect(source.compute()).rejects.toThrow('away for a moment');
    const { placements } = await source.compute();
    expect([...placements.keys()]).toEqual([REF]);
  });

  it('do not trust a hub that was completed while they were computed', async () => {
    const { source, reader, writer, replaceClaims, pass } = await replicasOn(
      id,
    );
    await replaceClaims(AGENT);
    const lease = (await writer.leases.acquire('main'))!;
    const become = (complete: boolean) =>
      writer.hubs.update({ lease, hub: 'main', changes: { complete } });
    await become(false);
    pass(SEEN_WITHIN_MS);
    const { pages } = reader.applications;
    jest
      .spyOn(reader.applications, 'pages')
      .mockImplementationOnce(async function* read() {
        yield* pages.call(reader.applications);
        await become(true);
      });
    expect(await source.compute()).toMatchObject({
      trustworthy: false,
      settled: [],
    });
    pass(SEEN_WITHIN_MS);
    expect(await source.compute()).toMatchObject({ trustworthy: true });
  });
});
