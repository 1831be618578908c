import { CONTROL_PLANE } from '../../state/names';
import { until } from '../../testing/Fixture';
import type { ClusterInfo } from '../../types/argocd';
import type { ObjectMeta } from '../../types/kubernetes';
import { configMap, World } from '../__testUtils__/World';

const TICK_MS = 20_000;
const IDLE = 'Cluster has no applications and is not being monitored.';

describe('what the controller says of clusters', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const info = (name: string) =>
    world.state.redis.clusterInfo.get(world.spoke(name).url);
  const when = (name: string, condition: (info: ClusterInfo) => boolean) =>
    until(async () => {
      const found = info(name);
      return found && condition(found) && found;
    });
  const state = (name: string, status: string) =>
    when(name, ({ connectionState }) => connectionState.status === status);
  const edit = (name: string, change: (metadata: ObjectMeta) => void) => {
    const { metadata } = world.state.clustersByName(name)[0];
    world.state.clusters.update(metadata.name, CONTROL_PLANE, draft =>
      change(draft.metadata),
    );
  };
  const invalidate = (name: string) =>
    edit(name, metadata => {
      metadata.annotations = {
        'argocd.argoproj.io/refresh': world.state.clock.timestamp(
          new Date(Date.now() + 1000),
        ),
      };
    });

  it('F2.7 knows nothing of a cluster without applications', async () => {
    expect(await state('core', 'Unknown')).toEqual({
      connectionState: {
        status: 'Unknown',
        message: IDLE,
        attemptedAt: expect.stringMatching(/Z$/),
      },
      cacheInfo: {},
      applicationsCount: 0,
    });
  });

  it('F2.7 F1.3.4 is Successful with what the cache holds', async () => {
    world.create('web');
    const found = await state('edge', 'Successful');
    expect(found).toMatchObject({
      connectionState: { message: '' },
      serverVersion: expect.stringMatching(/^v1\.\d+\.\d+$/),
      cacheInfo: { lastCacheSyncTime: expect.stringMatching(/Z$/) },
      applicationsCount: 1,
    });
    expect(found.cacheInfo.resourcesCount).toBeGreaterThan(10);
    expect(found.cacheInfo.apisCount).toBeGreaterThan(10);
    expect(found.apiVersions).toEqual(
      expect.arrayContaining(['v1', 'v1/Pod', 'apps/v1/Deployment']),
    );
    expect(found.apiVersions!.length).toBeGreaterThanOrEqual(100);
    expect(found.apiVersions!.length).toBeLessThanOrEqual(200);
  });

  it('F2.7 stays Successful after the last application has left', async () => {
    world.create('web');
    await state('edge', 'Successful');
    world.state.applications.delete('web', CONTROL_PLANE);
    const found = await when(
      'edge',
      ({ applicationsCount }) => !applicationsCount,
    );
    expect(found.connectionState.status).toBe('Successful');
  });

  it('F2.6 is stamped every 20 s whatever happened', async () => {
    world.create('web');
    await state('edge', 'Successful');
    const set = jest.spyOn(world.state.redis.clusterInfo, 'set');
    await world.pass(5 * TICK_MS);
    const { url } = world.spoke('edge');
    const stamps = set.mock.calls.filter(([server]) => server === url).length;
    expect(stamps).toBeGreaterThanOrEqual(4);
    expect(stamps).toBeLessThanOrEqual(6);
  });

  it('F2.8 stays Successful while its spoke is away, until its cache is renewed', async () => {
    world.create('web');
    const before = await state('edge', 'Successful');
    await world.spoke('edge').break('refused');
    await world.pass(2 * TICK_MS);
    expect(info('edge')).toMatchObject({
      connectionState: { status: 'Successful', message: '' },
      cacheInfo: before.cacheInfo,
    });
    invalidate('edge');
    const failed = await state('edge', 'Failed');
    expect(failed.connectionState.message).toMatch(
      /^failed to get server version: .*dial tcp .*: connect: connection refused$/,
    );
    expect(failed.cacheInfo).toEqual({});
    expect(failed.serverVersion).toBe(before.serverVersion);
    await world.spoke('edge').heal();
    await world.pass(10_000);
    await world.refresh('web');
    await state('edge', 'Successful');
  });

  it('F2.8 tries a failed cache again at most every 10 s, and only when asked', async () => {
    await world.spoke('edge').break('refused');
    const call = jest.spyOn(world.hub.caches, 'live');
    world.create('web');
    await world.refresh('web');
    const first = world.hub.caches.peek(world.spoke('edge').url)!.attemptedAt;
    await world.refresh('web');
    expect(call).toHaveBeenCalled();
    const peek = () =>
      world.hub.caches.peek(world.spoke('edge').url)!.attemptedAt;
    expect(peek()).toBe(first);
    await world.pass(15_000);
    expect(peek()).toBe(first);
    await world.refresh('web');
    expect(peek()).toBeGreaterThan(first!);
  });

  it('F2.7 finds out within 10 s that a new cluster has no applications', async () => {
    const server = 'https://new.example.com';
    world.state.redis.clusterInfo.set(server, {
      connectionState: { status: 'Successful', message: '', attemptedAt: null },
      cacheInfo: {},
      applicationsCount: 0,
    });
    world.state.clusters.create({
      metadata: { name: 'new', namespace: CONTROL_PLANE },
      data: { name: 'new', server, config: {} },
    });
    await world.pass(10_000);
    expect(
      world.state.redis.clusterInfo.get(server)?.connectionState,
    ).toMatchObject({ status: 'Unknown', message: IDLE });
  });

  it('F2.6 F2.7 knows nothing any more ten minutes after its shard has died', async () => {
    await state('edge', 'Unknown');
    world.state.shards.kill(0);
    await world.pass(2 * TICK_MS);
    expect(info('edge')).toBeDefined();
    await world.pass(600_000);
    expect(info('edge')).toBeUndefined();
    world.state.shards.revive(0);
    await state('edge', 'Unknown');
  }, 40_000);

  it('F2.1 writes the version of Kubernetes to a Secret that asks for it', async () => {
    world.create('web');
    edit('edge', metadata => {
      metadata.labels = {
        'argocd.argoproj.io/auto-label-cluster-info': 'true',
      };
    });
    const { serverVersion } = await state('edge', 'Successful');
    const { metadata } = world.state.clustersByName('edge')[0];
    expect(metadata.labels?.['argocd.argoproj.io/kubernetes-version']).toBe(
      serverVersion,
    );
    expect(metadata.annotations?.['managed-by']).toBe('argocd.argoproj.io');
  });

  it('F2.9 counts applications of projects that permit them', async () => {
    world.create('web', { destination: { name: 'edge', namespace: 'shop' } });
    world.create('lost', { project: 'none' });
    world.state.applications.create({
      ...world.app('web'),
      metadata: { name: 'web', namespace: 'team' },
    });
    const count = (wanted: number) =>
      when('edge', ({ applicationsCount }) => applicationsCount === wanted);
    expect(await count(1)).toBeDefined();
    world.state.projects.update('default', CONTROL_PLANE, draft => {
      draft.spec.sourceNamespaces = ['te*'];
    });
    expect(await count(2)).toBeDefined();
  });

  it('F10.3.3 fails when one kind may not be listed, though the spoke is there', async () => {
    const { store } = world.spoke('edge');
    store.of('clusterroles').update('argocd-manager-role', undefined, draft => {
      draft.rules = [
        { apiGroups: ['*'], resources: ['configmaps'], verbs: ['*'] },
      ];
    });
    world.create('web');
    const { connectionState } = await state('edge', 'Failed');
    expect(connectionState.message).toMatch(
      /^failed to load initial state of resource [\w.]+: \w+(\.[\w.]+)? is forbidden: User "system:serviceaccount:kube-system:argocd-manager" cannot list resource/,
    );
  });

  it('F10.3.3 lists only the namespaces that a Secret names', async () => {
    const { metadata } = world.state.clustersByName('edge')[0];
    world.state.clusters.update(metadata.name, CONTROL_PLANE, draft => {
      draft.data.namespaces = ['shop'];
    });
    world.commit([configMap('one')]);
    world.create('web');
    await state('edge', 'Successful');
    const cache = world.hub.caches.peek(world.spoke('edge').url)!;
    const seen = [...cache.objects.values()].map(
      each => each.metadata.namespace,
    );
    expect(new Set(seen)).toEqual(new Set(['shop']));
  });

  it('F2.8 fills a cache anew after twelve hours', async () => {
    world.create('web');
    await state('edge', 'Successful');
    const peek = () =>
      world.hub.caches.peek(world.spoke('edge').url)!.attemptedAt;
    const first = peek();
    await world.spoke('edge').break('refused');
    await world.refresh('web');
    expect(peek()).toBe(first);
    const { clock } = world.state;
    const now = clock.now.bind(clock);
    jest.spyOn(clock, 'now').mockImplementation(() => now() + 12 * 3_600_000);
    await world.refresh('web');
    expect(peek()).toBeGreaterThan(first!);
    const { connectionState } = await state('edge', 'Failed');
    expect(connectionState.message).toMatch('connection refused');
  });
});
