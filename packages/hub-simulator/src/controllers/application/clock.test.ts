import { configMap, World } from '../__testUtils__/World';

const PERIOD_MS = 180_000;

describe('the reconcile clock', () => {
  let world: World;
  afterEach(() => world.stop());

  it('F5.10 F6.6 looks again after 120 to 180 s, for Git too', async () => {
    world = await World.start({ timeScale: 50 });
    world.create('web');
    await world.when('web', ({ status }) => !!status.reconciledAt);
    const past = '2026-01-01T00:00:00Z';
    const stamp = () =>
      world.update('web', draft => {
        draft.status.reconciledAt = past;
      });
    stamp();
    const revision = world.commit([]);
    await world.pass(90_000);
    expect(world.app('web').status.reconciledAt).toBe(past);
    await world.pass(PERIOD_MS - 50_000);
    const { status } = world.app('web');
    expect(status.reconciledAt).not.toBe(past);
    expect(status.sync.revision).toBe(revision);
    stamp();
    await world.pass(PERIOD_MS + 20_000);
    expect(world.app('web').status.reconciledAt).not.toBe(past);
  });

  it('F5.10 does not rewrite the time when only an object has changed', async () => {
    world = await World.start({ timeScale: 10 });
    world.commit([configMap('one')]);
    world.create('web');
    await world.sync('web');
    await world.when('web', ({ status }) => status.sync.status === 'Synced');
    const before = world.app('web').status;
    const past = '2026-01-01T00:00:00Z';
    world.update('web', draft => {
      draft.status.reconciledAt = past;
    });
    world.commit([]);
    world.spoke('edge').store.of('configmaps').delete('one', 'shop');
    const { status } = await world.when(
      'web',
      app => app.status.sync.status === 'OutOfSync',
    );
    expect(status.reconciledAt).toBe(past);
    expect(status.sync.revision).toBe(before.sync.revision);
    expect(status.health).toEqual({
      status: 'Missing',
      lastTransitionTime: expect.any(String),
    });
  });

  it('F5.2 moves the time of a health only when it changes', async () => {
    world = await World.start({ timeScale: 10 });
    world.create('web');
    await world.when('web', ({ status }) => !!status.health.status);
    const past = '2026-01-01T00:00:00Z';
    world.update('web', draft => {
      draft.status.health.lastTransitionTime = past;
    });
    await world.refresh('web');
    expect(world.app('web').status.health.lastTransitionTime).toBe(past);
  });

  it('F1.6.6 F5.5 keeps ten deployments, or as many as the spec wants', async () => {
    world = await World.start({ timeScale: 10 });
    world.create('web');
    for (let count = 0; count < 12; count += 1) await world.sync('web');
    const ids = () => world.app('web').status.history?.map(({ id }) => id);
    expect(ids()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const limit = (revisionHistoryLimit: number) =>
      world.update('web', draft => {
        draft.spec.revisionHistoryLimit = revisionHistoryLimit;
      });
    limit(2);
    await world.sync('web');
    expect(ids()).toEqual([11, 12]);
    limit(0);
    await world.sync('web');
    expect(ids()).toBeUndefined();
  });

  it('F1.4.4 a webhook asks for a refresh by annotation', async () => {
    world = await World.start({ timeScale: 10 });
    world.create('web');
    await world.when('web', ({ status }) => !!status.reconciledAt);
    const seen: (string | undefined)[] = [];
    world.state.applications.subscribe(({ entry }) =>
      seen.push(
        entry.object.metadata.annotations?.['argocd.argoproj.io/refresh'],
      ),
    );
    const revision = world.commit([]);
    world.hub.applications!.enqueueRepository(world.repository.url);
    await world.when('web', ({ status }) => status.sync.revision === revision);
    expect(seen).toEqual(['normal', undefined]);
  });
});
