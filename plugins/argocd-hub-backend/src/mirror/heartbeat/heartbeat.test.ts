import { TestDatabases } from '@backstage/backend-test-utils';
import { MirrorWorld, until } from '../__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('heartbeat through the hub', () => {
  let world: MirrorWorld;

  beforeEach(async () => {
    world = await MirrorWorld.start({
      knex: await databases.init('SQLITE_3'),
      hub: { heartbeat: { intervalMs: 5_000, maxPerSecond: 10 } },
    });
    world.mirror();
    await until(async () => {
      const verdicts = await Promise.all(
        ['dr', 'prod', 'staging'].map(cluster => world.verdictOf(cluster)),
      );
      return verdicts.every(verdict => verdict === 'reachable');
    }, 20_000);
  });

  afterEach(() => world.stop());

  const hubStillSays = async () => {
    const { items } = await world.ask('/api/v1/clusters');
    const prod = items.find((item: any) => item.name === 'prod');
    const application = await world.ask('/api/v1/applications/agent-prod');
    return {
      connection: prod.info.connectionState.status,
      sync: application.status.sync.status,
      health: application.status.health.status,
    };
  };

  const goodAt = async (cluster: string) =>
    (await world.store.clusters.get('main', cluster))!.facts.heartbeat.goodAt!;

  it.each([
    { how: 'refused', withinMs: 30_000, reason: 'refused' },
    { how: 'black-holed', withinMs: 45_000, reason: 'timeout' },
  ])(
    'finds a spoke that is $how, and delays no other',
    async ({ how, withinMs, reason }) => {
      await world.control('/spokes/prod/break', { how });
      const brokenAt = Date.now();
      await until(
        async () => (await world.verdictOf('prod')) === 'unreachable',
        withinMs,
      );
      const { facts } = (await world.store.clusters.get('main', 'prod'))!;
      expect(facts.heartbeat.reason).toBe(reason);
      expect(facts.verdict!.since).toBeGreaterThanOrEqual(brokenAt);
      expect(await hubStillSays()).toEqual({
        // Unknown where the machine was so busy that nobody looked for long.
        connection: expect.stringMatching(/^(Successful|Unknown)$/),
        sync: 'Synced',
        health: 'Healthy',
      });
      for (const other of ['dr', 'staging']) {
        expect(await world.verdictOf(other)).toBe('reachable');
        expect(Date.now() - (await goodAt(other))).toBeLessThan(12_000);
      }
      expect(world.changes.flatMap(({ clusters }) => clusters)).toContain(
        'prod',
      );

      await world.control('/spokes/prod/heal');
      await until(
        async () => (await world.verdictOf('prod')) === 'reachable',
        30_000,
      );
    },
  );

  it.each([
    ['a page', '<html>login</html>'],
    ['JSON of somebody else', '{"status":"ok"}'],
  ])('takes %s of a front for no answer of a spoke', async (_what, body) => {
    await world.control('/spokes/prod/break', { how: 'refused' });
    await until(
      async () => (await world.verdictOf('prod')) === 'unreachable',
      30_000,
    );
    await world.control('/hub/break', {
      kind: 'status',
      code: 200,
      pathPrefix: '/api/v1/applications/agent-prod/events',
      body,
    });
    const facts = async () =>
      (await world.store.clusters.get('main', 'prod'))!.facts;
    const brokenAt = Date.now();
    await until(
      async () => ((await facts()).heartbeat.noEvidenceAt ?? 0) > brokenAt,
      20_000,
    );
    expect((await facts()).heartbeat.goodAt).toBeLessThan(brokenAt);
    expect(await world.verdictOf('prod')).not.toBe('reachable');
  });

  it('blames no spoke while the hub is away', async () => {
    await world.control('/hub/break');
    await new Promise(resolve => setTimeout(resolve, 12_000));
    for (const cluster of await world.store.clusters.list()) {
      expect(cluster.facts.heartbeat.failures).toBe(0);
      expect(cluster.facts.verdict?.reachability).not.toBe('unreachable');
    }
    await world.control('/hub/heal');
    await until(
      async () => Date.now() - (await goodAt('prod')) < 1_000,
      40_000,
    );
  });

  it('asks for nothing that is secret or belongs to the whole cluster', async () => {
    const asked = world.proxy.urls.filter(url => url.includes('/events'));
    expect(asked.length).toBeGreaterThan(0);
    const { nodes } = await world.ask(
      '/api/v1/applications/agent-prod/resource-tree',
    );
    for (const url of asked.filter(one => one.includes('agent-prod'))) {
      const query = new URL(url, 'http://hub').searchParams;
      const node = nodes.find(
        (one: any) => one.uid === query.get('resourceUID'),
      );
      expect(node.namespace).toBe(query.get('resourceNamespace'));
      expect(['Service', 'ServiceAccount', 'Deployment']).toContain(node.kind);
    }
  });
});
