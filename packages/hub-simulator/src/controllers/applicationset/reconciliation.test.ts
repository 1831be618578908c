import { Clock } from '../../clock';
import { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';
import type { Application } from '../../types/argocd';
import { ApplicationSetController } from './ApplicationSetController';
import { SetEvents } from './SetEvents';

const RESOURCES = 'resources-finalizer.argocd.argoproj.io';
const GOOD = 'All applications have been generated successfully';

describe('reconciling a set', () => {
  let clock: Clock;
  let state: HubState;
  let controller: ApplicationSetController;

  const addCluster = (name: string) =>
    state.clusters.create({
      metadata: { name, namespace: CONTROL_PLANE, labels: { env: name } },
      data: { name, server: `https://${name}`, config: {} },
    });
  beforeEach(() => {
    clock = new Clock(100);
    state = new HubState(clock);
    controller = new ApplicationSetController(state);
    state.projects.create({
      metadata: { name: 'default', namespace: CONTROL_PLANE },
      spec: {},
    });
    for (const name of ['a', 'b', 'c']) addCluster(name);
  });
  afterEach(() => clock.stop());

  const addSet = (
    spec: Partial<ApplicationSet['spec']> = {},
    metadata: object = {},
  ) =>
    state.applicationSets.create({
      metadata: { name: 'set', namespace: CONTROL_PLANE, ...metadata },
      spec: {
        generators: [
          {
            clusters: {
              selector: {
                matchExpressions: [{ key: 'env', operator: 'Exists' }],
              },
            },
          },
        ],
        template: {
          metadata: { name: 'app-{{name}}', labels: { env: '{{name}}' } },
          spec: {
            project: 'default',
            source: { repoURL: 'r', path: '.', targetRevision: 'main' },
            destination: { server: '{{server}}', namespace: 'x' },
            syncPolicy: { automated: { prune: true } },
          },
        },
        ...spec,
      },
    });
  const reconcile = () => controller.reconcile('set', CONTROL_PLANE);
  const set = () => state.applicationSets.get('set', CONTROL_PLANE)!;
  const app = (name: string) =>
    state.applications.get(`app-${name}`, CONTROL_PLANE)!;
  const names = () =>
    state.applications.list().map(({ metadata }) => metadata.name);
  const editSet = (change: (draft: ApplicationSet) => void) =>
    state.applicationSets.update('set', CONTROL_PLANE, change);
  const editApp = (name: string, change: (draft: Application) => void) =>
    state.applications.update(`app-${name}`, CONTROL_PLANE, change);
  const conditions = () =>
    Object.fromEntries(
      set().status!.conditions!.map(({ type, status, reason, message }) => [
        type,
        [status, reason, message],
      ]),
    );
  const until = async (condition: () => boolean) => {
    const end = Date.now() + 5000;
    while (!condition()) {
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };

  it('F4.7 F10.3.7 tells what it made, without destinations', () => {
    addSet();
    reconcile();
    const { resources, resourcesCount, health } = set().status!;
    expect(conditions()).toEqual({
      ErrorOccurred: ['False', 'ApplicationSetUpToDate', GOOD],
      ParametersGenerated: [
        'True',
        'ParametersGenerated',
        'Successfully generated parameters for all Applications',
      ],
      ResourcesUpToDate: ['True', 'ApplicationSetUpToDate', GOOD],
    });
    expect(health).toEqual({ status: 'Healthy', message: GOOD });
    expect(resourcesCount).toBe(3);
    expect(resources![0]).toEqual({
      group: 'argoproj.io',
      version: 'v1alpha1',
      kind: 'Application',
      name: 'app-a',
      namespace: CONTROL_PLANE,
      health: {},
    });
    editApp('a', draft => {
      draft.status.sync.status = 'Synced';
      draft.status.health = { status: 'Healthy', lastTransitionTime: 'x' };
    });
    reconcile();
    expect(set().status!.resources![0]).toMatchObject({
      status: 'Synced',
      health: { status: 'Healthy' },
    });
  });

  it('F4.7 lists 5000 applications and counts all', () => {
    const elements = Array.from({ length: 5001 }, (_, at) => ({
      name: String(at).padStart(5, '0'),
      server: 'https://a',
    }));
    addSet({ generators: [{ list: { elements } }] });
    reconcile();
    const { resources, resourcesCount } = set().status!;
    expect([resources!.length, resourcesCount]).toEqual([5000, 5001]);
  });

  it('F4.4 tells only the last error and how many more there are', () => {
    addSet({
      generators: [
        {
          list: {
            elements: ['x', 'y', 'z', 'a'].map(name => ({
              name,
              server: `https://${name}`,
            })),
          },
        },
      ],
    });
    reconcile();
    const message =
      'application destination spec is invalid: error getting cluster by server "https://z": cluster "https://z" not found (and 2 more)';
    expect(conditions()).toMatchObject({
      ErrorOccurred: ['True', 'ApplicationValidationError', message],
      ParametersGenerated: ['True', 'ParametersGenerated', expect.anything()],
      ResourcesUpToDate: ['False', 'ErrorOccurred', message],
    });
    expect(set().status!.health).toEqual({ status: 'Degraded', message });
    expect(names()).toEqual(['app-a']);
  });

  it('F4.4 tries again after three minutes', async () => {
    clock.stop();
    clock = new Clock(10_000);
    const quick = new HubState(clock);
    quick.projects.create(state.projects.list()[0]);
    controller = new ApplicationSetController(quick);
    state = quick;
    addSet({
      generators: [
        { list: { elements: [{ name: 'a', server: 'https://a' }] } },
      ],
    });
    reconcile();
    expect(names()).toEqual([]);
    // No event tells about the cluster: the controller was not started.
    addCluster('a');
    await until(() => names().length === 1);
  });

  it.each([
    [
      'ApplicationGenerationFromParamsError',
      { generators: [{ git: {} }] },
      'the generator git is not simulated',
    ],
    [
      'RenderTemplateParamsError',
      { goTemplate: true, templatePatch: '{{ .nope | foo }}' },
      'error replacing values in templatePatch: failed to parse template {{ .nope | foo }}: template: base:1: function "foo" not defined',
    ],
  ])('F4.7 gives the reason %s', (reason, spec, message) => {
    addSet();
    reconcile();
    editSet(draft => {
      Object.assign(draft.spec, spec);
      draft.spec.template.metadata.name = 'x';
      draft.spec.template.metadata.labels = {};
      draft.spec.template.spec.destination = { server: 'https://a' };
    });
    reconcile();
    expect(conditions()).toEqual({
      ErrorOccurred: ['True', reason, message],
      ParametersGenerated: ['False', 'ErrorOccurred', message],
      ResourcesUpToDate: ['False', 'ErrorOccurred', message],
    });
    // Nothing is deleted while it is not known what is wanted.
    expect(names()).toEqual(['app-a', 'app-b', 'app-c']);
  });

  it('F4.7 reports a name that Kubernetes refuses', () => {
    addSet();
    editSet(draft => {
      draft.spec.template.metadata.name = 'App_{{name}}';
    });
    reconcile();
    expect(conditions().ErrorOccurred).toEqual([
      'True',
      'UpdateApplicationError',
      expect.stringContaining(
        'Application.argoproj.io "App_a" is invalid: metadata.name: Invalid value: "App_a": a lowercase RFC 1123 subdomain',
      ),
    ]);
  });

  it.each([
    ['sync', 'new', ['app-a', 'app-b']],
    ['create-only', 'main', ['app-a', 'app-b', 'app-c']],
    ['create-update', 'new', ['app-a', 'app-b', 'app-c']],
    ['create-delete', 'main', ['app-a', 'app-b']],
  ])('F4.5 with %s', (applicationsSync, revision, left) => {
    addSet({
      syncPolicy: { applicationsSync, preserveResourcesOnDeletion: true },
    });
    reconcile();
    editSet(draft => {
      draft.spec.template.spec.source!.targetRevision = 'new';
      draft.spec.generators[0].clusters!.selector = {
        matchExpressions: [{ key: 'env', operator: 'In', values: ['a', 'b'] }],
      };
    });
    reconcile();
    expect(names()).toEqual(left);
    expect(app('a').spec.source!.targetRevision).toBe(revision);
  });

  it('F4.5 keeps the fields that the set preserves, and those of Argo CD', () => {
    addSet({ preservedFields: { annotations: ['mine'], labels: ['own'] } });
    reconcile();
    editApp('a', draft => {
      draft.metadata.annotations = {
        mine: '1',
        other: '2',
        'argocd.argoproj.io/refresh': 'normal',
        'notified.notifications.argoproj.io': 'x',
      };
      draft.metadata.labels = { own: '1', other: '2' };
      draft.metadata.finalizers!.push(
        'post-delete-finalizer.argocd.argoproj.io/x',
      );
      draft.spec.source!.targetRevision = 'edited';
    });
    reconcile();
    const { metadata, spec } = app('a');
    expect(metadata.annotations).toEqual({
      mine: '1',
      'argocd.argoproj.io/refresh': 'normal',
      'notified.notifications.argoproj.io': 'x',
    });
    expect(metadata.labels).toEqual({ own: '1', env: 'a' });
    expect(metadata.finalizers).toEqual([
      RESOURCES,
      'post-delete-finalizer.argocd.argoproj.io/x',
    ]);
    expect(spec.source!.targetRevision).toBe('main');
  });

  it('F4.5 leaves ignored differences alone', () => {
    addSet({
      ignoreApplicationDifferences: [
        { jsonPointers: ['/spec/source/targetRevision'] },
        { name: 'app-b', jqPathExpressions: ['.spec.source.path'] },
      ],
    });
    reconcile();
    for (const name of ['a', 'b']) {
      editApp(name, draft => {
        draft.spec.source = { repoURL: 'z', path: 'z', targetRevision: 'z' };
      });
    }
    reconcile();
    expect(app('a').spec.source).toEqual({
      repoURL: 'r',
      path: '.',
      targetRevision: 'z',
    });
    expect(app('b').spec.source).toEqual({
      repoURL: 'r',
      path: 'z',
      targetRevision: 'z',
    });
  });

  it('F4.5 reports an expression that is not a plain path', () => {
    addSet({
      ignoreApplicationDifferences: [{ jqPathExpressions: ['del(.spec)'] }],
    });
    reconcile();
    expect(conditions().ErrorOccurred[2]).toContain('del(.spec)');
  });

  it('writes nothing when nothing differs', () => {
    addSet();
    reconcile();
    const before = app('a').metadata.resourceVersion;
    reconcile();
    expect(app('a').metadata.resourceVersion).toBe(before);
  });

  it('F4.4 adopts an application of nobody and refuses that of another set', () => {
    const bare = (name: string, ownerReferences?: never): Application =>
      ({
        metadata: { name, namespace: CONTROL_PLANE, ownerReferences },
        spec: { project: 'default', destination: {} },
        status: { health: {}, sync: { status: '' }, summary: {} },
      } as never);
    state.applications.create(bare('app-a'));
    const owner = {
      kind: 'ApplicationSet',
      name: 'other',
      uid: 'u',
      controller: true,
    };
    state.applications.create(bare('app-b', [owner] as never));
    addSet();
    reconcile();
    expect(app('a').metadata.ownerReferences![0].name).toBe('set');
    expect(conditions().ErrorOccurred).toEqual([
      'True',
      'UpdateApplicationError',
      'error while wrapping using MutateFn: Object argocd/app-b is already owned by another ApplicationSet controller other',
    ]);
    expect(names()).toContain('app-c');
  });

  it('F4.6 strips the finalizer of Argo CD when the destination is gone', () => {
    addSet();
    reconcile();
    editApp('b', draft => draft.metadata.finalizers!.push('own/finalizer'));
    state.clusters.delete('a', CONTROL_PLANE);
    state.clusters.delete('b', CONTROL_PLANE);
    editSet(draft => {
      draft.spec.template.metadata.finalizers = [RESOURCES];
    });
    reconcile();
    // One is gone at once; the other waits for its own finalizer only.
    expect(names()).toEqual(['app-b', 'app-c']);
    expect(app('b').metadata.finalizers).toEqual(['own/finalizer']);
    expect(app('b').metadata.deletionTimestamp).toBeTruthy();
  });

  it('F4.6 keeps the finalizer while the destination is there', () => {
    addSet();
    reconcile();
    state.clusters.update('a', CONTROL_PLANE, draft => {
      draft.metadata.labels = {};
    });
    reconcile();
    expect(app('a').metadata.finalizers).toEqual([RESOURCES]);
    expect(app('a').metadata.deletionTimestamp).toBeTruthy();
  });

  it.each([
    ['clusters', [{ clusters: { selector: { matchLabels: { env: 'a' } } } }]],
    [
      'a matrix with clusters',
      [
        {
          matrix: {
            generators: [
              { list: { elements: [{ x: '1' }] } },
              { clusters: { selector: { matchLabels: { env: 'a' } } } },
            ],
          },
        },
      ],
    ],
  ])(
    'F4.3 looks at a set with %s on any event of any cluster',
    async (_, generators) => {
      addSet({ generators });
      controller.start();
      await until(() => names().length === 1);
      state.applications.delete('app-a', CONTROL_PLANE);
      await until(() => names().length === 1);
      editSet(draft => {
        draft.status = {};
      });
      expect(set().status!.conditions).toBeUndefined();
      state.clusters.update('c', CONTROL_PLANE, draft => {
        draft.metadata.annotations = { any: 'thing' };
      });
      await until(() => !!set().status!.conditions);
    },
  );

  it('F4.3 does not look at a set without clusters', async () => {
    addSet({
      generators: [
        { list: { elements: [{ name: 'a', server: 'https://a' }] } },
      ],
    });
    controller.start();
    await until(() => !!set().status?.conditions);
    editSet(draft => {
      draft.status = {};
    });
    state.clusters.delete('c', CONTROL_PLANE);
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(set().status!.conditions).toBeUndefined();
  });

  it('puts back what somebody changed in an application', async () => {
    addSet();
    controller.start();
    await until(() => names().length === 3);
    await new Promise(resolve => setTimeout(resolve, 20));
    editApp('a', draft => {
      draft.spec.source!.path = 'elsewhere';
    });
    await until(() => app('a').spec.source!.path === '.');
    expect(app('a').spec.source!.repoURL).toBe('r');
  });

  it('F4.7 follows the state of applications a little later', async () => {
    addSet();
    controller.start();
    await until(() => !!set().status?.resources);
    editApp('a', draft => {
      draft.status.sync.status = 'Synced';
      draft.status.health.status = 'Healthy';
    });
    await until(() => set().status!.resources![0].status === 'Synced');
    expect(set().status!.resources![0].health).toEqual({ status: 'Healthy' });
  });

  it('F4.8 takes the refresh annotation away', () => {
    addSet(
      {},
      { annotations: { 'argocd.argoproj.io/application-set-refresh': 'true' } },
    );
    reconcile();
    expect(set().metadata.annotations).toBeUndefined();
  });

  it('F4.4 asks its applications to go when the set is gone', async () => {
    addSet();
    controller.start();
    await until(() => names().length === 3);
    state.applicationSets.delete('set', CONTROL_PLANE);
    for (const name of ['a', 'b', 'c']) {
      expect(app(name).metadata.deletionTimestamp).toBeTruthy();
      expect(app(name).metadata.finalizers).toEqual([RESOURCES]);
    }
  });

  it('F4.5 releases applications that may not be deleted with the set', () => {
    addSet(
      { syncPolicy: { applicationsSync: 'create-update' } },
      { finalizers: [RESOURCES] },
    );
    reconcile();
    editSet(draft => {
      draft.metadata.deletionTimestamp = clock.timestamp();
    });
    reconcile();
    expect(set()).toBeUndefined();
    expect(names()).toHaveLength(3);
    expect(app('a').metadata.ownerReferences).toBeUndefined();
  });

  describe('with RollingSync', () => {
    const step = (value: string) => ({
      matchExpressions: [{ key: 'env', operator: 'In', values: [value] }],
    });
    const strategy = {
      type: 'RollingSync',
      rollingSync: { steps: [step('a'), step('b')] },
    };

    it('F4.7 F4.8 tells the steps and forces automated sync off', () => {
      addSet({ strategy });
      reconcile();
      reconcile();
      const status = set().status!;
      expect(
        status.applicationStatus!.map(each => [
          each.application,
          each.status,
          each.step,
        ]),
      ).toEqual([
        ['app-a', 'Pending', '1'],
        ['app-b', 'Waiting', '2'],
        ['app-c', 'Waiting', '-1'],
      ]);
      expect(status.applicationStatus![0]).toHaveProperty(
        'targetRevisions',
        [],
      );
      expect(conditions().RolloutProgressing).toEqual([
        'True',
        'ApplicationSetModified',
        'ApplicationSet is performing rollout of step 1',
      ]);
      expect(status.health!.status).toBe('Progressing');
      expect(app('a').spec.syncPolicy!.automated).toEqual({
        prune: true,
        enabled: false,
      });
      expect(app('a').operation!.initiatedBy!.username).toBe(
        'applicationset-controller',
      );
    });

    it('F4.7 forgets where applications stand with another strategy', () => {
      addSet({ strategy });
      reconcile();
      reconcile();
      editSet(draft => {
        delete draft.spec.strategy;
      });
      reconcile();
      expect(set().status!.applicationStatus).toBeUndefined();
      expect(conditions()).not.toHaveProperty('RolloutProgressing');
      expect(app('a').spec.syncPolicy!.automated).toEqual({ prune: true });
    });

    it('F4.8 deletes in the reverse order of the steps', () => {
      addSet({ strategy: { ...strategy, deletionOrder: 'Reverse' } });
      reconcile();
      expect(set().metadata.finalizers).toEqual([RESOURCES]);
      editSet(draft => {
        draft.metadata.deletionTimestamp = clock.timestamp();
      });
      reconcile();
      expect(app('b').metadata.deletionTimestamp).toBeTruthy();
      expect(app('a').metadata.deletionTimestamp).toBeUndefined();
      state.applications.delete('app-b', CONTROL_PLANE);
      reconcile();
      expect(app('a').metadata.deletionTimestamp).toBeTruthy();
      state.applications.delete('app-a', CONTROL_PLANE);
      reconcile();
      expect(set()).toBeUndefined();
    });
  });

  it('F1.7.1 leaves events about what it did', () => {
    addSet();
    reconcile();
    const [event] = SetEvents.of(state).list(set());
    expect(event).toMatchObject({
      reason: 'created',
      message: 'created Application "app-a"',
      source: { component: 'applicationset-controller' },
    });
  });
});
