import { CONTROL_PLANE, IN_CLUSTER } from '../../state/names';
import { generate } from './generate';
import { elements, GeneratorWorld } from './__testUtils__/GeneratorWorld';

const noSpec = { destination: {}, project: '' };

describe('generating applications', () => {
  let world: GeneratorWorld;
  beforeEach(() => {
    world = new GeneratorWorld();
  });

  it.each([
    'git',
    'scmProvider',
    'pullRequest',
    'merge',
    'plugin',
    'clusterDecisionResource',
  ])('names the generator that is not simulated: %s', kind => {
    expect(() =>
      world.render(world.set({ generators: [{ [kind]: {} }] })),
    ).toThrow(`the generator ${kind} is not simulated`);
  });

  it('filters what a generator gives by its selector, nested keys joined by dots', () => {
    const matchLabels = { 'metadata.labels.env': 'dr' };
    const generators = [{ clusters: {}, selector: { matchLabels } }];
    expect(world.namesOf(world.set({ generators }))).toEqual(['dr']);
    expect(world.namesOf(world.goSet({ generators }))).toEqual(['dr']);
    const byUrl = { matchLabels: { server: 'https://prod' } };
    expect(
      world.namesOf(
        world.set({ generators: [{ clusters: {}, selector: byUrl }] }),
      ),
    ).toEqual(['prod']);
  });

  it('F4.1 patches the templates of Go only', () => {
    const selector = { matchLabels: { env: 'dr' } };
    const options = {
      generators: [{ clusters: { selector } }],
      templatePatch: 'metadata: { labels: { patched: "yes" } }',
    };
    const labels = (set: ReturnType<typeof world.set>) =>
      world.render(set)[0].metadata.labels;
    expect(labels(world.goSet(options))).toEqual({ patched: 'yes' });
    expect(labels(world.set(options))).toBeUndefined();
  });

  it('completes the template of a generator with that of the set', () => {
    const template = {
      metadata: { labels: { own: 'yes' } },
      spec: { ...noSpec, source: { repoURL: '', path: 'own' } },
    };
    const selector = { matchLabels: { env: 'dr' } };
    const generators = [{ clusters: { selector, template } }];
    const [app] = world.render(
      world.set({ generators }, { labels: { common: '{{name}}' } }),
    );
    expect(app.metadata.labels).toEqual({ own: 'yes', common: 'dr' });
    expect(app.spec).toEqual({
      project: 'default',
      source: { repoURL: 'https://github.com/example/agent', path: 'own' },
      destination: { server: 'https://dr', namespace: 'x' },
    });
  });

  it.each([
    ['by default', {}, {}, ['resources-finalizer.argocd.argoproj.io']],
    [
      'not to preserve resources',
      { preserveResourcesOnDeletion: true },
      {},
      undefined,
    ],
    [
      'not beside those of the template',
      {},
      { finalizers: ['own/{{name}}'] },
      ['own/dr'],
    ],
  ])(
    'F4.4 adds the resources finalizer %s',
    (_, syncPolicy, template, expected) => {
      const selector = { matchLabels: { env: 'dr' } };
      const generators = [{ clusters: { selector } }];
      const [app] = world.render(
        world.set({ generators, syncPolicy }, template),
      );
      expect(app.metadata.finalizers).toEqual(expected);
    },
  );

  describe('validation', () => {
    it('F4.4 skips every application of a duplicate name', () => {
      const generators = elements(
        { name: 'a', server: IN_CLUSTER },
        { name: 'a', server: IN_CLUSTER },
        { name: 'b', server: IN_CLUSTER },
      );
      const { applications, errors } = generate(
        world.state,
        world.set({ generators }),
      );
      expect(applications.map(({ metadata }) => metadata.name)).toEqual(['b']);
      expect(errors).toEqual([
        'ApplicationSet set contains applications with duplicate name: a',
      ]);
    });

    it('F4.4 skips what has no cluster or no project, and tells in the order of names', () => {
      const generators = elements(
        { name: 'z', server: 'https://gone' },
        { name: 'y', server: '' },
        { name: 'x', server: IN_CLUSTER },
      );
      const { applications, errors } = generate(
        world.state,
        world.set({ generators }),
      );
      expect(applications.map(({ metadata }) => metadata.name)).toEqual(['x']);
      expect(errors).toEqual([
        'application destination spec is invalid: Destination server missing from app spec',
        'application destination spec is invalid: error getting cluster by server "https://gone": rpc error: code = NotFound desc = cluster "https://gone" not found',
      ]);
      world.state.projects.delete('default', CONTROL_PLANE);
      expect(generate(world.state, world.set({ generators })).errors[0]).toBe(
        'application references project default which does not exist',
      );
    });

    it('F2.10 does not ask whether the project allows the destination', () => {
      world.state.projects.update('default', CONTROL_PLANE, draft => {
        draft.spec.destinations = [{ server: 'https://other', namespace: '*' }];
      });
      expect(generate(world.state, world.set({})).errors).toEqual([]);
    });

    it('F4.4 gives a controller reference and no label that names the set', () => {
      const { applications } = generate(world.state, world.set({}));
      expect(applications[0].metadata.ownerReferences).toEqual([
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'ApplicationSet',
          name: 'set',
          uid: 'u1',
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
      expect(applications[0].metadata.labels).toBeUndefined();
    });
  });
});
