import type { Application } from '../../../types/argocd';
import { LIST, REPOSITORY, SERVER, World } from './__testUtils__/World';

const DIFFERENT =
  'existing application spec is different, use upsert flag to force update';

interface Body {
  metadata?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  [key: string]: unknown;
}

describe('creating applications', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterEach(() => {
    world.changeProject(spec => {
      spec.sourceRepos = ['*'];
      spec.destinations = [{ server: '*', namespace: '*' }];
      delete spec.permitOnlyProjectScopedClusters;
      delete spec.sourceNamespaces;
    });
    world.state.applicationNamespaces = [];
  });
  afterAll(() => world.stop());

  const body = (name: string, { metadata, spec, ...rest }: Body = {}) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, ...metadata },
    spec: {
      project: 'default',
      destination: { server: SERVER, namespace: 'web' },
      source: { repoURL: REPOSITORY, path: 'plain' },
      ...spec,
    },
    ...rest,
  });
  const create = (app: unknown, query = '') =>
    world.post(`${LIST}?${query}`, app);

  it('F1.4.5, F1.1.1 stores a new one with every struct that Go always has', async () => {
    const { status, body: created } = await create(
      body('new', { operation: { sync: {} }, metadata: { uid: 'mine' } }),
    );
    expect(status).toBe(200);
    expect(created).toEqual({
      metadata: {
        name: 'new',
        namespace: 'argocd',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: expect.any(String),
        generation: 1,
        creationTimestamp: expect.stringMatching(/Z$/),
        managedFields: [
          expect.objectContaining({
            manager: 'argocd-server',
            operation: 'Update',
          }),
        ],
      },
      spec: body('new').spec,
      status: {
        health: {},
        sourceHydrator: {},
        summary: {},
        sync: {
          comparedTo: { destination: {}, source: { repoURL: '' } },
          status: '',
        },
      },
    });
    expect(world.app('new')).toEqual(created);
  });

  it('F1.4.5 answers an equal one with what is there', async () => {
    const first = await create(
      body('twice', { metadata: { labels: { a: 'b' } } }),
    );
    const spec = {
      source: { path: 'plain', repoURL: REPOSITORY, targetRevision: '' },
    };
    const again = await create(
      body('twice', { metadata: { labels: { a: 'b' } }, spec }),
    );
    expect([again.status, again.body]).toEqual([200, first.body]);
  });

  it.each([
    ['spec', { spec: { source: { repoURL: REPOSITORY, path: 'other' } } }],
    ['labels', { metadata: { labels: { a: 'b' } } }],
    ['annotations', { metadata: { annotations: { a: 'b' } } }],
    ['finalizers', { metadata: { finalizers: ['a.example.com/b'] } }],
  ])('F1.4.5 refuses other %s unless upsert is given', async (what, change) => {
    const name = `differs-${what}`;
    await create(body(name, { metadata: { labels: { kept: 'yes' } } }));
    const { status, body: refused } = await create(
      body(name, change),
      'validate=false',
    );
    expect([status, refused.code, refused.message]).toEqual([
      400,
      3,
      DIFFERENT,
    ]);
    const { status: done, body: app } = await create(
      body(name, change),
      'upsert=true&validate=false',
    );
    expect(done).toBe(200);
    expect(app).toMatchObject(change);
    expect(app.metadata.labels).toMatchObject({ kept: 'yes' });
  });

  it('F5.8 puts an empty project into default', async () => {
    const { body: app } = await create(
      body('plain', { spec: { project: '' } }),
    );
    expect(app.spec.project).toBe('default');
  });

  it.each([
    [
      'both name and server',
      { server: SERVER, name: 'east' },
      `application destination can't have both name and server defined: east ${SERVER}`,
    ],
    [
      'a name that nobody has',
      { name: 'west' },
      'there are no clusters with this name: west',
    ],
    [
      'a server that nobody knows',
      { server: 'https://west' },
      'error getting cluster by server "https://west": rpc error: code = NotFound desc = cluster "https://west" not found',
    ],
  ])('F5.8 refuses %s', async (_, destination, reason) => {
    const { status, body: error } = await create(
      body('bad', { spec: { destination } }),
    );
    expect([status, error.code, error.message]).toEqual([
      400,
      3,
      `application destination spec for bad is invalid: ${reason}`,
    ]);
  });

  it.each([
    ['server and namespace', { server: SERVER, namespace: 'web' }, SERVER],
    ['name and namespace', { name: 'east', namespace: 'web' }, 'east'],
  ])(
    'F2.10 refuses by the destinations of the project: %s',
    async (_, destination, told) => {
      world.changeProject(spec => {
        spec.destinations = [{ server: '*', namespace: '!web' }];
      });
      const { status, body: error } = await create(
        body('gate', { spec: { destination } }),
        'validate=false',
      );
      expect([status, error.code, error.message]).toEqual([
        400,
        3,
        `application spec for gate is invalid: InvalidSpecError: application destination server '${told}' and namespace 'web' do not match any of the allowed destinations in project 'default'`,
      ]);
    },
  );

  it('F2.10 refuses clusters of other projects where the project says so', async () => {
    world.changeProject(spec => {
      spec.permitOnlyProjectScopedClusters = true;
    });
    expect((await create(body('scoped'))).status).toBe(400);
    world.state.clusters.update('cluster-east', 'argocd', draft => {
      draft.data.project = 'default';
    });
    expect((await create(body('scoped'))).status).toBe(200);
  });

  it.each([
    [
      'unknown project',
      { spec: { project: 'gone' } },
      '',
      400,
      'app is not allowed in project "gone", or the project does not exist',
    ],
    [
      'no source',
      { spec: { source: undefined } },
      'validate=false',
      400,
      'application spec for bad is invalid: InvalidSpecError: spec.source.repoURL and either spec.source.path or spec.source.chart are required',
    ],
    [
      'a chart without a version',
      { spec: { source: { repoURL: REPOSITORY, chart: 'c' } } },
      'validate=false',
      400,
      'application spec for bad is invalid: InvalidSpecError: spec.source.targetRevision is required if the manifest source is a helm chart',
    ],
    [
      'a bad name',
      { metadata: { name: 'Bad_Name' } },
      '',
      400,
      expect.stringMatching(
        /^error creating application: Application\.argoproj\.io "Bad_Name" is invalid: metadata\.name: Invalid value: /,
      ),
    ],
    [
      'no name',
      { metadata: { name: '' } },
      '',
      500,
      'error while validating and normalizing app: resource name may not be empty',
    ],
    [
      'a resource version',
      { metadata: { resourceVersion: '5' } },
      '',
      500,
      'error creating application: resourceVersion should not be set on objects to be created',
    ],
    [
      'what is too large for etcd',
      { spec: { info: [{ name: 'x', value: 'y'.repeat(1_600_000) }] } },
      '',
      500,
      'error creating application: etcdserver: request is too large',
    ],
    [
      'a wrong type',
      { spec: { project: 5 } },
      '',
      400,
      expect.stringMatching(
        /^json: cannot unmarshal number into Go struct field /,
      ),
    ],
    [
      'a wrong type deep inside',
      { spec: { syncPolicy: { automated: { prune: 'yes' } } } },
      '',
      400,
      expect.stringMatching(
        /^json: cannot unmarshal string .*automated\.prune/,
      ),
    ],
    [
      'a source that is null',
      { spec: { source: null, sources: [null] } },
      '',
      400,
      expect.stringContaining('spec.source.repoURL'),
    ],
  ])('F1.4.5, F6.3 refuses %s', async (_, change, query, status, message) => {
    const answer = await create(body('bad', change), query);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });

  it('F1.4.5 looks at the repository only with validate', async () => {
    const app = body('unknown', {
      spec: { source: { repoURL: 'https://nowhere', path: '.' } },
    });
    const refused = await create(app);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toMatch(
      /^application spec for unknown is invalid: InvalidSpecError: repository not accessible/,
    );
    expect((await create(app, 'validate=false')).status).toBe(200);
  });

  it('F1.4.5 takes only repositories that the project permits', async () => {
    world.changeProject(spec => {
      spec.sourceRepos = [
        'https://git.example.com/*',
        '!https://git.example.com/agent',
      ];
    });
    const { body: error } = await create(body('source'), 'validate=false');
    expect(error.message).toBe(
      `application spec for source is invalid: InvalidSpecError: application repo ${REPOSITORY} is not permitted in project 'default'`,
    );
  });

  it('F1.1.11 needs create, and update for an upsert', async () => {
    const refused = await world.post(LIST, body('denied'), { as: 'reader' });
    expect([refused.status, refused.body.code]).toEqual([403, 7]);
    expect(refused.body.message).toMatch(
      /^permission denied: applications, create, default\/denied, sub: reader, iat: \d{4}-/,
    );
  });

  it('F7.1 puts one into another namespace where that is allowed', async () => {
    const app = body('roaming', { metadata: { namespace: 'team-a' } });
    expect((await create(app)).body.message).toMatch(/^app is not allowed/);
    world.changeProject(spec => {
      spec.sourceNamespaces = ['*'];
    });
    const refused = await create(app);
    expect([refused.status, refused.body.message]).toEqual([
      500,
      "namespace 'team-a' is not permitted",
    ]);
    world.state.applicationNamespaces = ['team-*'];
    const { body: created } = await create(app);
    expect((created as Application).metadata.namespace).toBe('team-a');
  });

  it('F6.6 answers when the replica has seen what it wrote', async () => {
    world.hub.replicas.restart([500]);
    const { body: created } = await create(body('late'));
    const { body: list } = await world.call(`${LIST}?name=late`);
    world.hub.replicas.restart([0]);
    expect(list.items).toEqual([created]);
  });

  it('F1.4.5 replaces labels on update, and answers a spec with the spec', async () => {
    await create(
      body('changing', { metadata: { labels: { a: '1', b: '2' } } }),
    );
    const put = await world.call(`${LIST}/changing`, {
      method: 'PUT',
      body: body('changing', { metadata: { labels: { a: '3' } } }),
    });
    expect([put.status, put.body.metadata.labels]).toEqual([200, { a: '3' }]);
    const spec = { ...put.body.spec, revisionHistoryLimit: 3 };
    const only = await world.call(`${LIST}/changing/spec`, {
      method: 'PUT',
      body: spec,
    });
    expect([only.status, only.body]).toEqual([200, spec]);
  });

  it.each([
    ['merge', JSON.stringify({ metadata: { labels: { a: null, c: '1' } } })],
    [
      'json',
      JSON.stringify([
        { op: 'replace', path: '/metadata/labels', value: { c: '1' } },
      ]),
    ],
  ])('F1.4.5 patches as %s', async (patchType, patch) => {
    const name = `patched-${patchType}`;
    await create(body(name, { metadata: { labels: { a: '1' } } }));
    const answer = await world.call(`${LIST}/${name}`, {
      method: 'PATCH',
      body: { name, patch, patchType },
    });
    expect([answer.status, answer.body.metadata.labels]).toEqual([
      200,
      { c: '1' },
    ]);
    const wrong = await world.call(`${LIST}/${name}`, {
      method: 'PATCH',
      body: { name, patch, patchType: 'strategic' },
    });
    expect([wrong.status, wrong.body.message]).toEqual([
      400,
      "Patch type 'strategic' is not supported",
    ]);
  });
});
