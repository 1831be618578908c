import { ArgoVersion } from '../../../state/ArgoVersion';
import { LIST, World } from './__testUtils__/World';

describe('the fields of a list', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('idle');
    world.add('web', app => {
      app.metadata.annotations = { note: 'x' };
      app.operation = { initiatedBy: {} };
      app.status.conditions = [{ type: 'SyncError', message: 'no' }];
      app.status.resources = [{ version: 'v1', kind: 'Pod', name: 'p' }];
      app.status.summary = { images: ['agent:1'] };
      app.status.operationState = {
        operation: { sync: { revision: 'b' } },
        phase: 'Running',
        message: 'working',
        startedAt: '2026-01-01T00:00:00Z',
      };
    });
  });
  afterEach(() => {
    world.state.version = ArgoVersion.of('3.5');
  });
  afterAll(() => world.stop());

  const list = async (fields: string, name = 'web') => {
    const names = fields
      .split(',')
      .map(each =>
        each.startsWith('-') ? `-items.${each.slice(1)}` : `items.${each}`,
      );
    return world.call(`${LIST}?name=${name}&fields=${names}`);
  };
  const item = async (fields: string, name?: string) =>
    (await list(fields, name)).body.items[0];

  it.each([
    ['metadata.name', { metadata: { name: 'web' } }],
    ['metadata.namespace', { metadata: { namespace: 'argocd' } }],
    ['metadata.annotations', { metadata: { annotations: { note: 'x' } } }],
    ['metadata.labels', { metadata: { labels: { app: 'web' } } }],
    [
      'metadata.creationTimestamp',
      { metadata: { creationTimestamp: expect.stringMatching(/Z$/) } },
    ],
    ['metadata.deletionTimestamp', { metadata: { deletionTimestamp: null } }],
    ['spec', { spec: expect.objectContaining({ project: 'default' }) }],
    [
      'spec.destination',
      { spec: { destination: expect.objectContaining({ namespace: 'web' }) } },
    ],
    ['spec.project', { spec: { project: 'default' } }],
    [
      'spec.source',
      { spec: { source: expect.objectContaining({ path: 'plain' }) } },
    ],
    ['spec.sources', { spec: { sources: null } }],
    ['spec.sourceHydrator', { spec: { sourceHydrator: null } }],
    ['spec.syncPolicy', { spec: { syncPolicy: null } }],
    ['status.sourceHydrator', { status: { sourceHydrator: {} } }],
    ['status.summary', { status: { summary: { images: ['agent:1'] } } }],
    ['status.health', { status: { health: { status: 'Healthy' } } }],
    [
      'status.resources',
      { status: { resources: [expect.objectContaining({ name: 'p' })] } },
    ],
    ['status.sync.status', { status: { sync: { status: 'Synced' } } }],
    [
      'status.sync.revision',
      { status: { sync: { revision: 'a'.repeat(40) } } },
    ],
    [
      'status.operationState.phase',
      { status: { operationState: { phase: 'Running' } } },
    ],
    [
      'status.operationState.startedAt',
      { status: { operationState: { startedAt: '2026-01-01T00:00:00Z' } } },
    ],
    [
      'status.operationState.finishedAt',
      { status: { operationState: { finishedAt: null } } },
    ],
    ['operation.sync', { operation: { sync: null } }],
    [
      'status.operationState.operation.sync',
      { status: { operationState: { operation: { sync: null } } } },
    ],
  ])('F1.4.3 knows %s', async (field, expected) => {
    expect(await item(field)).toEqual(expected);
  });

  it('F1.4.3 gives the result under the name of the operation', async () => {
    world.change('web', draft => {
      draft.status.operationState!.syncResult = { revision: 'c' };
    });
    expect(await item('status.operationState.operation.sync')).toEqual({
      status: { operationState: { operation: { sync: { revision: 'c' } } } },
    });
  });

  it.each([
    'metadata.uid',
    'metadata.resourceVersion',
    'status',
    'status.conditions',
    'status.history',
    'status.reconciledAt',
    'status.sync',
    'status.sync.revisions',
    'status.operationState.message',
    'spec.source.repoURL',
    'nonsense',
  ])('F1.4.3 drops %s silently', async field => {
    expect(await item(field)).toEqual({});
    expect(await item(`metadata.name,${field}`)).toEqual({
      metadata: { name: 'web' },
    });
  });

  it('F1.4.3 leaves out what depends on something that is not there', async () => {
    const fields =
      'metadata.name,operation.sync,status.resources,status.operationState.phase';
    expect(await item(fields, 'idle')).toEqual({ metadata: { name: 'idle' } });
  });

  it('F1.4.3 always has the metadata of the list, and null for no items', async () => {
    const { body } = await world.call(
      `${LIST}?name=none&fields=items.metadata.name`,
    );
    expect(body).toEqual({
      items: null,
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });
    const full = await world.call(`${LIST}?name=none`);
    expect(full.body.items).toEqual([]);
  });

  it.each([
    [
      '2.14',
      'spec.destination,spec.project,status.sync.revision,status.sourceHydrator',
      {},
    ],
    [
      '2.14',
      'spec.project,spec',
      { spec: expect.objectContaining({ project: 'default' }) },
    ],
    [
      '3.4',
      'spec.destination,status.sync.revision,status.sync.status',
      { status: { sync: { status: 'Synced' } } },
    ],
    ['3.4', 'status.sourceHydrator', { status: { sourceHydrator: {} } }],
    [
      '3.5',
      'spec.project,status.sync.revision',
      {
        spec: { project: 'default' },
        status: { sync: { revision: 'a'.repeat(40) } },
      },
    ],
  ])(
    'F1.4.3 knows in %s of %s only what that release knows',
    async (release, fields, expected) => {
      world.state.version = ArgoVersion.of(release);
      expect(await item(fields)).toEqual(expected);
    },
  );

  it('F1.4.3 fails at random with spec beside a part of it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => list('spec,spec.project,metadata.name')),
    );
    const failed = answers.filter(({ status }) => status === 500);
    const fine = answers.filter(({ status }) => status === 200);
    expect(failed.length).toBeGreaterThan(0);
    expect(fine.length).toBeGreaterThan(0);
    expect(failed[0].body).toMatchObject({
      code: 2,
      message: 'field spec.project is not a map',
    });
    expect(fine[0].body.items[0].spec).toEqual(world.app('web').spec);
  });

  it('F1.4.3 makes exclusion unusable since 3.5, and lets it be before', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => list('-status.health')),
    );
    const failed = answers.filter(({ status }) => status === 500);
    expect(failed.length).toBeGreaterThan(30);
    expect(failed[0].body.message).toMatch(/^field spec\.\w+ is not a map$/);
    world.state.version = ArgoVersion.of('3.4');
    const { status, body } = await list('-status.health');
    expect(status).toBe(200);
    expect(body.items[0]).toMatchObject({ spec: { project: 'default' } });
    expect(body.items[0].status).not.toHaveProperty('health');
  });

  it('F1.4.3 answers what changed, and only that, anew', async () => {
    const before = await list('status.health,metadata.name', '');
    world.change('web', draft => {
      draft.status.health = { status: 'Degraded' };
    });
    const after = await list('status.health,metadata.name', '');
    expect(before.body.items[1].status.health.status).toBe('Healthy');
    expect(after.body.items[1].status.health.status).toBe('Degraded');
    expect(after.body.items[0]).toEqual(before.body.items[0]);
  });
});
