import { LIST, REPOSITORY, World } from './__testUtils__/World';

const PREFIX = 'error getting app source by source index and version ID: ';

describe('revisions of an application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('web');
    world.add('many', app => {
      const { source } = app.spec;
      app.spec.sources = [
        { repoURL: 'https://nowhere', path: '.' },
        source!,
        {
          repoURL: 'https://charts.example.com/',
          chart: 'agent',
          targetRevision: '1.0.0',
        },
        { repoURL: 'oci://registry.example.com/agent', path: '.' },
      ];
      app.status.history = [
        {
          id: 3,
          revision: world.revision,
          deployedAt: '2026-01-01T00:00:00Z',
          initiatedBy: {},
          source,
        },
      ];
    });
  });
  afterAll(() => world.stop());

  const read = async (name: string, revision: string, rest = 'metadata') => {
    const path = `${LIST}/${name}/revisions/${revision}/${rest}`;
    const { status, body } = await world.call(path);
    return [status, body.message ? body : body, body.message] as const;
  };
  const first = {
    author: 'Ada <ada@example.com>',
    date: '2026-01-01T00:00:00Z',
    message: 'First',
  };

  it('F1.6.6 tells author, date and message of a commit, also of a short one', async () => {
    expect((await read('web', world.revision))[1]).toEqual(first);
    expect((await read('web', world.revision.slice(0, 7)))[1]).toEqual(first);
  });

  it('F1.6.6 takes only commits', async () => {
    const [status, body] = await read('web', 'main');
    expect([status, body.code, body.message]).toEqual([
      500,
      2,
      'revision main must be resolved',
    ]);
    expect((await read('web', 'b'.repeat(40)))[0]).toBe(500);
  });

  it('F1.6.6 finds the source by index and by deployment', async () => {
    const second = await read('many', world.revision, 'metadata?sourceIndex=1');
    expect(second[1]).toEqual(first);
    const then = await read('many', world.revision, 'metadata?versionId=3');
    expect(then[1]).toEqual(first);
  });

  it.each([
    [
      'web',
      'sourceIndex=2',
      500,
      `${PREFIX}source index 2 not found because there is only 1 source`,
    ],
    [
      'many',
      'sourceIndex=9',
      500,
      `${PREFIX}source index 9 not found because there are only 4 sources`,
    ],
    [
      'web',
      'versionId=1',
      500,
      `${PREFIX}error getting source by version ID: version ID 1 not found because the app has no history`,
    ],
    [
      'many',
      'versionId=1',
      500,
      `${PREFIX}error getting source by version ID: revision history not found for version ID 1`,
    ],
    [
      'web',
      'sourceIndex=x',
      400,
      expect.stringMatching(/strconv\.ParseInt: parsing "x": invalid syntax/),
    ],
  ])(
    'F1.6.6, F1.1.14 fails for %s with %s',
    async (name, query, status, message) => {
      const answer = await read(name, world.revision, `metadata?${query}`);
      expect([answer[0], answer[2]]).toEqual([status, message]);
    },
  );

  it('F1.6.6 tells of charts and registries only where there are some', async () => {
    const [status, , message] = await read('web', '1.0.0', 'chartdetails');
    expect([status, message]).toEqual([
      500,
      'no chart found for application: web',
    ]);
    const chart = await read('many', '1.0.0', 'chartdetails?sourceIndex=2');
    expect(chart[1]).toEqual({
      description: 'A Helm chart for agent',
      home: 'https://charts.example.com/agent',
    });
    const image = await read('many', '1.0.0', 'ocimetadata?sourceIndex=3');
    expect(image[1]).toEqual({
      imageUrl: 'oci://registry.example.com/agent',
      version: '1.0.0',
    });
    expect((await read('web', '1.0.0', 'ocimetadata'))[0]).toBe(500);
  });

  it('F1.6.6 renders what Git wants, Secrets without values', async () => {
    const repository = world.state.repositories.get(REPOSITORY)!;
    repository.commit({
      author: 'Ada <ada@example.com>',
      message: 'Second',
      date: '2026-01-02T00:00:00Z',
      values: {},
      manifests: {
        plain: [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'keys', namespace: 'web' },
            data: { a: 'c2VjcmV0' },
          },
        ],
      },
    });
    const { body } = await world.call(`${LIST}/web/manifests`);
    expect(body.revision).toBe(world.revision);
    expect(JSON.parse(body.manifests[0]).data).toEqual({ a: '++++++++' });
  });
});

describe('sync windows of an application', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('web');
  });
  afterAll(() => world.stop());

  const OPEN = {
    kind: 'allow' as const,
    schedule: '* * * * *',
    duration: '1h',
  };
  const read = async () => (await world.call(`${LIST}/web/syncwindows`)).body;

  it('F1.6.6 lets sync without any window', async () => {
    expect(await read()).toEqual({ canSync: true });
  });

  it('F1.6.6 tells those that are assigned and those that are open', async () => {
    world.changeProject(spec => {
      spec.syncWindows = [
        { ...OPEN, applications: ['web'] },
        { ...OPEN, kind: 'deny', applications: ['other'] },
        {
          kind: 'deny',
          schedule: '0 0 29 2 *',
          duration: '1m',
          namespaces: ['web'],
          manualSync: true,
        },
      ];
    });
    const open = { ...OPEN, manualSync: false };
    expect(await read()).toEqual({
      activeWindows: [open],
      assignedWindows: [
        open,
        {
          kind: 'deny',
          schedule: '0 0 29 2 *',
          duration: '1m',
          manualSync: true,
        },
      ],
      canSync: true,
    });
  });

  it('F1.6.6 says that it is closed for a manual sync', async () => {
    world.changeProject(spec => {
      spec.syncWindows = [{ ...OPEN, kind: 'deny', clusters: ['*'] }];
    });
    expect((await read()).canSync).toBe(false);
  });

  it('F1.6.6 has no links unless some are configured', async () => {
    const { status, body } = await world.call(`${LIST}/web/links`);
    expect([status, body]).toEqual([200, {}]);
  });

  it('F1.8.3 gives logs only to who may get logs', async () => {
    const denied = await world.call(`${LIST}/web/logs?podName=x`, {
      as: 'reader',
    });
    expect([denied.status, denied.body.code]).toEqual([403, 7]);
    expect(denied.body.message).toMatch(
      /^permission denied: logs, get, default\/web/,
    );
    const allowed = await world.call(`${LIST}/web/logs?podName=x`);
    expect([allowed.status, allowed.body]).toEqual([
      501,
      {
        error: 'logs: not simulated',
        code: 12,
        message: 'logs: not simulated',
      },
    ]);
  });
});
