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

/** Ticks, and waits until the annotation is as expected, or for long. */
async function clustersAfterTick(on: Started, expected: string | undefined) {
  await on.tick();
  const read = async () =>
    (await on.entity(AGENT))?.metadata.annotations?.[CLUSTERS];
  await eventually(async () => expect(await read()).toBe(expected));
  return read();
}

/** Long enough for the catalog to process what it was asked to. */
const settle = () => new Promise(resolve => setTimeout(resolve, 2_500));

afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
});

describe('placement', () => {
  it('is written on the entity, and follows', async () => {
    const on = await start({
      hub: { placements: [placement('agent', 'dr', 'prod', 'staging')] },
    });
    expect(await clustersAfterTick(on, 'dr,prod,staging')).toBe(
      'dr,prod,staging',
    );
    expect((await on.entity(AGENT))?.metadata.annotations).toMatchObject({
      'argocd-hub/cluster-count': '3',
      'argocd-hub/environments': 'dr,prod,staging',
    });
    const other = await on.entity('component:default/other');
    expect(other?.metadata.annotations).not.toHaveProperty(CLUSTERS);

    on.hub.placements = [placement('agent', 'dr', 'perf', 'prod', 'staging')];
    expect(await clustersAfterTick(on, 'dr,perf,prod,staging')).toBe(
      'dr,perf,prod,staging',
    );

    on.hub.placements = [];
    expect(await clustersAfterTick(on, undefined)).toBe(undefined);
  });

  it('stays while the backend is down or has not seen everything', async () => {
    const on = await start({
      hub: { placements: [placement('agent', 'dr', 'prod')] },
    });
    expect(await clustersAfterTick(on, 'dr,prod')).toBe('dr,prod');

    on.hub.up = false;
    expect(await clustersAfterTick(on, 'dr,prod')).toBe('dr,prod');

    Object.assign(on.hub, {
      ...{ up: true, trustworthy: false },
      placements: [placement('agent', 'perf')],
    });
    expect(await clustersAfterTick(on, 'dr,perf,prod')).toBe('dr,perf,prod');

    on.hub.trustworthy = true;
    expect(await clustersAfterTick(on, 'perf')).toBe('perf');
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
    expect(await clustersAfterTick(first, 'dr,prod')).toBe('dr,prod');
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
    expect(await clustersAfterTick(second, 'dr')).toBe('dr');
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
