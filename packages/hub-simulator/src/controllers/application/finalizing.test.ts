import type { Application } from '../../types/argocd';
import { CONTROL_PLANE } from '../../state/names';
import { until } from '../../testing/Fixture';
import { configMap, World } from '../__testUtils__/World';
import { requestDeletion, RESOURCES_FINALIZER } from './deletion';

const OPTIONS = 'argocd.argoproj.io/sync-options';
const WAVE = 'argocd.argoproj.io/sync-wave';

describe('the deletion of an application', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.commit([
      configMap('first', {}, { [WAVE]: '-1' }),
      configMap('last', {}, { [WAVE]: '1' }),
      configMap('kept', {}, { [OPTIONS]: 'Delete=false' }),
    ]);
    world.create('web');
    await world.sync('web');
  });
  afterEach(() => world.stop());

  const remove = (...finalizers: string[]) => {
    world.update('web', draft => {
      draft.metadata.finalizers = finalizers;
    });
    requestDeletion(world.state, world.app('web'));
  };
  const isGone = () => until(async () => !world.app('web'));
  const unregister = () => {
    const { metadata } = world.state.clustersByName('edge')[0];
    world.state.clusters.delete(metadata.name, CONTROL_PLANE);
  };

  it.each([
    RESOURCES_FINALIZER,
    `${RESOURCES_FINALIZER}/foreground`,
    `${RESOURCES_FINALIZER}/background`,
  ])(
    'F1.6.6 takes its objects along with %s, the last wave first',
    async finalizer => {
      const gone: string[] = [];
      world.spoke('edge').store.subscribe(({ type, entry }) => {
        if (type === 'DELETED') gone.push(entry.object.metadata.name);
      });
      remove(finalizer);
      await isGone();
      expect(gone).toEqual(['last', 'first']);
      expect(world.objects('configmaps')).toEqual(['kept']);
      expect(world.state.redis.trees.get('argocd/web')).toBeUndefined();
    },
  );

  it('F1.6.6 leaves its objects without a finalizer', async () => {
    remove();
    await isGone();
    expect(world.objects('configmaps')).toHaveLength(3);
  });

  it("F1.6.6 waits for other people's finalizers after its own", async () => {
    remove(RESOURCES_FINALIZER, 'example.com/audit');
    const { metadata } = await world.when(
      'web',
      app => app.metadata.finalizers?.length === 1,
    );
    expect(metadata.finalizers).toEqual(['example.com/audit']);
    expect(world.objects('configmaps')).toEqual(['kept']);
  });

  it('F4.6 F10.3.6 only drops the finalizers when there is no cluster', async () => {
    unregister();
    remove(RESOURCES_FINALIZER);
    await isGone();
    expect(world.objects('configmaps')).toHaveLength(3);
  });

  it('F10.3.6 stays with the error of the cache until its spoke is back', async () => {
    const { metadata } = world.state.clustersByName('edge')[0];
    await world.spoke('edge').break('refused');
    world.state.clusters.update(metadata.name, CONTROL_PLANE, draft => {
      draft.metadata.annotations = {
        'argocd.argoproj.io/refresh': world.state.clock.timestamp(
          new Date(Date.now() + 1000),
        ),
      };
    });
    await world.pass(2000);
    remove(RESOURCES_FINALIZER);
    // A refresh meanwhile may add conditions of its own.
    const errorOf = ({ status }: Application) =>
      status.conditions?.find(({ type }) => type === 'DeletionError');
    const app = await world.when('web', each => !!errorOf(each));
    const { url } = world.spoke('edge');
    expect(errorOf(app)!.message).toMatch(
      `failed to get cluster info for "${url}": error synchronizing cache state : `,
    );
    await world.spoke('edge').heal();
    await isGone();
    expect(world.objects('configmaps')).toEqual(['kept']);
  });
});
