import { CONTROL_PLANE } from '../../state/names';
import { configMap, World } from '../__testUtils__/World';

const SKIP = 'argocd.argoproj.io/skip-reconcile';
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

describe('what the controller leaves alone', () => {
  let world: World;
  afterEach(() => world.stop());

  const deployed = async () => {
    world.commit([configMap('one')]);
    world.create('web');
    await world.sync('web');
    await world.when('web', app => app.status.sync.status === 'Synced');
  };
  const skipCluster = (value?: string) => {
    const { metadata } = world.state.clustersByName('edge')[0];
    world.state.clusters.update(metadata.name, CONTROL_PLANE, draft => {
      draft.metadata.annotations = { ...(value && { [SKIP]: value }) };
    });
  };
  /** A refresh that hangs, and a deletion that does not happen. */
  const expectFrozen = async () => {
    const { status } = world.app('web');
    world.commit([]);
    world.update('web', draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        'argocd.argoproj.io/refresh': 'hard',
      };
      draft.metadata.finalizers = [FINALIZER];
      draft.metadata.deletionTimestamp = world.state.clock.timestamp();
    });
    await world.pass(60_000);
    expect(world.app('web').status).toEqual(status);
    expect(world.objects('configmaps')).toEqual(['one']);
  };
  const isGone = () =>
    world
      .when('web', () => true)
      .then(() =>
        // Polled by hand: a gone application satisfies no condition.
        (async () => {
          while (world.app('web')) await world.pass(1000);
        })(),
      );

  it('F2.1 freezes an application that says so', async () => {
    world = await World.start();
    await deployed();
    world.update('web', draft => {
      draft.metadata.annotations = { [SKIP]: 'true' };
    });
    await expectFrozen();
    world.update('web', draft => {
      delete draft.metadata.annotations![SKIP];
    });
    await isGone();
    expect(world.objects('configmaps')).toEqual([]);
  });

  it('F2.1 F2.7 freezes all applications of a cluster that says so, and drops its cache', async () => {
    world = await World.start();
    await deployed();
    const { url } = world.spoke('edge');
    skipCluster('true');
    expect(world.hub.caches.peek(url)).toBeUndefined();
    await expectFrozen();
    world.state.redis.flush();
    await world.pass(30_000);
    expect(world.state.redis.clusterInfo.get(url)).toBeUndefined();
    skipCluster();
    await isGone();
  });

  it('F2.1 knows no such annotation of clusters before 3.4', async () => {
    world = await World.start({ setup: { argocdVersion: '2.14' } });
    await deployed();
    skipCluster('true');
    const revision = world.commit([]);
    const { status } = await world.refresh('web');
    expect(status.sync.revision).toBe(revision);
  });

  it('F2.6 freezes the applications of a dead shard, and of no other', async () => {
    world = await World.start({ setup: { shards: 2 } });
    for (const [name, shard] of [
      ['edge', 0],
      ['core', 1],
    ] as const) {
      const { metadata } = world.state.clustersByName(name)[0];
      world.state.clusters.update(metadata.name, CONTROL_PLANE, draft => {
        draft.data.shard = shard;
      });
    }
    await deployed();
    const server = world.spoke('core').url;
    world.create('other', { destination: { server, namespace: 'shop' } });
    await world.sync('other');
    world.state.shards.kill(0);
    await expectFrozen();
    expect((await world.sync('other')).status.operationState?.phase).toBe(
      'Succeeded',
    );
    world.state.shards.revive(0);
    await isGone();
    expect(world.objects('configmaps')).toEqual([]);
  });
});
