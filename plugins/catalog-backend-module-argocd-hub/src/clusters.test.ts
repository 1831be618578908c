import { component } from './__testUtils__/startCatalog';
import { Catalogs } from './__testUtils__/catalogs';
import { eventually, settle } from './__testUtils__/eventually';
import { cluster } from './__testUtils__/FakeHub';
import type { StartedCatalog } from './__testUtils__/startCatalog';
import { foreignEntities } from './__testUtils__/foreignEntities';

jest.setTimeout(60_000);

const catalogs = new Catalogs();

afterAll(() => catalogs.stop());

async function expectNames(on: StartedCatalog, names: string[]) {
  await eventually(async () => expect(await on.clusterNames()).toEqual(names));
}

const clusters = (...names: string[]) => names.map(name => cluster(name));

it('are entities that follow the hub', async () => {
  const on = await catalogs.start({
    hub: { clusters: clusters('prod', 'staging') },
  });
  await on.tick();
  await expectNames(on, ['prod', 'staging']);
  expect(await on.entity('resource:default/prod')).toMatchObject({
    metadata: {
      annotations: {
        'argocd-hub/hub': 'main',
        'argocd-hub/cluster': 'prod',
        'kubernetes.io/api-server': 'https://prod.example.com',
      },
      labels: { env: 'prod' },
    },
    spec: { type: 'kubernetes-cluster', owner: 'platform' },
  });

  on.hub.clusters = clusters('prod', 'staging', 'perf');
  await on.tick();
  await expectNames(on, ['perf', 'prod', 'staging']);

  on.hub.clusters = clusters('prod', 'staging');
  await on.tick();
  await expectNames(on, ['prod', 'staging']);
});

it('are put back when somebody else took them away', async () => {
  const on = await catalogs.start({
    hub: { clusters: clusters('c1', 'c2', 'c3') },
  });
  await on.tick();
  await expectNames(on, ['c1', 'c2', 'c3']);

  await on.remove('resource:default/c2');
  expect(await on.clusterNames()).toEqual(['c1', 'c3']);
  await on.tick();

  await expectNames(on, ['c1', 'c2', 'c3']);
});

it('change their names with prefixClusterEntities, all at once', async () => {
  const on = await catalogs.start({
    hub: { clusters: clusters('c1', 'c2', 'c3', 'c4') },
  });
  await on.tick();
  await expectNames(on, ['c1', 'c2', 'c3', 'c4']);

  on.hub.clusters = on.hub.clusters.map(one => ({
    ...one,
    entityRef: `resource:default/main-${one.name}`,
  }));
  await on.tick();

  await expectNames(on, ['main-c1', 'main-c2', 'main-c3', 'main-c4']);
  expect(on.warnings()).toEqual([]);
});

describe('are kept', () => {
  const names = ['c1', 'c2', 'c3', 'c4', 'c5'];
  let on: StartedCatalog | undefined;

  it.each([
    ['the hub has none any more', { clusters: [] }],
    ['most are missing', { clusters: clusters('c1') }],
    [
      'the hub was not mirrored completely',
      { clusters: clusters('c1', 'c2', 'c3', 'c4'), complete: false },
    ],
    ['the backend is down', { clusters: [], up: false }],
    [
      'the hub is down',
      { clusters: clusters('c1', 'c2', 'c3', 'c4'), freshness: 'down' },
    ],
    [
      'the hub is stale',
      { clusters: clusters('c1', 'c2', 'c3', 'c4'), freshness: 'stale' },
    ],
    [
      'one of them can no longer be read',
      {
        clusters: clusters('c1', 'c2', 'c3', 'c4'),
        skippedClusters: [{ name: 'c5', reason: 'It has no server' }],
        skippedClusterCount: 1,
      },
    ],
  ] as const)('when %s', async (_, change) => {
    on ??= await catalogs.start({ hub: { clusters: clusters(...names) } });
    const usual = { ...on.hub };
    await on.tick();
    await expectNames(on, names);

    Object.assign(on.hub, change);
    await on.tick();
    expect(await on.clusterNames()).toEqual(names);

    Object.assign(on.hub, usual);
  });

  it('when another replica has just removed as many as may go', async () => {
    on = await catalogs.start({ hub: { clusters: clusters(...names) } });
    await on.tick();
    await expectNames(on, names);
    await on.scheduler.triggerTask('argocd-hub-clusters-count-main');

    on.hub.clusters = clusters('c4', 'c5');
    for (const name of ['c1', 'c2'])
      await on.remove(`resource:default/${name}`);
    await expectNames(on, ['c3', 'c4', 'c5']);
    await on.tick();

    expect(await on.clusterNames()).toEqual(['c3', 'c4', 'c5']);
  });

  it('while new ones come, and it is said once', async () => {
    on = await catalogs.start({ hub: { clusters: clusters(...names) } });
    await on.tick();
    await expectNames(on, names);

    on.hub.clusters = clusters('new');
    await on.tick();
    await expectNames(on, [...names, 'new']);
    await on.tick();

    expect(on.warnings()).toEqual([
      expect.stringMatching(/lists 5 clusters no more.*c1, c2.*so many/),
    ]);
  });
});

describe('of one name', () => {
  it('leave the entity to who has it, and it is said once', async () => {
    const on = await catalogs.start({
      hub: { clusters: clusters('prod', 'stays') },
    });
    await on.tick();
    await expectNames(on, ['prod', 'stays']);
    const before = await on.entity('resource:default/prod');

    on.hub.edgeClusters = clusters('far', 'prod');
    await on.tick();
    await expectNames(on, ['far', 'prod', 'stays']);
    await on.tick();
    await settle();

    expect(await on.entity('resource:default/prod')).toEqual(before);
    expect(on.warnings()).toEqual([
      expect.stringMatching(
        /1 clusters of hub 'edge' get no entity.*prod.*argocd-hub:main.*prefixClusterEntities/,
      ),
    ]);

    on.hub.clusters = clusters('stays');
    await on.tick();
    await on.tick();
    await eventually(async () =>
      expect(
        (
          await on.entity('resource:default/prod')
        )?.metadata.annotations,
      ).toHaveProperty(['argocd-hub/hub'], 'edge'),
    );
  });

  it('give it to the first by hub where nobody has it', async () => {
    const on = await catalogs.start({
      hub: { clusters: clusters('prod'), edgeClusters: clusters('prod') },
    });
    await on.tick();
    await on.tick();
    await eventually(async () =>
      expect(
        (
          await on.entity('resource:default/prod')
        )?.metadata.annotations,
      ).toHaveProperty(['argocd-hub/hub'], 'edge'),
    );
    expect(on.warnings()).toEqual([
      expect.stringContaining("clusters of hub 'main' get no entity"),
    ]);
  });

  it('do not fight with an entity that somebody wrote by hand', async () => {
    const byHand = {
      ...component('prod'),
      kind: 'Resource',
      spec: { type: 'database', owner: 'guests' },
    };
    const on = await catalogs.start({
      hub: { clusters: clusters('prod', 'staging') },
      features: [foreignEntities([byHand])],
    });
    await expectNames(on, ['prod']);
    await on.tick();
    await expectNames(on, ['prod', 'staging']);
    await on.tick();

    expect(await on.entity('resource:default/prod')).toMatchObject({
      spec: { type: 'database' },
    });
    expect(on.warnings()).toEqual([
      expect.stringContaining('prod: resource:default/prod is url:http'),
    ]);
  });
});
