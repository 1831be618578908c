import { until } from '../../testing/Fixture';
import { configMap, REPOSITORY, World } from '../__testUtils__/World';
import type { GenericObject } from '../../types/kubernetes';

const TRACKING = 'argocd.argoproj.io/tracking-id';

describe('the comparison of an application', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const conditions = (name: string) =>
    world
      .app(name)
      .status.conditions?.map(({ type, message }) => [type, message]);
  const put = (object: GenericObject) =>
    world.spoke('edge').store.create('configmaps', {
      ...object,
      metadata: { ...object.metadata, namespace: 'shop' },
    });

  it('F5.1 F5.7 says with what it compared, and when', async () => {
    const revision = world.commit([configMap('one')]);
    const { spec } = world.create('web');
    expect(world.app('web').status.sync.status).toBe('');
    const { status } = await world.refresh('web');
    expect(status.sync).toEqual({
      status: 'OutOfSync',
      comparedTo: { source: spec.source, destination: spec.destination },
      revision,
    });
    expect(status).toMatchObject({
      health: { status: 'Missing' },
      sourceType: 'Directory',
      controllerNamespace: 'argocd',
      resourceHealthSource: 'appTree',
      reconciledAt: expect.stringMatching(/Z$/),
      summary: {},
      sourceHydrator: {},
    });
  });

  it('F5.2 is Healthy without resources', async () => {
    world.create('web');
    const { status } = await world.refresh('web');
    expect([status.sync.status, status.health.status]).toEqual([
      'Synced',
      'Healthy',
    ]);
    expect(status).not.toHaveProperty('resources');
  });

  it('F5.1 F5.8 compares several sources, which win over a single one', async () => {
    world.commit([configMap('one')]);
    const revision = world.commit([configMap('two')], 'more');
    const sources = ['app', 'more'].map(path => ({
      repoURL: REPOSITORY,
      path,
      targetRevision: 'main',
    }));
    world.create('web', { sources });
    const { status, spec } = await world.refresh('web');
    expect(status.sync).toEqual({
      status: 'OutOfSync',
      comparedTo: {
        source: { repoURL: '' },
        sources,
        destination: spec.destination,
      },
      revisions: [revision, revision],
    });
    expect(status.sourceTypes).toEqual(['Directory', 'Directory']);
    expect(status.resources?.map(({ name }) => name)).toEqual(['one', 'two']);
    const synced = await world.sync('web');
    expect(synced.status.history).toEqual([
      expect.objectContaining({
        id: 0,
        sources,
        revisions: [revision, revision],
      }),
    ]);
    expect(synced.status.operationState?.syncResult).toMatchObject({
      revision: '',
      revisions: [revision, revision],
      sources,
    });
  });

  it('F5.1 leaves out differences that do not count', async () => {
    world.commit([configMap('one', { a: '1', b: '1' })]);
    const ignoreDifferences = [
      { kind: 'ConfigMap', jsonPointers: ['/data/a'] },
    ];
    world.create('web', { ignoreDifferences });
    await world.sync('web');
    const change = (data: Record<string, string>) =>
      world
        .spoke('edge')
        .store.of('configmaps')
        .update('one', 'shop', draft => {
          draft.data = data;
        });
    change({ a: '2', b: '1' });
    const { status } = await world.refresh('web');
    expect(status.sync).toMatchObject({
      status: 'Synced',
      comparedTo: { ignoreDifferences },
    });
    change({ a: '2', b: '2' });
    await world.when('web', app => app.status.sync.status === 'OutOfSync');
  });

  it('F5.1 sees what was taken out of a manifest', async () => {
    world.commit([configMap('one', { a: '1', b: '1' })]);
    world.create('web');
    await world.sync('web');
    world.commit([configMap('one', { a: '1' })]);
    expect((await world.refresh('web')).status.sync.status).toBe('OutOfSync');
    await world.sync('web');
    expect(
      world.spoke('edge').store.of('configmaps').get('one', 'shop')?.data,
    ).toEqual({ a: '1' });
  });

  it('F5.6 lists its resources without their health, sorted', async () => {
    world.commit([
      configMap('b', {}, { 'argocd.argoproj.io/sync-wave': '3' }),
      configMap('a'),
    ]);
    world.create('web');
    const { status } = await world.refresh('web');
    const common = { version: 'v1', kind: 'ConfigMap', namespace: 'shop' };
    expect(status.resources).toEqual([
      { ...common, name: 'a', status: 'OutOfSync' },
      { ...common, name: 'b', status: 'OutOfSync', syncWave: 3 },
    ]);
  });

  it('F5.9 knows its objects by their mark, in other namespaces by another name', async () => {
    put(configMap('mine', {}, { [TRACKING]: 'web:/ConfigMap:shop/mine' }));
    put(configMap('copied', {}, { [TRACKING]: 'web:/ConfigMap:shop/mine' }));
    put(
      configMap(
        'theirs',
        {},
        { [TRACKING]: 'team_web:/ConfigMap:shop/theirs' },
      ),
    );
    world.create('web');
    const { status } = await world.refresh('web');
    expect(status.resources).toEqual([
      expect.not.objectContaining({ status: expect.anything() }),
      expect.objectContaining({
        name: 'mine',
        status: 'OutOfSync',
        requiresPruning: true,
      }),
    ]);
  });

  it('F5.4 warns of resources that are shared, repeated or excluded', async () => {
    put(configMap('one', {}, { [TRACKING]: 'team_api:/ConfigMap:shop/one' }));
    world.commit([
      configMap('one'),
      configMap('two'),
      configMap('two'),
      { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'ends' } },
    ]);
    world.create('web');
    await world.refresh('web');
    expect(conditions('web')).toEqual([
      [
        'ExcludedResourceWarning',
        'Resource /Endpoints ends is excluded in the settings',
      ],
      [
        'RepeatedResourceWarning',
        'Resource /ConfigMap/shop/two appeared 2 times among application resources.',
      ],
      [
        'SharedResourceWarning',
        'ConfigMap/one is part of applications argocd/web and team/api',
      ],
    ]);
  });

  it('F5.4 warns of orphans where the project wants to know', async () => {
    put(configMap('lost'));
    world.state.projects.update('default', 'argocd', draft => {
      draft.spec.orphanedResources = { warn: true };
    });
    world.create('web');
    await world.refresh('web');
    expect(conditions('web')).toEqual([
      ['OrphanedResourceWarning', 'Application has 1 orphaned resources'],
    ]);
    const tree = world.state.redis.trees.get('argocd/web');
    expect(tree?.orphanedNodes?.map(({ name }) => name)).toEqual(['lost']);
  });

  it('F4.9 F5.4 says when manifests cannot be made', async () => {
    world.create('web', {
      source: { repoURL: 'https://git.example.com/none', path: 'app' },
    });
    const { status } = await world.refresh('web');
    expect(status.sync.status).toBe('Unknown');
    expect(conditions('web')).toEqual([
      [
        'ComparisonError',
        'Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = failed to list refs: repository not found: https://git.example.com/none',
      ],
    ]);
  });

  it.each([
    [
      { server: 'https://gone.example.com', namespace: 'shop' },
      'error getting cluster by server "https://gone.example.com": rpc error: code = NotFound desc = cluster "https://gone.example.com" not found',
    ],
    [
      { name: 'gone', namespace: 'shop' },
      'there are no clusters with this name: gone',
    ],
    [
      { name: 'edge', server: 'https://edge', namespace: 'shop' },
      "application destination can't have both name and server defined: edge https://edge",
    ],
  ])('F5.8 F5.11 refuses the destination %j', async (destination, message) => {
    world.create('web', { destination });
    const { status } = await world.refresh('web');
    expect([status.sync.status, status.health.status]).toEqual([
      'Unknown',
      'Unknown',
    ]);
    expect(conditions('web')).toEqual([['InvalidSpecError', message]]);
    expect(world.state.redis.trees.get('argocd/web')).toEqual({ nodes: [] });
  });

  it('F2.5 refuses the cluster of the hub where that is switched off', async () => {
    world.state.settings = {
      ...world.state.settings,
      inClusterEnabled: false,
    };
    const server = 'https://kubernetes.default.svc';
    world.create('web', { destination: { server, namespace: 'shop' } });
    const { status } = await world.refresh('web');
    expect(status.health.status).toBe('Unknown');
    expect(conditions('web')).toEqual([
      [
        'InvalidSpecError',
        `error getting cluster by server "${server}": rpc error: code = NotFound desc = cluster "${server}" is disabled`,
      ],
    ]);
  });

  it('F5.4 F2.10 refuses a project that is not there, or not for its repository', async () => {
    world.create('lost', { project: 'none' });
    world.state.projects.update('default', 'argocd', draft => {
      draft.spec.sourceRepos = ['https://other.example.com/*'];
    });
    world.create('web');
    await world.refresh('lost');
    await world.refresh('web');
    expect([conditions('lost'), conditions('web')]).toEqual([
      [
        [
          'InvalidSpecError',
          'Application referencing project none which does not exist',
        ],
      ],
      [
        [
          'InvalidSpecError',
          `application repo ${REPOSITORY} is not permitted in project 'default'`,
        ],
      ],
    ]);
  });

  it('F5.9 F5.4 lets applications of other namespaces in where the project does', async () => {
    world.commit([configMap('one')]);
    const { spec, status } = world.create('web');
    const metadata = { name: 'api', namespace: 'team' };
    world.state.applications.create({ metadata, spec, status });
    const get = () => world.state.applications.get('api', 'team')!;
    const settle = (wanted: string) =>
      until(async () => get().status.sync.status === wanted);
    await settle('Unknown');
    expect(get().status.conditions).toEqual([
      expect.objectContaining({
        type: 'UnknownError',
        message:
          "application 'api' in namespace 'team' is not permitted to use project 'default'",
      }),
    ]);
    world.state.projects.update('default', 'argocd', draft => {
      draft.spec.sourceNamespaces = ['team'];
    });
    world.hub.applications!.enqueue(get(), 0);
    await settle('OutOfSync');
    world.state.applications.update('api', 'team', draft => {
      draft.operation = { sync: {}, initiatedBy: {} };
    });
    await settle('Synced');
    const made = world.spoke('edge').store.of('configmaps').get('one', 'shop');
    expect(made?.metadata.annotations?.[TRACKING]).toBe(
      'team_api:/ConfigMap:shop/one',
    );
  });

  it('F5.11 survives a cluster whose server is no address', async () => {
    world.state.clusters.create({
      metadata: { name: 'odd', namespace: 'argocd' },
      data: { name: 'odd', server: 'nowhere', config: {} },
    });
    world.create('web', {
      destination: { server: 'nowhere', namespace: 'shop' },
    });
    const { status } = await world.refresh('web');
    expect(status.sync.status).toBe('Unknown');
    expect(conditions('web')?.[0][0]).toBe('ComparisonError');
  });
});
