import { TestDatabases } from '@backstage/backend-test-utils';
import { cluster, placement, startCatalog } from './__testUtils__/startCatalog';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

const AGENT = 'component:default/agent';
const CLUSTERS = 'argocd-hub/clusters';

type Started = Awaited<ReturnType<typeof startCatalog>>;
const running: Started[] = [];

async function start(options: Partial<Parameters<typeof startCatalog>[0]>) {
  const started = await startCatalog({
    hub: {},
    components: { agent: {}, other: {} },
    ...options,
  });
  running.push(started);
  await eventually(async () =>
    expect(await started.entity(AGENT)).toBeDefined(),
  );
  return started;
}

async function eventually(check: () => Promise<void>) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** Long enough for the catalog to process what it was asked to. */
const settle = () => new Promise(resolve => setTimeout(resolve, 2_500));

async function clustersOf(on: Started) {
  return (await on.entity(AGENT))?.metadata.annotations?.[CLUSTERS];
}

/** Ticks, and waits until the annotation has changed to what is expected. */
async function expectToBecome(on: Started, expected: string | undefined) {
  expect(await clustersOf(on)).not.toBe(expected);
  await on.tick();
  await eventually(async () => expect(await clustersOf(on)).toBe(expected));
}

afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
});

describe('placement', () => {
  it('is written on the entity, and follows', async () => {
    const on = await start({
      hub: { placements: [placement('agent', 'dr', 'prod', 'staging')] },
    });
    await expectToBecome(on, 'dr,prod,staging');
    expect((await on.entity(AGENT))?.metadata.annotations).toMatchObject({
      'argocd-hub/cluster-count': '3',
      'argocd-hub/environments': 'dr,prod,staging',
    });
    const other = await on.entity('component:default/other');
    expect(other?.metadata.annotations).not.toHaveProperty(CLUSTERS);

    on.hub.placements = [placement('agent', 'dr', 'perf', 'prod', 'staging')];
    await expectToBecome(on, 'dr,perf,prod,staging');

    on.hub.placements = [];
    await expectToBecome(on, undefined);
  });

  it('stays while the backend is down or has not seen everything', async () => {
    const on = await start({
      hub: { placements: [placement('agent', 'dr', 'prod')] },
    });
    await expectToBecome(on, 'dr,prod');

    on.hub.up = false;
    await on.tick();
    await settle();
    expect(await clustersOf(on)).toBe('dr,prod');

    Object.assign(on.hub, {
      ...{ up: true, trustworthy: false },
      placements: [placement('agent', 'perf')],
    });
    await expectToBecome(on, 'dr,perf,prod');

    on.hub.trustworthy = true;
    await expectToBecome(on, 'perf');
  });

  it('is not believed when the source of the entity says it', async () => {
    const on = await start({
      components: { agent: { [CLUSTERS]: 'forged', keep: 'me' } },
    });
    await on.tick();
    await settle();

    const annotations = (await on.entity(AGENT))?.metadata.annotations;
    expect(annotations).not.toHaveProperty([CLUSTERS]);
    expect(annotations).toHaveProperty('keep', 'me');
  });

  it('survives a restart during which nothing is known', async () => {
    const knex = await databases.init('SQLITE_3');
    const options = {
      knex,
      processingInterval: { seconds: 1 },
      hub: { placements: [placement('agent', 'dr', 'prod')] },
    };
    const first = await start(options);
    await expectToBecome(first, 'dr,prod');
    const { etag } = (await first.entity(AGENT))!.metadata;
    await first.stop();
    running.splice(0);

    const second = await start({ ...options, hub: { up: false } });
    await second.tick();
    await settle();
    expect((await second.entity(AGENT))?.metadata.annotations).toHaveProperty(
      [CLUSTERS],
      'dr,prod',
    );

    Object.assign(second.hub, { up: true, ...options.hub });
    await second.tick();
    await settle();
    expect((await second.entity(AGENT))?.metadata.etag).toBe(etag);

    second.hub.placements = [placement('agent', 'dr')];
    await expectToBecome(second, 'dr');
  });
});

describe('clusters', () => {
  it('are entities that follow the hub', async () => {
    const on = await start({
      hub: { clusters: [cluster('prod'), cluster('staging')] },
    });
    await on.tick();
    await eventually(async () =>
      expect(await on.clusterNames()).toEqual(['prod', 'staging']),
    );
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

    on.hub.clusters = ['prod', 'staging', 'perf'].map(cluster);
    await on.tick();
    await eventually(async () =>
      expect(await on.clusterNames()).toEqual(['perf', 'prod', 'staging']),
    );

    on.hub.clusters = ['prod', 'staging'].map(cluster);
    await on.tick();
    await eventually(async () =>
      expect(await on.clusterNames()).toEqual(['prod', 'staging']),
    );
  });

  it('are put back when somebody else took them away', async () => {
    const on = await start({
      hub: { clusters: ['c1', 'c2', 'c3'].map(cluster) },
    });
    await on.tick();
    await eventually(async () =>
      expect(await on.clusterNames()).toHaveLength(3),
    );

    await on.remove('resource:default/c2');
    expect(await on.clusterNames()).toEqual(['c1', 'c3']);
    await on.tick();

    await eventually(async () =>
      expect(await on.clusterNames()).toHaveLength(3),
    );
  });

  it.each([
    ['the hub has none any more', { clusters: [] }],
    ['most are missing', { clusters: [cluster('c1')] }],
    ['the hub was not mirrored completely', { clusters: [], complete: false }],
    ['the backend is down', { clusters: [], up: false }],
  ])('stay when %s', async (_, change) => {
    const names = ['c1', 'c2', 'c3', 'c4'];
    const on = await start({ hub: { clusters: names.map(cluster) } });
    await on.tick();
    await eventually(async () =>
      expect(await on.clusterNames()).toEqual(names),
    );

    Object.assign(on.hub, change);
    await on.tick();
    await settle();

    expect(await on.clusterNames()).toEqual(names);
  });
});
