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

  it('F8.4 shows a caller only what the policy lets it get', async () => {
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
    limits.grpcMaxBytes = 3000;
    for (const query of ['', 'fields=items.metadata.name']) {
      const { status, body } = await world.call(`${LIST}?${query}`);
      expect([status, body.code]).toEqual([429, 8]);
      expect(body.message).toMatch(
        /^grpc: trying to send message larger than max \(\d{4} vs\. 3000\)$/,
      );
    }
    const few = await world.call(`${LIST}?name=web`);
    expect(few.status).toBe(200);
    limits.grpcMaxBytes = grpcMaxBytes;
  });

  it('F6.1, F6.2 estimates protobuf so that 17,500 ordinary applications fill 200 MB', async () => {
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
