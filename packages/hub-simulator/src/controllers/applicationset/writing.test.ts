import { CONTROL_PLANE } from '../../state/names';
import type { Application } from '../../types/argocd';
import { SetWorld } from './__testUtils__/SetWorld';

const RESOURCES = 'resources-finalizer.argocd.argoproj.io';

describe('writing applications of a set', () => {
  let world: SetWorld;
  beforeEach(() => {
    world = new SetWorld();
  });
  afterEach(() => world.stop());

  it.each([
    ['sync', 'new', ['app-a', 'app-b']],
    ['create-only', 'main', ['app-a', 'app-b', 'app-c']],
    ['create-update', 'new', ['app-a', 'app-b', 'app-c']],
    ['create-delete', 'main', ['app-a', 'app-b']],
  ])('F4.5 with %s', (applicationsSync, revision, left) => {
    world.addSet({
      syncPolicy: { applicationsSync, preserveResourcesOnDeletion: true },
    });
    world.reconcile();
    world.editSet(draft => {
      draft.spec.template.spec.source!.targetRevision = 'new';
      draft.spec.generators[0].clusters!.selector = {
        matchExpressions: [{ key: 'env', operator: 'In', values: ['a', 'b'] }],
      };
    });
    world.reconcile();
    expect(world.names()).toEqual(left);
    expect(world.app('a').spec.source!.targetRevision).toBe(revision);
  });

  it('F4.5 keeps the fields that the set preserves, and those of Argo CD', () => {
    world.addSet({
      preservedFields: { annotations: ['mine'], labels: ['own'] },
    });
    world.reconcile();
    world.editApp('a', draft => {
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
    world.reconcile();
    const { metadata, spec } = world.app('a');
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
    world.addSet({
      ignoreApplicationDifferences: [
        { jsonPointers: ['/spec/source/targetRevision'] },
        { name: 'app-b', jqPathExpressions: ['.spec.source.path'] },
      ],
    });
    world.reconcile();
    for (const name of ['a', 'b']) {
      world.editApp(name, draft => {
        draft.spec.source = { repoURL: 'z', path: 'z', targetRevision: 'z' };
      });
    }
    world.reconcile();
    expect(world.app('a').spec.source).toEqual({
      repoURL: 'r',
      path: '.',
      targetRevision: 'z',
    });
    expect(world.app('b').spec.source).toEqual({
      repoURL: 'r',
      path: 'z',
      targetRevision: 'z',
    });
  });

  it('F4.5 reports an expression that is not a plain path', () => {
    world.addSet({
      ignoreApplicationDifferences: [{ jqPathExpressions: ['del(.spec)'] }],
    });
    world.reconcile();
    expect(world.conditions().ErrorOccurred[2]).toContain('del(.spec)');
  });

  it('writes nothing when nothing differs', () => {
    world.addSet();
    world.reconcile();
    const before = world.app('a').metadata.resourceVersion;
    world.reconcile();
    expect(world.app('a').metadata.resourceVersion).toBe(before);
  });

  it('F4.4 adopts an application of nobody and refuses that of another set', () => {
    const bare = (name: string, ownerReferences?: never): Application =>
      ({
        metadata: { name, namespace: CONTROL_PLANE, ownerReferences },
        spec: { project: 'default', destination: {} },
        status: { health: {}, sync: { status: '' }, summary: {} },
      } as never);
    world.state.applications.create(bare('app-a'));
    const owner = {
      kind: 'ApplicationSet',
      name: 'other',
      uid: 'u',
      controller: true,
    };
    world.state.applications.create(bare('app-b', [owner] as never));
    world.addSet();
    world.reconcile();
    expect(world.app('a').metadata.ownerReferences![0].name).toBe('set');
    expect(world.conditions().ErrorOccurred).toEqual([
      'True',
      'UpdateApplicationError',
      'error while wrapping using MutateFn: Object argocd/app-b is already owned by another ApplicationSet controller other',
    ]);
    expect(world.names()).toContain('app-c');
  });

  it('F4.6 strips the finalizer of Argo CD when the destination is gone', () => {
    world.addSet();
    world.reconcile();
    world.editApp('b', draft =>
      draft.metadata.finalizers!.push('own/finalizer'),
    );
    world.state.clusters.delete('a', CONTROL_PLANE);
    world.state.clusters.delete('b', CONTROL_PLANE);
    world.editSet(draft => {
      draft.spec.template.metadata.finalizers = [RESOURCES];
    });
    world.reconcile();
    // One is gone at once; the other waits for its own finalizer only.
    expect(world.names()).toEqual(['app-b', 'app-c']);
    expect(world.app('b').metadata.finalizers).toEqual(['own/finalizer']);
    expect(world.app('b').metadata.deletionTimestamp).toBeTruthy();
  });

  it('F4.6 keeps the finalizer while the destination is there', () => {
    world.addSet();
    world.reconcile();
    world.state.clusters.update('a', CONTROL_PLANE, draft => {
      draft.metadata.labels = {};
    });
    world.reconcile();
    expect(world.app('a').metadata.finalizers).toEqual([RESOURCES]);
    expect(world.app('a').metadata.deletionTimestamp).toBeTruthy();
  });

  it('F4.5 releases applications that may not be deleted with the set', () => {
    world.addSet(
      { syncPolicy: { applicationsSync: 'create-update' } },
      { finalizers: [RESOURCES] },
    );
    world.reconcile();
    world.editSet(draft => {
      draft.metadata.deletionTimestamp = world.clock.timestamp();
    });
    world.reconcile();
    expect(world.set()).toBeUndefined();
    expect(world.names()).toHaveLength(3);
    expect(world.app('a').metadata.ownerReferences).toBeUndefined();
  });
});
