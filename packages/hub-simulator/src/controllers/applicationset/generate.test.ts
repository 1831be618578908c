import { Clock } from '../../clock';
import { HubState } from '../../state/HubState';
import { CONTROL_PLANE, IN_CLUSTER } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';
import { generate, renderApplications } from './generate';

const REPO = 'https://github.com/example/agent';
const noSpec = { destination: {}, project: '' };

describe('generating applications', () => {
  let state: HubState;
  beforeEach(() => {
    state = new HubState(new Clock());
    state.projects.create({
      metadata: { name: 'default', namespace: CONTROL_PLANE },
      spec: {},
    });
    addCluster('prod', { env: 'prod', 'a/b': 'c' }, { project: 'web' });
    addCluster('dr', { env: 'dr' });
  });

  function addCluster(
    name: string,
    labels: Record<string, string>,
    data: object = {},
    secret = name,
  ) {
    state.clusters.create({
      metadata: { name: secret, namespace: CONTROL_PLANE, labels },
      data: { name, server: `https://${secret}`, config: {}, ...data },
    });
  }

  const set = (
    spec: { goTemplate?: boolean; [key: string]: unknown },
    template: object = {},
  ): ApplicationSet => ({
    metadata: { name: 'set', namespace: CONTROL_PLANE, uid: 'u1' },
    spec: {
      generators: [{ clusters: {} }],
      template: {
        metadata: { name: '{{name}}', ...template },
        spec: {
          project: 'default',
          source: { repoURL: REPO, path: '.' },
          destination: {
            server: spec.goTemplate ? '{{.server}}' : '{{server}}',
            namespace: 'x',
          },
        },
      },
      ...spec,
    },
  });
  const goSet = (spec: object, name = '{{.name}}') =>
    set({ goTemplate: true, ...spec }, { name });
  const namesOf = (applicationSet: ApplicationSet) =>
    renderApplications(state, applicationSet)
      .map(({ metadata }) => metadata.name)
      .sort();
  const elements = (...list: unknown[]) => [{ list: { elements: list } }];

  describe('by clusters', () => {
    it.each([
      ['no selector', undefined, ['dr', 'in-cluster', 'prod']],
      ['an empty one', {}, ['dr', 'in-cluster', 'prod']],
      ['labels', { matchLabels: { env: 'dr' } }, ['dr']],
      [
        'In',
        {
          matchExpressions: [
            { key: 'env', operator: 'In', values: ['dr', 'prod'] },
          ],
        },
        ['dr', 'prod'],
      ],
      [
        'NotIn, which labels that are not there satisfy',
        { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['y'] }] },
        ['dr', 'prod'],
      ],
      [
        'DoesNotExist',
        { matchExpressions: [{ key: 'a/b', operator: 'DoesNotExist' }] },
        ['dr'],
      ],
      [
        'the label that makes a Secret a cluster',
        { matchLabels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
        ['dr', 'prod'],
      ],
    ])('F4.2 selects by %s', (_, selector, expected) => {
      expect(
        namesOf(set({ generators: [{ clusters: { selector } }] })),
      ).toEqual(expected);
    });

    it('F4.2 leaves the implicit in-cluster out when a Secret has its server', () => {
      addCluster('local', {}, { server: IN_CLUSTER });
      expect(namesOf(set({}))).toEqual(['dr', 'local', 'prod']);
    });

    it('F4.2 takes two Secrets of one name for one', () => {
      addCluster('dr', { env: 'dr' }, {}, 'other');
      expect(namesOf(set({}))).toEqual(['dr', 'in-cluster', 'prod']);
    });

    it('F4.2 gives one set of parameters with flatList', () => {
      const applicationSet = goSet(
        { generators: [{ clusters: { flatList: true } }] },
        'all{{range .clusters}}-{{.name}}{{end}}',
      );
      expect(namesOf(applicationSet)).toEqual(['all-dr-prod-in-cluster']);
    });

    it.each([
      [
        false,
        '{{nameNormalized}}|{{server}}|{{project}}|{{metadata.labels.a/b}}|{{values.k}}',
      ],
      [
        true,
        '{{.nameNormalized}}|{{.server}}|{{.project}}|{{index .metadata.labels "a/b"}}|{{.values.k}}',
      ],
    ])('F4.1 gives its parameters, with goTemplate %s', (goTemplate, name) => {
      addCluster('Us_East.1-', { env: 'us', 'a/b': 'd' }, {}, 'us');
      const values = { k: goTemplate ? 'v-{{.name}}' : 'v-{{name}}' };
      const selector = {
        matchExpressions: [{ key: 'a/b', operator: 'Exists' }],
      };
      const generators = [{ clusters: { selector, values } }];
      expect(namesOf(set({ goTemplate, generators }, { name }))).toEqual([
        'prod|https://prod|web|c|v-prod',
        'us-east.1|https://us||d|v-Us_East.1-',
      ]);
    });

    it('F4.1 leaves an unknown placeholder literally, also of in-cluster labels', () => {
      expect(namesOf(set({}, { name: '{{metadata.labels.env}}' }))).toEqual([
        'dr',
        'prod',
        '{{metadata.labels.env}}',
      ]);
    });

    it('F4.1 has no metadata for the implicit in-cluster', () => {
      expect(() =>
        renderApplications(
          state,
          goSet({}, '{{index .metadata.labels "env"}}'),
        ),
      ).toThrow('error calling index: index of untyped nil');
    });

    it('F4.1 fails the whole set on a missing label with missingkey=error', () => {
      const options = { goTemplateOptions: ['missingkey=error'] };
      const selector = { matchLabels: { env: 'dr' } };
      const strict = goSet(
        { ...options, generators: [{ clusters: { selector } }] },
        '{{.metadata.labels.nope}}',
      );
      expect(() => renderApplications(state, strict)).toThrow(
        'map has no entry for key "nope"',
      );
      const lax = {
        ...strict,
        spec: { ...strict.spec, goTemplateOptions: [] },
      };
      expect(namesOf(lax)).toEqual(['<no value>']);
    });

    it('refuses an operator that Kubernetes does not know', () => {
      const selector = { matchExpressions: [{ key: 'a', operator: 'Like' }] };
      expect(() =>
        renderApplications(
          state,
          set({ generators: [{ clusters: { selector } }] }),
        ),
      ).toThrow(
        'error getting cluster secrets: error converting label selector: "Like" is not a valid label selector operator',
      );
    });
  });

  describe('by a list', () => {
    it('F10.3.5 takes a hypothetical cluster as an element', () => {
      const element = {
        name: 'new',
        server: 'https://new',
        metadata: { labels: { 'a/b': 'c' } },
      };
      expect(
        namesOf(
          goSet(
            { generators: elements(element) },
            '{{.name}}-{{index .metadata.labels "a/b"}}',
          ),
        ),
      ).toEqual(['new-c']);
      expect(
        namesOf(
          set(
            {
              generators: elements({
                name: 'new',
                'metadata.labels.a/b': 'c',
                values: { k: 'v' },
              }),
            },
            { name: '{{name}}-{{metadata.labels.a/b}}-{{values.k}}' },
          ),
        ),
      ).toEqual(['new-c-v']);
    });

    it.each([
      [{ name: 1 }, 'error parsing value as string %!w(<nil>)'],
      [{ metadata: {} }, 'error parsing value as string %!w(<nil>)'],
      [{ values: { a: true } }, 'error parsing value as string %!w(<nil>)'],
      [{ values: 'x' }, 'error parsing values map'],
      [
        'x',
        'error unmarshling list element json: cannot unmarshal string into Go value of type map[string]interface {}',
      ],
    ])('F10.3.5 refuses %j without Go templates', (element, message) => {
      expect(() =>
        renderApplications(state, set({ generators: elements(element) })),
      ).toThrow(new Error(message));
    });

    it('F10.3.5 takes values of any type with Go templates', () => {
      const generators = elements({ name: 'a', n: 3, list: ['x'], on: true });
      expect(
        namesOf(goSet({ generators }, '{{.name}}{{.n}}{{.list}}{{.on}}')),
      ).toEqual(['a3[x]true']);
    });

    it('adds the elements of elementsYaml', () => {
      const generators = [
        {
          list: {
            elements: [{ name: 'a' }],
            elementsYaml: '- name: b\n- name: c',
          },
        },
      ];
      expect(namesOf(goSet({ generators }))).toEqual(['a', 'b', 'c']);
      expect(() =>
        renderApplications(
          state,
          goSet({ generators: [{ list: { elementsYaml: 'x' } }] }),
        ),
      ).toThrow('error unmarshling decoded ElementsYaml');
    });

    it('does not look at the template when an element is empty', () => {
      const [app] = renderApplications(
        state,
        goSet({ generators: elements({}) }),
      );
      expect(app.metadata).toEqual({
        name: '{{.name}}',
        namespace: CONTROL_PLANE,
      });
    });
  });

  describe('by a matrix', () => {
    const matrix = (...generators: object[]) => [{ matrix: { generators } }];
    const env = (...names: string[]) => ({
      list: { elements: names.map(each => ({ stage: each })) },
    });

    it.each([
      [true, '{{.name}}-{{.stage}}'],
      [false, '{{name}}-{{stage}}'],
    ])(
      'F4.1 multiplies two generators, with goTemplate %s',
      (goTemplate, name) => {
        const selector = {
          matchExpressions: [{ key: 'env', operator: 'Exists' }],
        };
        const generators = matrix({ clusters: { selector } }, env('a', 'b'));
        expect(namesOf(set({ goTemplate, generators }, { name }))).toEqual([
          'dr-a',
          'dr-b',
          'prod-a',
          'prod-b',
        ]);
      },
    );

    it('F4.1 lets the second use parameters of the first', () => {
      const second = {
        clusters: {
          selector: { matchLabels: { env: '{{.stage}}' } },
          values: { first: 'of-{{.stage}}', own: 'of-{{.name}}' },
        },
      };
      const generators = matrix(env('prod'), second);
      expect(
        namesOf(goSet({ generators }, '{{.values.first}}:{{.values.own}}')),
      ).toEqual(['of-prod:of-prod']);
    });

    it('F4.1 makes elements of what the first gives', () => {
      const first = {
        list: { elements: [{ items: [{ id: 'x' }, { id: 'y' }] }] },
      };
      const second = { list: { elementsYaml: '{{ .items | toJson }}' } };
      expect(
        namesOf(goSet({ generators: matrix(first, second) }, '{{.id}}')),
      ).toEqual(['x', 'y']);
    });

    it('F4.1 lets the parameters of the first win, but for empty ones', () => {
      const first = { list: { elements: [{ a: '1', m: { x: '1' }, e: '' }] } };
      const second = {
        list: { elements: [{ a: '2', m: { y: '2' }, e: '3' }] },
      };
      const generators = matrix(first, second);
      expect(
        namesOf(goSet({ generators }, '{{.a}}{{.m.x}}{{.m.y}}{{.e}}')),
      ).toEqual(['1123']);
    });

    it('F4.1 nests once', () => {
      const inner = {
        matrix: {
          generators: [env('a'), { list: { elements: [{ zone: 'z' }] } }],
        },
      };
      const selector = { matchLabels: { env: 'dr' } };
      const generators = matrix({ clusters: { selector } }, inner);
      expect(
        namesOf(goSet({ generators }, '{{.name}}{{.stage}}{{.zone}}')),
      ).toEqual(['draz']);
    });

    it.each([
      [[env('a')], 'found less than two generators, Matrix support only two'],
      [
        [env('a'), env('a'), env('a')],
        'found more than two generators, Matrix support only two',
      ],
      [
        [env('a'), {}],
        'failed to get params for second generator in the matrix generator: child generator generated no parameters',
      ],
      [
        [{ ...env('a'), clusters: {} }, env('a')],
        'error failed to get params for first generator in matrix generator: found more than one generator in matrix.Generators',
      ],
      [
        [env('a'), { list: { elements: [{ stage: 'b' }] } }],
        'failed to combine string maps with merging params for the matrix generator: found duplicate key stage with different value, a: a ,b: b',
      ],
      [
        [env('a'), { git: {} }],
        'failed to get params for second generator in the matrix generator: child generator returned an error on parameter generation: the generator git is not simulated',
      ],
    ])('F4.1 says what is wrong with a matrix %#', (generators, message) => {
      expect(() =>
        renderApplications(state, set({ generators: matrix(...generators) })),
      ).toThrow(new Error(message));
    });
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
      renderApplications(state, set({ generators: [{ [kind]: {} }] })),
    ).toThrow(`the generator ${kind} is not simulated`);
  });

  it('filters what a generator gives by its selector, nested keys joined by dots', () => {
    const matchLabels = { 'metadata.labels.env': 'dr' };
    const generators = [{ clusters: {}, selector: { matchLabels } }];
    expect(namesOf(set({ generators }))).toEqual(['dr']);
    expect(namesOf(goSet({ generators }))).toEqual(['dr']);
    const byUrl = { matchLabels: { server: 'https://prod' } };
    expect(
      namesOf(set({ generators: [{ clusters: {}, selector: byUrl }] })),
    ).toEqual(['prod']);
  });

  it('completes the template of a generator with that of the set', () => {
    const template = {
      metadata: { labels: { own: 'yes' } },
      spec: { ...noSpec, source: { repoURL: '', path: 'own' } },
    };
    const selector = { matchLabels: { env: 'dr' } };
    const generators = [{ clusters: { selector, template } }];
    const [app] = renderApplications(
      state,
      set({ generators }, { labels: { common: '{{name}}' } }),
    );
    expect(app.metadata.labels).toEqual({ own: 'yes', common: 'dr' });
    expect(app.spec).toEqual({
      project: 'default',
      source: { repoURL: REPO, path: 'own' },
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
      const [app] = renderApplications(
        state,
        set({ generators, syncPolicy }, template),
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
      const { applications, errors } = generate(state, set({ generators }));
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
      const { applications, errors } = generate(state, set({ generators }));
      expect(applications.map(({ metadata }) => metadata.name)).toEqual(['x']);
      expect(errors).toEqual([
        'application destination spec is invalid: Destination server missing from app spec',
        'application destination spec is invalid: error getting cluster by server "https://gone": cluster "https://gone" not found',
      ]);
      state.projects.delete('default', CONTROL_PLANE);
      expect(generate(state, set({ generators })).errors[0]).toBe(
        'application references project default which does not exist',
      );
    });

    it('F2.10 does not ask whether the project allows the destination', () => {
      state.projects.update('default', CONTROL_PLANE, draft => {
        draft.spec.destinations = [{ server: 'https://other', namespace: '*' }];
      });
      expect(generate(state, set({})).errors).toEqual([]);
    });

    it('F4.4 gives a controller reference and no label that names the set', () => {
      const { applications } = generate(state, set({}));
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
