import { LIST, REPOSITORY, World } from './__testUtils__/World';

const OTHER = { source: { repoURL: 'https://nowhere', path: 'x' } };
const ALWAYS = {
  kind: 'allow',
  schedule: '* * * * *',
  duration: '1h',
  applications: ['*'],
};

describe('operations on an application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  beforeEach(() => {
    world.add('web', app => {
      app.status.operationState = {
        operation: {},
        phase: 'Succeeded',
        startedAt: '2026-01-01T00:00:00Z',
      };
      app.status.history = [3, 4].map(id => ({
        id,
        revision: `${id}`.repeat(40),
        deployedAt: '2026-01-01T00:00:00Z',
        initiatedBy: {},
        source: { repoURL: REPOSITORY, path: 'plain' },
      }));
    });
  });
  afterEach(() => {
    world.state.applications.delete('web', 'argocd');
    world.state.requireOverrideForRevisionSync = false;
    world.changeProject(spec => {
      delete spec.syncWindows;
    });
  });
  afterAll(() => world.stop());

  const sync = (body: unknown = {}, as?: 'reader' | 'syncer') =>
    world.post(`${LIST}/web/sync`, body, { as });
  const rollback = (body: unknown = {}) =>
    world.post(`${LIST}/web/rollback`, body);
  const automate = (automated: object = {}) =>
    world.change('web', draft => {
      draft.spec.syncPolicy = { automated };
    });
  const refusal = ({ status, body }: Awaited<ReturnType<typeof sync>>) => [
    status,
    body.code,
    body.message,
  ];

  it('F1.6.1 requests the operation and drops the state of the last one', async () => {
    const { status, body } = await sync({ prune: true });
    expect(status).toBe(200);
    expect(body.operation).toEqual({
      sync: {
        revision: world.revision,
        prune: true,
        source: world.app('web').spec.source,
      },
      initiatedBy: { username: 'tester' },
      retry: {},
    });
    expect(body.status).not.toHaveProperty('operationState');
    expect(world.app('web')).toEqual(body);
  });

  it('F1.6.1 takes everything from the body', async () => {
    const resources = [{ group: 'apps', kind: 'Deployment', name: 'web' }];
    const { body } = await sync({
      revision: 'b'.repeat(40),
      dryRun: true,
      strategy: { hook: { force: true } },
      resources,
      syncOptions: { items: ['ServerSideApply=true'] },
      retryStrategy: { limit: 2 },
      infos: [{ name: 'why', value: 'test' }],
    });
    expect(body.operation).toMatchObject({
      sync: {
        revision: 'b'.repeat(40),
        dryRun: true,
        syncStrategy: { hook: { force: true } },
        resources,
        syncOptions: ['ServerSideApply=true'],
      },
      retry: { limit: 2 },
      info: [{ name: 'why', value: 'test' }],
    });
  });

  it('F1.6.1 takes retry and options of the application where the body has none', async () => {
    world.change('web', draft => {
      draft.spec.syncPolicy = {
        retry: { limit: 7 },
        syncOptions: ['Prune=false'],
      };
    });
    const { body } = await sync();
    expect(body.operation.retry).toEqual({ limit: 7 });
    expect(body.operation.sync.syncOptions).toEqual(['Prune=false']);
  });

  it('F1.6.1 ignores query parameters', async () => {
    const path = `${LIST}/web/sync?dryRun=true&prune=true&appNamespace=x&project=other&revision=y`;
    const { status, body } = await world.post(path);
    expect(status).toBe(200);
    expect(Object.keys(body.operation.sync).sort()).toEqual([
      'revision',
      'source',
    ]);
  });

  it('F1.6.1 syncs each source of several', async () => {
    world.change('web', draft => {
      draft.spec.sources = [
        { repoURL: REPOSITORY, path: 'plain' },
        { repoURL: REPOSITORY, path: 'plain', targetRevision: 'main' },
      ];
    });
    const revision = 'c'.repeat(40);
    const { body } = await sync({
      sourcePositions: [2],
      revisions: [revision],
    });
    expect(body.operation.sync.revisions).toEqual([world.revision, revision]);
    const beyond = await sync({ sourcePositions: [3], revisions: [revision] });
    expect(beyond.body.message).toBe('source position is out of range');
  });

  it('F1.6.1, F1.1.8 takes one operation at a time', async () => {
    await sync();
    const busy = [400, 9, 'another operation is already in progress'];
    expect(refusal(await sync())).toEqual(busy);
    expect(refusal(await rollback({ id: 3 }))).toEqual(busy);
  });

  it.each([
    ['another revision', { revision: 'feature' }, 'main'],
    ['the commit that main stands for', { revision: 'a'.repeat(40) }, 'main'],
  ])('F1.6.1 refuses %s while auto-sync is on', async (_, body, target) => {
    automate();
    expect(refusal(await sync(body))).toEqual([
      400,
      9,
      `Cannot sync to ${body.revision}: auto-sync currently set to ${target}`,
    ]);
    expect((await sync({ ...body, dryRun: true })).status).toBe(200);
  });

  it('F1.6.1 lets auto-sync alone with the target revision, or when it is not enabled', async () => {
    automate({ enabled: false });
    expect((await sync({ revision: 'feature' })).status).toBe(200);
    world.change('web', draft => {
      delete draft.operation;
    });
    automate();
    expect((await sync({ revision: 'main' })).status).toBe(200);
  });

  it('F1.6.1 is blocked by a sync window, before it asks for the right to sync', async () => {
    world.changeProject(spec => {
      spec.syncWindows = [{ ...ALWAYS, kind: 'deny' }];
    });
    const blocked = [403, 7, 'cannot sync: blocked by sync window'];
    expect(refusal(await sync())).toEqual(blocked);
    expect(refusal(await sync({}, 'reader'))).toEqual(blocked);
    world.changeProject(spec => {
      spec.syncWindows = [{ ...ALWAYS, kind: 'deny', manualSync: true }];
    });
    expect((await sync()).status).toBe(200);
  });

  it('F1.6.1 needs get and sync, and override where the setting says so', async () => {
    const denied = await sync({}, 'reader');
    expect(denied.status).toBe(403);
    expect(denied.body.message).toMatch(
      /^permission denied: applications, sync, default\/web, sub: reader, iat: /,
    );
    const hidden = await world.post(`${LIST}/none/sync`);
    expect(refusal(hidden)).toEqual([403, 7, 'permission denied']);
    world.state.requireOverrideForRevisionSync = true;
    const override = await sync({ revision: 'feature' }, 'syncer');
    expect(override.body.message).toMatch(
      /^permission denied: applications, override, default\/web/,
    );
    expect((await sync({ revision: 'main' }, 'syncer')).status).toBe(200);
  });

  it('F1.6.1 syncs local manifests only with override and without auto-sync', async () => {
    const denied = await sync({ manifests: ['{}'] }, 'syncer');
    expect(denied.body.message).toMatch(/applications, override/);
    automate();
    expect(refusal(await sync({ manifests: ['{}'] }))).toEqual([
      400,
      9,
      'cannot use local sync when Automatic Sync Policy is enabled unless for dry run',
    ]);
  });

  it.each([
    ['sync', () => sync()],
    ['rollback', () => rollback({ id: 3 })],
  ])('F1.6.1, F1.6.2 refuses %s of what is being deleted', async (_, run) => {
    world.change('web', draft => {
      draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    expect(refusal(await run())).toEqual([400, 9, 'application is deleting']);
  });

  it.each([
    ['retryStrategy', { limit: 'x' }],
    ['strategy', { apply: { force: 5 } }],
  ])('F1.1.7, F1.6.1 refuses wrong types in %s', async (field, value) => {
    const [status, code, message] = refusal(await sync({ [field]: value }));
    expect([status, code]).toEqual([400, 3]);
    expect(message).toMatch(/^json: cannot unmarshal (string|number) into Go/);
  });

  it('F1.6.1 refuses a revision that cannot be resolved', async () => {
    world.change('web', draft => {
      draft.spec.source = OTHER.source;
    });
    const [status, code, message] = refusal(await sync());
    expect([status, code]).toEqual([400, 9]);
    expect(message).toMatch(/^error resolving repo revision: rpc error: /);
  });

  it('F1.6.2 rolls back to an entry of the history', async () => {
    const { status, body } = await rollback({ id: 4, prune: true });
    expect(status).toBe(200);
    expect(body.operation).toEqual({
      sync: {
        revision: '4'.repeat(40),
        prune: true,
        syncStrategy: { apply: {} },
        source: { repoURL: REPOSITORY, path: 'plain' },
      },
      initiatedBy: { username: 'tester' },
      retry: {},
    });
  });

  it('F1.6.2 refuses a rollback while auto-sync is on, or to nothing', async () => {
    expect(refusal(await rollback({ id: 9 }))).toEqual([
      400,
      3,
      'application argocd/web does not have deployment with id 9',
    ]);
    automate();
    expect(refusal(await rollback({ id: 3 }))).toEqual([
      400,
      9,
      'rollback cannot be initiated when auto-sync is enabled',
    ]);
  });

  it('F1.6.2 terminates what is running, and nothing else', async () => {
    const path = `${LIST}/web/operation`;
    const terminate = () => world.call(path, { method: 'DELETE' });
    expect(refusal(await terminate())).toEqual([
      400,
      3,
      'Unable to terminate operation. No operation is in progress',
    ]);
    world.change('web', draft => {
      draft.operation = { sync: {} };
      draft.status.operationState!.phase = 'Running';
    });
    const { status, body } = await terminate();
    expect([status, body]).toEqual([200, {}]);
    expect(world.app('web').status.operationState!.phase).toBe('Terminating');
  });
});
