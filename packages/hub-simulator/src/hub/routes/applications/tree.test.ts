import type { ManagedResource, ResourceNode } from '../../../types/argocd';
import { LIST, World } from './__testUtils__/World';

const POD: ResourceNode = {
  version: 'v1',
  kind: 'Pod',
  namespace: 'web',
  name: 'web-1',
  uid: 'pod-1',
  health: { status: 'Healthy' },
};

const secret = (values: Record<string, string>) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'keys',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'keys' },
          data: values,
        }),
      },
    },
    data: values,
  });

const MANAGED: ManagedResource[] = [
  {
    group: 'apps',
    kind: 'Deployment',
    namespace: 'web',
    name: 'web',
    liveState: '{"live":1}',
    targetState: '{"target":1}',
  },
  {
    kind: 'Secret',
    namespace: 'web',
    name: 'keys',
    liveState: secret({ a: 'c2VjcmV0', b: 'c2FtZQ==' }),
    targetState: secret({ a: 'b3RoZXI=', b: 'c2FtZQ==' }),
  },
];

describe('what Redis holds of an application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  beforeEach(() => world.add('web'));
  afterEach(() => {
    world.state.applications.delete('web', 'argocd');
    world.state.redis.flush();
  });
  afterAll(() => world.stop());

  const tree = (query = '', as?: 'nobody') =>
    world.call(`${LIST}/web/resource-tree${query}`, { as });
  const managed = (query = '') =>
    world.call(`${LIST}/web/managed-resources${query}`);

  it('F1.6.3, F1.1.1 answers the tree without what is empty', async () => {
    const { trees } = world.state.redis;
    const parts = { orphanedNodes: [], hosts: [], shardsCount: 1 };
    trees.set('argocd/web', { nodes: [POD], ...parts });
    expect((await tree()).body).toEqual({ nodes: [POD], shardsCount: 1 });
    trees.set('argocd/web', {
      nodes: [POD],
      orphanedNodes: [{ ...POD, name: 'lost' }],
      hosts: [{ name: 'node-1' }],
      shardsCount: 1,
    });
    expect(Object.keys((await tree()).body)).toEqual([
      'nodes',
      'orphanedNodes',
      'hosts',
      'shardsCount',
    ]);
  });

  it('F1.4.4 hides the tree of what may not be read', async () => {
    const { status, body } = await tree('', 'nobody');
    expect([status, body.message]).toEqual([403, 'permission denied']);
    expect((await tree('?project=other')).status).toBe(404);
  });

  it.each([
    ['resource-tree', 'resource tree'],
    ['managed-resources', 'managed resources'],
  ])(
    'F10.2.4 fails with the conditions when %s is missing',
    async (path, what) => {
      world.change('web', draft => {
        draft.status.conditions = [
          { type: 'ComparisonError', message: 'no manifests' },
          { type: 'OrphanedResourceWarning', message: 'not told' },
          { type: 'InvalidSpecError', message: 'no cluster' },
        ];
      });
      const { status, body } = await world.call(`${LIST}/web/${path}`);
      expect([status, body.code, body.message]).toEqual([
        500,
        2,
        `error getting cached app ${what}: ComparisonError: no manifests;InvalidSpecError: no cluster`,
      ]);
    },
  );

  it('F10.2.4, F1.6.3 asks for a refresh when the tree is missing, and waits', async () => {
    const stop = world.refreshes();
    const unsubscribe = world.state.applications.subscribe(({ entry }) => {
      if (!entry.object.status.reconciledAt) return;
      world.state.redis.trees.set('argocd/web', { nodes: [POD] });
    });
    const { status, body } = await tree();
    unsubscribe();
    stop();
    expect([status, body]).toEqual([200, { nodes: [POD] }]);
  });

  it('F10.2.4 fails when the controller does not write it again', async () => {
    const stop = world.refreshes();
    const { status, body } = await tree();
    stop();
    expect([status, body.message]).toEqual([
      500,
      'error getting cached app resource tree: cache: key is missing',
    ]);
  });

  it('F10.2.4, F1.1.13 waits for a controller that is away as long as the caller does', async () => {
    const { status, body } = await world.call(`${LIST}/web/resource-tree`, {
      headers: { 'Grpc-Timeout': '150m' },
    });
    expect([status, body.code]).toEqual([504, 4]);
  });

  it('F1.6.4 answers live and target state, and finds single resources', async () => {
    world.state.redis.managedResources.set('argocd/web', MANAGED);
    const { body } = await managed();
    expect(body.items[0]).toEqual(MANAGED[0]);
    const one = await managed(
      '?kind=Deployment&name=web&group=apps&namespace=web',
    );
    expect(one.body.items).toEqual([MANAGED[0]]);
    const none = await managed('?kind=Pod');
    expect([none.status, none.body]).toEqual([200, {}]);
  });

  it('F1.6.4 masks Secrets so that only differences show', async () => {
    world.state.redis.managedResources.set('argocd/web', MANAGED);
    const { text, body } = await managed('?kind=Secret');
    expect(text).not.toMatch(/c2VjcmV0|b3RoZXI=|c2FtZQ==/);
    const [{ liveState, targetState }] = body.items;
    const [live, target] = [JSON.parse(liveState), JSON.parse(targetState)];
    expect(live.data).toEqual({ a: '++++++++', b: '++++++++' });
    expect(target.data).toEqual({ a: '+++++++++', b: '++++++++' });
  });

  it('F1.6.4 trims by the generic filter', async () => {
    world.state.redis.managedResources.set('argocd/web', MANAGED);
    const { body } = await managed('?fields=items.name,items.kind');
    expect(body).toEqual({
      items: [
        { kind: 'Deployment', name: 'web' },
        { kind: 'Secret', name: 'keys' },
      ],
    });
    const without = await managed('?fields=-items.liveState,items.targetState');
    expect(without.body.items[0]).not.toHaveProperty('liveState');
    expect(without.body.items[0].name).toBe('web');
  });
});
