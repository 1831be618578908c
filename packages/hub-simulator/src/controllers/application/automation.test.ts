import { configMap, World } from '../__testUtils__/World';

const automated = { automated: { prune: true, selfHeal: true } };

describe('an application that syncs by itself', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const editLive = (name: string, value: string) =>
    world
      .spoke('edge')
      .store.of('configmaps')
      .update(name, 'shop', draft => {
        draft.data = { a: value };
      });
  const liveValue = (name: string) =>
    (
      world.spoke('edge').store.of('configmaps').get(name, 'shop')?.data as
        | { a: string }
        | undefined
    )?.a;
  const refuse = () => {
    const { store } = world.spoke('edge');
    store.of('clusterroles').update('argocd-manager-role', undefined, draft => {
      draft.rules = [
        { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
      ];
    });
  };

  it('F5.3 is synced by nobody, with five retries unless told otherwise', async () => {
    const revision = world.commit([configMap('one')]);
    world.create('web', { syncPolicy: automated });
    const { status } = await world.when(
      'web',
      app => app.status.operationState?.phase === 'Succeeded',
    );
    expect(status.operationState?.operation).toEqual({
      sync: { revision, prune: true, source: world.app('web').spec.source },
      initiatedBy: { automated: true },
      retry: { limit: 5 },
    });
    expect(status.history).toHaveLength(1);
  });

  it('F5.10 heals what somebody changes, and only that', async () => {
    world.commit([configMap('one'), configMap('two')]);
    world.create('web', { syncPolicy: automated });
    await world.when('web', app => app.status.sync.status === 'Synced');
    editLive('one', 'changed');
    const { status } = await world.when(
      'web',
      app =>
        app.status.operationState?.operation.sync?.selfHealAttemptsCount ===
          1 && !app.operation,
    );
    expect(liveValue('one')).toBe('1');
    expect(status.operationState?.operation.sync?.resources).toEqual([
      { kind: 'ConfigMap', name: 'one' },
    ]);
    expect(status.history).toHaveLength(1);
  });

  it('F5.1 stays OutOfSync without selfHeal', async () => {
    world.commit([configMap('one')]);
    world.create('web', { syncPolicy: { automated: {} } });
    await world.when('web', app => app.status.sync.status === 'Synced');
    editLive('one', 'changed');
    await world.when('web', app => app.status.sync.status === 'OutOfSync');
    await world.pass(10_000);
    expect(liveValue('one')).toBe('changed');
  });

  it('F5.4 does not wipe out everything, and says so', async () => {
    world.commit([configMap('one')]);
    world.create('web', { syncPolicy: automated });
    await world.when('web', app => app.status.sync.status === 'Synced');
    const revision = world.commit([]);
    const { status } = await world.refresh('web');
    expect(status.conditions).toEqual([
      {
        type: 'SyncError',
        message: `Skipping sync attempt to [${revision}]: auto-sync will wipe out all resources`,
        lastTransitionTime: expect.any(String),
      },
    ]);
    world.update('web', draft => {
      draft.spec.syncPolicy!.automated!.allowEmpty = true;
    });
    await world.when('web', app => !app.status.resources);
    expect(world.objects('configmaps')).toEqual([]);
  });

  it('F5.10 F10.3.7 retries with growing pauses, then gives the revision up', async () => {
    refuse();
    const revision = world.commit([configMap('one')]);
    const backoff = { duration: '1s', factor: 2, maxDuration: '3m' };
    world.create('web', {
      syncPolicy: { ...automated, retry: { limit: 2, backoff } },
    });
    const texts = new Set<string>();
    const failed = await world.when('web', ({ status }) => {
      if (status.operationState?.message) {
        texts.add(status.operationState.message);
      }
      return !!status.conditions?.length;
    });
    const reason =
      'one or more objects failed to apply, reason: configmaps is forbidden: User "system:serviceaccount:kube-system:argocd-manager" cannot create resource "configmaps" in API group "" in the namespace "shop"';
    const last = `${reason} (retried 2 times).`;
    expect(failed.status.operationState).toMatchObject({
      phase: 'Failed',
      message: last,
      retryCount: 2,
    });
    expect(failed.status.conditions).toEqual([
      expect.objectContaining({
        type: 'SyncError',
        message: `Failed last sync attempt to [${revision}]: ${last}`,
      }),
    ]);
    expect([...texts].join('\n')).toMatch(
      /\. Retrying attempt #2 at \d+:\d\d[AP]M\.$/m,
    );
    const { startedAt } = failed.status.operationState!;
    await world.refresh('web');
    await world.pass(5000);
    expect(world.app('web').status.operationState?.startedAt).toBe(startedAt);
  });

  it('F5.10 does not retry when told not to', async () => {
    refuse();
    world.commit([configMap('one')]);
    world.create('web', { syncPolicy: { ...automated, retry: { limit: 0 } } });
    const { status } = await world.when(
      'web',
      app => app.status.operationState?.phase === 'Failed',
    );
    expect(status.operationState).not.toHaveProperty('retryCount');
    expect(status.operationState?.message).not.toMatch('retried');
  });

  it('F1.6.1 waits while a window denies it, and a person may be let through', async () => {
    world.state.projects.update('default', 'argocd', draft => {
      draft.spec.syncWindows = [
        {
          kind: 'deny',
          schedule: '* * * * *',
          duration: '1h',
          applications: ['*'],
          manualSync: true,
        },
      ];
    });
    world.commit([configMap('one')]);
    world.create('web', { syncPolicy: automated });
    const { status, operation } = await world.refresh('web');
    expect([status.sync.status, operation]).toEqual(['OutOfSync', undefined]);
    const synced = await world.sync('web');
    expect(synced.status.operationState?.phase).toBe('Succeeded');
    world.state.projects.update('default', 'argocd', draft => {
      draft.spec.syncWindows![0].manualSync = false;
    });
    world.request('web');
    await world.when(
      'web',
      app =>
        app.status.operationState?.message ===
        'Sync operation blocked by sync window',
    );
    expect(world.app('web').status.operationState?.phase).toBe('Running');
  });
});
