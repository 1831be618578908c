import { ArgoVersion } from '../../../state/ArgoVersion';
import { LIST, REPOSITORY, World } from './__testUtils__/World';

interface Item {
  metadata: { name: string; namespace: string };
}

describe('the list of applications', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('web', app => {
      app.metadata.labels = { env: 'prod' };
    });
    world.add('api', app => {
      app.metadata.labels = { env: 'dr' };
      app.spec.project = 'other';
    });
    world.add('job', app => {
      app.metadata.labels = { env: 'staging' };
      delete app.spec.source;
      app.spec.sources = [
        { repoURL: 'https://git.example.com/first', path: '.' },
        { repoURL: REPOSITORY, path: '.' },
      ];
    });
    world.add('bot', app => {
      app.metadata.namespace = 'team-a';
      app.metadata.labels = { env: 'prod' };
    });
    world.add('web', app => {
      app.metadata.namespace = 'team-b';
    });
    world.state.applicationNamespaces = ['team-a'];
  });
  afterAll(() => world.stop());

  const names = async (query: string) => {
    const { body } = await world.call(`${LIST}?${query}`);
    return (body.items ?? []).map(
      ({ metadata: { name, namespace } }: Item) =>
        `${namespace === 'argocd' ? '' : `${namespace}/`}${name}`,
    );
  };

  it.each([
    [
      'is sorted by name over namespaces',
      '',
      ['api', 'team-a/bot', 'job', 'web'],
    ],
    ['narrows by appNamespace', 'appNamespace=team-a', ['team-a/bot']],
    [
      'shows nothing of a namespace that is not enabled',
      'appNamespace=team-b',
      [],
    ],
    [
      'narrows by selector',
      'selector=env%20in%20(prod,dr)',
      ['api', 'team-a/bot', 'web'],
    ],
    ['knows projects', 'projects=other', ['api']],
    [
      'knows projects more than once',
      'projects=other&projects=default',
      ['api', 'team-a/bot', 'job', 'web'],
    ],
    [
      'lets project win over projects',
      'projects=default&project=other',
      ['api'],
    ],
    [
      'compares repo with the first source only',
      `repo=${REPOSITORY}`,
      ['api', 'team-a/bot', 'web'],
    ],
    ['compares repo exactly', `repo=${REPOSITORY}.git`, []],
    [
      'takes the first of a name, then the rest narrows',
      'name=api&projects=default',
      [],
    ],
    ['finds a name', 'name=job', ['job']],
    [
      'takes an empty name for none',
      'name=',
      ['api', 'team-a/bot', 'job', 'web'],
    ],
    [
      'ignores a destination, pages, refresh and resourceVersion',
      'server=x&cluster=y&limit=1&continue=z&refresh=hard&resourceVersion=1',
      ['api', 'team-a/bot', 'job', 'web'],
    ],
  ])('F1.4.1 %s', async (_, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('F1.4.1 fails with a selector that makes no sense', async () => {
    const { status, body } = await world.call(`${LIST}?selector=a%20b%20c`);
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(/^error parsing the selector: /);
  });

  it('F1.4.1 tells the resource version that the informer saw last', async () => {
    const before = (await world.call(LIST)).body.metadata.resourceVersion;
    world.state.projects.update('other', 'argocd', draft => {
      draft.spec.description = 'changed';
    });
    const same = (await world.call(LIST)).body.metadata.resourceVersion;
    world.change('web', draft => {
      draft.status.reconciledAt = '2026-01-01T00:00:00Z';
    });
    const after = (await world.call(LIST)).body.metadata.resourceVersion;
    expect(same).toBe(before);
    expect(after).toBe(world.app('web').metadata.resourceVersion);
  });

  it('F1.8.4 shows a caller only what the policy lets it get', async () => {
    const { body } = await world.call(LIST, { as: 'reader' });
    expect(body.items.map(({ metadata }: Item) => metadata.name)).toEqual([
      'bot',
      'job',
      'web',
    ]);
    const none = await world.call(LIST, { as: 'nobody' });
    expect([none.status, none.body.items]).toEqual([200, []]);
  });

  it('F1.4.2 has whole items, managed fields and all, without the health of resources', async () => {
    world.add('full', app => {
      app.metadata.managedFields = [{ manager: 'argocd-server' }];
      app.status.resourceHealthSource = 'appTree';
      app.status.resources = [{ version: 'v1', kind: 'Pod', name: 'p' }];
      app.status.history = [
        {
          id: 0,
          revision: 'a',
          deployedAt: '2026-01-01T00:00:00Z',
          initiatedBy: {},
        },
      ];
    });
    world.state.redis.trees.set('argocd/full', {
      nodes: [
        {
          version: 'v1',
          kind: 'Pod',
          name: 'p',
          uid: 'u',
          health: { status: 'Healthy' },
        },
      ],
    });
    const { body } = await world.call(`${LIST}?name=full`);
    expect(body.items).toEqual([world.app('full')]);
    expect(body.items[0].status.resources).toEqual([
      { version: 'v1', kind: 'Pod', name: 'p' },
    ]);
    const one = await world.call(`${LIST}/full`);
    expect(one.body.status.resources[0].health).toEqual({ status: 'Healthy' });
    world.state.applications.delete('full', 'argocd');
  });

  it('F1.1.12 refuses what is above the limit in protobuf, whatever the fields', async () => {
    const { limits } = world.state;
    const { grpcMaxBytes } = limits;
    limits.grpcMaxBytes = 1000;
    for (const query of ['', 'fields=items.metadata.name']) {
      const { status, body } = await world.call(`${LIST}?${query}`);
      expect([status, body.code]).toEqual([429, 8]);
      expect(body.message).toMatch(
        /^grpc: trying to send message larger than max \(\d{4} vs\. 1000\)$/,
      );
    }
    const few = await world.call(`${LIST}?name=web`);
    expect(few.status).toBe(200);
    limits.grpcMaxBytes = grpcMaxBytes;
  });

  it('F6.1 F6.2 estimates protobuf so that 17,500 ordinary applications fill 200 MB', async () => {
    world.add('ordinary', app => {
      app.metadata.annotations = { filler: 'x' };
    });
    const padding = 15_300 - JSON.stringify(world.app('ordinary')).length;
    world.change('ordinary', draft => {
      draft.metadata.annotations!.filler = 'x'.repeat(padding + 1);
    });
    const { limits } = world.state;
    const { grpcMaxBytes } = limits;
    limits.grpcMaxBytes = 1;
    const { body } = await world.call(`${LIST}?name=ordinary`);
    limits.grpcMaxBytes = grpcMaxBytes;
    world.state.applications.delete('ordinary', 'argocd');
    const size = Number(/max \((\d+) vs/.exec(body.message)![1]);
    const fitting = 209_715_200 / size;
    expect(fitting).toBeGreaterThan(15_000);
    expect(fitting).toBeLessThan(20_000);
  });
});

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
