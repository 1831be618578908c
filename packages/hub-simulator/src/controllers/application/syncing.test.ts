import { configMap, hookPod, World } from '../__testUtils__/World';

const HOOK = 'argocd.argoproj.io/hook';
const POLICY = 'argocd.argoproj.io/hook-delete-policy';
const WAVE = 'argocd.argoproj.io/sync-wave';
const OPTIONS = 'argocd.argoproj.io/sync-options';

describe('a sync', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const results = (name: string) =>
    world
      .app(name)
      .status.operationState?.syncResult?.resources?.map(
        ({ kind, name: of, status, message, hookType, hookPhase, syncPhase }) =>
          [kind, of, status, message, hookType, hookPhase, syncPhase].join(),
      );
  const finishPod = (name: string, phase: string) =>
    world
      .spoke('edge')
      .store.of('pods')
      .update(name, 'shop', draft => {
        draft.status = { phase };
      });

  it('F5.3 F10.3.7 tells who began it, what it did and that it is through', async () => {
    const revision = world.commit([configMap('one'), configMap('two')]);
    world.create('web');
    const { status } = await world.sync('web');
    expect(status.operationState).toEqual({
      operation: { initiatedBy: { username: 'ada' }, sync: {} },
      phase: 'Succeeded',
      message: 'successfully synced (all tasks run)',
      startedAt: expect.stringMatching(/Z$/),
      finishedAt: expect.stringMatching(/Z$/),
      syncResult: {
        revision,
        source: world.app('web').spec.source,
        resources: ['one', 'two'].map(name => ({
          group: '',
          version: 'v1',
          kind: 'ConfigMap',
          namespace: 'shop',
          name,
          status: 'Synced',
          message: `configmap/${name} created`,
          hookPhase: 'Running',
          syncPhase: 'Sync',
        })),
      },
    });
  });

  it('F5.3 applies what has no namespace', async () => {
    world.commit([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    ]);
    world.create('web');
    const { status } = await world.sync('web');
    expect(status.operationState?.message).toBe(
      'successfully synced (all tasks run)',
    );
    const namespaces = world.spoke('edge').store.of('namespaces').list();
    expect(namespaces.map(({ metadata }) => metadata)).toContainEqual(
      expect.objectContaining({ name: 'team' }),
    );
  });

  it('F5.3 F10.3.7 has nothing to do without manifests', async () => {
    world.create('web');
    const { status } = await world.sync('web');
    expect(status.operationState?.message).toBe(
      'successfully synced (no more tasks)',
    );
  });

  it('F5.3 prunes what Git wants no more only when told to', async () => {
    world.commit([
      configMap('gone'),
      configMap('kept', {}, { [OPTIONS]: 'Prune=false' }),
    ]);
    world.create('web');
    await world.sync('web');
    world.commit([]);
    await world.sync('web');
    expect(results('web')).toEqual([
      'ConfigMap,gone,PruneSkipped,ignored (requires pruning),,Succeeded,Sync',
      'ConfigMap,kept,PruneSkipped,ignored (requires pruning),,Succeeded,Sync',
    ]);
    expect((await world.refresh('web')).status.resources).toEqual([
      expect.objectContaining({
        name: 'gone',
        status: 'OutOfSync',
        requiresPruning: true,
      }),
      expect.objectContaining({ name: 'kept', requiresPruning: true }),
    ]);
    await world.sync('web', { sync: { prune: true } });
    expect(results('web')).toEqual([
      'ConfigMap,gone,Pruned,pruned,,Succeeded,Sync',
      'ConfigMap,kept,PruneSkipped,ignored (no prune),,Succeeded,Sync',
    ]);
    expect(world.objects('configmaps')).toEqual(['kept']);
  });

  it('F5.3 only pretends with dryRun', async () => {
    world.commit([configMap('one')]);
    world.create('web');
    const { status } = await world.sync('web', { sync: { dryRun: true } });
    expect(results('web')).toEqual([
      'ConfigMap,one,Synced,configmap/one created (dry run),,Succeeded,Sync',
    ]);
    expect(status.history).toBeUndefined();
    expect(world.objects('configmaps')).toEqual([]);
  });

  it('F5.3 F5.5 syncs only selected resources, and keeps that out of the history', async () => {
    world.commit([configMap('one'), configMap('two')]);
    world.create('web');
    const { status } = await world.sync('web', {
      sync: { resources: [{ kind: 'ConfigMap', name: 'two' }] },
    });
    expect(world.objects('configmaps')).toEqual(['two']);
    expect(status.history).toBeUndefined();
  });

  it('F5.3 waits for one wave before it begins the next', async () => {
    world.commit([
      configMap('late', {}, { [WAVE]: '2' }),
      { ...hookPod('early', { [WAVE]: '-1' }) },
    ]);
    world.create('web');
    world.request('web');
    const waiting = await world.when(
      'web',
      ({ status }) => !!status.operationState?.message,
    );
    expect(waiting.status.operationState).toMatchObject({
      phase: 'Running',
      message: 'waiting for healthy state of /Pod/early',
    });
    expect(world.objects('configmaps')).toEqual([]);
    finishPod('early', 'Succeeded');
    const { status } = await world.when('web', app => !app.operation);
    expect(status.operationState?.phase).toBe('Succeeded');
    expect(world.objects('configmaps')).toEqual(['late']);
  });

  it('F5.3 runs its hooks in their phases, and deletes them as they say', async () => {
    world.commit([
      hookPod('before', { [HOOK]: 'PreSync', [POLICY]: 'HookSucceeded' }),
      hookPod('after', { [HOOK]: 'PostSync' }),
      hookPod('never', { [HOOK]: 'SyncFail' }),
      configMap('one'),
    ]);
    world.create('web');
    world.request('web');
    const message = 'waiting for completion of hook /Pod/before';
    await world.when(
      'web',
      ({ status }) => status.operationState?.message === message,
    );
    expect(world.objects('pods')).toEqual(['before']);
    expect(world.objects('configmaps')).toEqual([]);
    finishPod('before', 'Succeeded');
    await world.when(
      'web',
      ({ status }) =>
        status.operationState?.message ===
        'waiting for completion of hook /Pod/after',
    );
    expect(world.objects('configmaps')).toEqual(['one']);
    finishPod('after', 'Succeeded');
    const { status } = await world.when('web', app => !app.operation);
    expect(status.operationState?.message).toBe(
      'successfully synced (no more tasks)',
    );
    expect(results('web')).toEqual([
      'Pod,before,Synced,pod/before created,PreSync,Succeeded,PreSync',
      'ConfigMap,one,Synced,configmap/one created,,Succeeded,Sync',
      'Pod,after,Synced,pod/after created,PostSync,Succeeded,PostSync',
    ]);
    // A pod takes its time to go.
    await world.when('web', () => world.objects('pods').join() === 'after');
    const after = await world.refresh('web');
    expect(after.status.resources).toContainEqual(
      expect.objectContaining({ kind: 'Pod', name: 'after', hook: true }),
    );
    expect(after.status.sync.status).toBe('Synced');
  });

  it('F10.3.7 fails with a hook, after those that are there for it', async () => {
    world.commit([
      hookPod('before', { [HOOK]: 'PreSync' }),
      hookPod('rescue', { [HOOK]: 'SyncFail' }),
      configMap('one'),
    ]);
    world.create('web');
    world.request('web');
    await world.when('web', () => world.objects('pods').includes('before'));
    finishPod('before', 'Failed');
    await world.when('web', () => world.objects('pods').includes('rescue'));
    expect(world.app('web').status.operationState?.phase).toBe('Running');
    finishPod('rescue', 'Succeeded');
    const { status } = await world.when('web', app => !app.operation);
    expect(status.operationState).toMatchObject({
      phase: 'Failed',
      message: 'one or more synchronization tasks completed unsuccessfully',
    });
    expect(world.objects('configmaps')).toEqual([]);
  });

  it('F1.6.2 F10.3.7 ends when it is terminated, and deletes the hook that runs', async () => {
    world.commit([hookPod('before', { [HOOK]: 'PreSync' })]);
    world.create('web');
    world.request('web', { retry: { limit: 3 } });
    await world.when('web', () => world.objects('pods').includes('before'));
    world.update('web', draft => {
      draft.status.operationState!.phase = 'Terminating';
    });
    const { status } = await world.when('web', app => !app.operation);
    expect(status.operationState).toMatchObject({
      phase: 'Failed',
      message: 'Operation terminated',
    });
    await world.when('web', () => !world.objects('pods').length);
  });

  it('F5.3 makes the namespace with CreateNamespace', async () => {
    world.commit([configMap('one')]);
    const server = world.spoke('edge').url;
    world.create('web', { destination: { server, namespace: 'new' } });
    const failed = await world.sync('web');
    expect(failed.status.operationState?.message).toMatch(
      /^one or more objects failed to apply, reason: namespaces "new" not found/,
    );
    await world.sync('web', {
      sync: { syncOptions: ['CreateNamespace=true'] },
    });
    expect(results('web')).toEqual([
      'Namespace,new,Synced,namespace/new created,,Running,PreSync',
      'ConfigMap,one,Synced,configmap/one created,,Running,Sync',
    ]);
  });

  it.each([
    ['Replace=true', 'configmap/one replaced'],
    ['ServerSideApply=true', 'configmap/one serverside-applied'],
  ])('F5.3 takes the option %s', async (option, message) => {
    world.commit([configMap('one')]);
    world.create('web');
    await world.sync('web');
    world.commit([configMap('one', { a: '2' })]);
    await world.sync('web', { sync: { syncOptions: [option] } });
    expect(results('web')).toEqual([
      `ConfigMap,one,Synced,${message},,Running,Sync`,
    ]);
  });

  it('F1.6.2 goes back to what was deployed before', async () => {
    const first = world.commit([configMap('one', { a: '1' })]);
    world.create('web');
    await world.sync('web');
    world.commit([configMap('one', { a: '2' })]);
    await world.sync('web');
    const { source } = world.app('web').status.history![0];
    const { status } = await world.sync('web', {
      sync: { revision: first, source },
    });
    expect(status.history?.map(({ id, revision }) => [id, revision])).toEqual([
      [0, first],
      [1, world.repository.head.revision],
      [2, first],
    ]);
    expect((await world.refresh('web')).status.sync.status).toBe('OutOfSync');
  });

  const job = (name: string, type: string, command: string) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations: { [HOOK]: type } },
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'hook',
              image: 'registry.example.com/hook:1',
              command: ['sh', '-c', command],
            },
          ],
        },
      },
    },
  });

  it('F5.3 waits for Jobs as hooks, and makes them anew at the next sync', async () => {
    world.commit([job('migrate', 'PreSync', 'exit 0'), configMap('one')]);
    world.create('web');
    const { status } = await world.sync('web');
    expect(status.operationState?.phase).toBe('Succeeded');
    expect(results('web')).toEqual([
      'Job,migrate,Synced,job.batch/migrate created,PreSync,Succeeded,PreSync',
      'ConfigMap,one,Synced,configmap/one created,,Running,Sync',
    ]);
    const find = () =>
      world.spoke('edge').store.of('jobs').get('migrate', 'shop')?.metadata.uid;
    const first = find();
    await world.sync('web');
    expect(world.app('web').status.operationState?.phase).toBe('Succeeded');
    expect(find()).not.toBe(first);
  });

  it('F10.3.7 fails with a Job', async () => {
    world.commit([job('migrate', 'PreSync', 'exit 1'), configMap('one')]);
    world.create('web');
    const { status } = await world.sync('web');
    expect(status.operationState).toMatchObject({
      phase: 'Failed',
      message: 'one or more synchronization tasks completed unsuccessfully',
      syncResult: {
        resources: [
          {
            kind: 'Job',
            hookPhase: 'Failed',
            message: 'Job has reached the specified backoff limit',
          },
        ],
      },
    });
  });
});
