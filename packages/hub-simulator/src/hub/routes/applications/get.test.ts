import type { ResourceStatus } from '../../../types/argocd';
import { LIST, World } from './__testUtils__/World';

const REFRESH = 'argocd.argoproj.io/refresh';

describe('getting one application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('web');
    world.add('api', app => {
      app.spec.project = 'other';
    });
    world.add('lost', app => {
      app.spec.project = 'gone';
    });
    world.add('bot', app => {
      app.metadata.namespace = 'team-a';
    });
    world.add('bot', app => {
      app.metadata.namespace = 'team-b';
    });
  });
  afterEach(() => {
    world.state.applicationNamespaces = [];
    world.changeProject(spec => {
      delete spec.sourceNamespaces;
    });
  });
  afterAll(() => world.stop());

  const get = (path: string, as?: 'reader' | 'nobody') =>
    world.call(`${LIST}/${path}`, { as });
  const missing = (name: string) =>
    `applications.argoproj.io "${name}" not found`;

  it('F1.4.4 reads the object itself, not the copy of a replica that lags', async () => {
    world.hub.replicas.restart([60_000]);
    world.change('web', draft => {
      draft.status.reconciledAt = '2026-02-02T00:00:00Z';
    });
    const { body } = await get('web');
    const list = await world.call(`${LIST}?name=web`);
    world.hub.replicas.restart([0]);
    expect(body.status.reconciledAt).toBe('2026-02-02T00:00:00Z');
    expect(list.body.items[0].status).not.toHaveProperty('reconciledAt');
  });

  it.each([
    ['missing', 'none', undefined, 403, 'permission denied'],
    ['forbidden', 'web', 'nobody', 403, 'permission denied'],
    ['forbidden in another project', 'api', 'reader', 403, 'permission denied'],
    [
      'missing in a project that may be used',
      'none?project=default',
      undefined,
      404,
      missing('none'),
    ],
    [
      'missing in a project that may not be used',
      'none?project=other',
      'reader',
      403,
      'permission denied',
    ],
    [
      'in another project than the one given',
      'web?project=other',
      undefined,
      404,
      missing('web'),
    ],
    [
      'forbidden, with a project that may be used',
      'api?project=default',
      'reader',
      404,
      missing('api'),
    ],
    [
      'named with the project by its older name',
      'none?projects=default',
      undefined,
      404,
      missing('none'),
    ],
  ] as const)(
    'F1.4.4 answers for an application that is %s',
    async (_, path, as, status, message) => {
      const answer = await get(path, as);
      expect([answer.status, answer.body.message]).toEqual([status, message]);
    },
  );

  it('F1.4.4 takes one project only', async () => {
    const { status, body } = await get('web?project=default&project=other');
    expect([status, body.code, body.message]).toEqual([
      400,
      3,
      'multiple projects specified - the get endpoint accepts either zero or one project',
    ]);
  });

  it('F1.4.4 ignores fields', async () => {
    const { body } = await get('web?fields=metadata.name');
    expect(body).toEqual(world.app('web'));
  });

  it('F1.4.4 tells of a project that does not exist without saying which', async () => {
    const { status, body } = await get('lost');
    expect([status, body.message]).toEqual([
      400,
      'app is not allowed in project "gone", or the project does not exist',
    ]);
  });

  it('F7.1 needs application.namespaces and the project for other namespaces', async () => {
    const bot = () => get('bot?appNamespace=team-a');
    expect((await bot()).body.message).toBe('permission denied');
    world.state.applicationNamespaces = ['team-*'];
    expect((await bot()).body.message).toMatch(
      /^app is not allowed in project/,
    );
    world.changeProject(spec => {
      spec.sourceNamespaces = ['team-a'];
    });
    expect((await bot()).body.metadata.namespace).toBe('team-a');
    expect((await get('bot?appNamespace=team-b')).status).toBe(400);
    world.state.applicationNamespaces = ['/^team-[a]$/'];
    expect((await bot()).status).toBe(200);
    expect((await get('bot?appNamespace=team-b')).status).toBe(403);
  });

  describe('with refresh', () => {
    const asked: string[] = [];
    let stop = () => {};
    beforeEach(() => {
      asked.length = 0;
      const unsubscribe = world.state.applications.subscribe(({ entry }) => {
        const kind = entry.object.metadata.annotations?.[REFRESH];
        if (kind !== undefined) asked.push(kind);
      });
      const end = world.refreshes();
      stop = () => {
        unsubscribe();
        end();
      };
    });
    afterEach(() => stop());

    it.each([
      ['normal', 'normal'],
      ['hard', 'hard'],
      ['', 'normal'],
      ['whatever', 'normal'],
    ])(
      'F1.4.4 sets the annotation and waits: refresh=%s',
      async (given, kind) => {
        const { status, body } = await get(`web?refresh=${given}`);
        expect(status).toBe(200);
        expect(asked).toEqual([kind]);
        expect(body.status.reconciledAt).toBe('2026-01-01T00:00:00Z');
        expect(body.metadata.annotations).not.toHaveProperty([REFRESH]);
      },
    );

    it('F1.8.3 needs no more than get', async () => {
      expect((await get('web?refresh=hard', 'reader')).status).toBe(200);
    });

    it('F1.1.13, F1.4.4 waits as long as the caller does', async () => {
      stop();
      const { status, body } = await world.call(`${LIST}/web?refresh=normal`, {
        headers: { 'Grpc-Timeout': '200m' },
      });
      expect([status, body]).toEqual([
        504,
        {
          error: 'context deadline exceeded',
          code: 4,
          message: 'context deadline exceeded',
        },
      ]);
      expect(world.app('web').metadata.annotations).toEqual({
        [REFRESH]: 'normal',
      });
    });
  });

  it('F5.6, F1.4.2 takes the health of every resource from the tree', async () => {
    const resource = { version: 'v1', kind: 'Pod', namespace: 'web' };
    world.change('web', draft => {
      draft.status.resourceHealthSource = 'appTree';
      draft.status.resources = [
        { ...resource, name: 'good' },
        { ...resource, name: 'missing' },
        { ...resource, name: 'unknown', health: { status: 'Healthy' } },
      ];
    });
    world.state.redis.trees.set('argocd/web', {
      nodes: [
        { ...resource, name: 'good', uid: 'u', health: { status: 'Healthy' } },
        { ...resource, name: 'missing', uid: '' },
      ],
    });
    const { body } = await get('web');
    expect(
      body.status.resources.map(({ health }: ResourceStatus) => health),
    ).toEqual([
      { status: 'Healthy' },
      { status: 'Missing', message: 'Resource has not been created' },
      undefined,
    ]);
  });
});
