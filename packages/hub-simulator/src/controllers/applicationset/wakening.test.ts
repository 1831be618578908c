import { CONTROL_PLANE } from '../../state/names';
import { SetWorld } from './__testUtils__/SetWorld';

const RESOURCES = 'resources-finalizer.argocd.argoproj.io';

describe('when a set is looked at', () => {
  let world: SetWorld;
  beforeEach(() => {
    world = new SetWorld();
  });
  afterEach(() => world.stop());

  it('F4.4 tries again after three minutes', async () => {
    world.stop();
    world = new SetWorld({ timeScale: 10_000, clusters: [] });
    const elements = [{ name: 'a', server: 'https://a' }];
    world.addSet({ generators: [{ list: { elements } }] });
    world.reconcile();
    expect(world.names()).toEqual([]);
    // No event tells about the cluster: the controller was not started.
    world.addCluster('a');
    await world.until(() => world.names().length === 1);
    expect(world.names()).toEqual(['app-a']);
  });

  it.each([
    ['clusters', [{ clusters: { selector: { matchLabels: { env: 'a' } } } }]],
    [
      'a matrix with clusters',
      [
        {
          matrix: {
            generators: [
              { list: { elements: [{ x: '1' }] } },
              { clusters: { selector: { matchLabels: { env: 'a' } } } },
            ],
          },
        },
      ],
    ],
  ])(
    'F4.3 looks at a set with %s on any event of any cluster',
    async (_, generators) => {
      world.addSet({ generators });
      world.controller.start();
      await world.until(() => world.names().length === 1);
      world.state.applications.delete('app-a', CONTROL_PLANE);
      await world.until(() => world.names().length === 1);
      world.editSet(draft => {
        draft.status = {};
      });
      expect(world.set().status!.conditions).toBeUndefined();
      world.state.clusters.update('c', CONTROL_PLANE, draft => {
        draft.metadata.annotations = { any: 'thing' };
      });
      await world.until(() => !!world.set().status!.conditions);
    },
  );

  it('F4.3 does not look at a set without clusters', async () => {
    world.addSet({
      generators: [
        { list: { elements: [{ name: 'a', server: 'https://a' }] } },
      ],
    });
    world.controller.start();
    await world.until(() => !!world.set().status?.conditions);
    world.editSet(draft => {
      draft.status = {};
    });
    world.state.clusters.delete('c', CONTROL_PLANE);
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(world.set().status!.conditions).toBeUndefined();
  });

  it('puts back what somebody changed in an application', async () => {
    world.addSet();
    world.controller.start();
    await world.until(() => world.names().length === 3);
    await new Promise(resolve => setTimeout(resolve, 20));
    world.editApp('a', draft => {
      draft.spec.source!.path = 'elsewhere';
    });
    await world.until(() => world.app('a').spec.source!.path === '.');
    expect(world.app('a').spec.source!.repoURL).toBe('r');
  });

  it('F4.7 follows the state of applications a little later', async () => {
    world.addSet();
    world.controller.start();
    await world.until(() => !!world.set().status?.resources);
    world.editApp('a', draft => {
      draft.status.sync.status = 'Synced';
      draft.status.health.status = 'Healthy';
    });
    await world.until(
      () => world.set().status!.resources![0].status === 'Synced',
    );
    expect(world.set().status!.resources![0].health).toEqual({
      status: 'Healthy',
    });
  });

  it('F4.8 takes the refresh annotation away', () => {
    world.addSet(
      {},
      { annotations: { 'argocd.argoproj.io/application-set-refresh': 'true' } },
    );
    world.reconcile();
    expect(world.set().metadata.annotations).toBeUndefined();
  });

  it('F4.4 asks its applications to go when the set is gone', async () => {
    world.addSet();
    world.controller.start();
    await world.until(() => world.names().length === 3);
    world.state.applicationSets.delete('set', CONTROL_PLANE);
    for (const name of ['a', 'b', 'c']) {
      expect(world.app(name).metadata.deletionTimestamp).toBeTruthy();
      expect(world.app(name).metadata.finalizers).toEqual([RESOURCES]);
    }
  });
});
