import { IN_CLUSTER } from '../../state/names';
import { GeneratorWorld } from './__testUtils__/GeneratorWorld';

describe('the cluster generator', () => {
  let world: GeneratorWorld;
  beforeEach(() => {
    world = new GeneratorWorld();
  });

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
      world.namesOf(world.set({ generators: [{ clusters: { selector } }] })),
    ).toEqual(expected);
  });

  it('F4.2 leaves the implicit in-cluster out when a Secret has its server', () => {
    world.addCluster('local', {}, { server: IN_CLUSTER });
    expect(world.namesOf(world.set({}))).toEqual(['dr', 'local', 'prod']);
  });

  it('F4.2 takes two Secrets of one name for one', () => {
    world.addCluster('dr', { env: 'dr' }, {}, 'other');
    expect(world.namesOf(world.set({}))).toEqual(['dr', 'in-cluster', 'prod']);
  });

  it('F4.2 gives one set of parameters with flatList', () => {
    const applicationSet = world.goSet(
      { generators: [{ clusters: { flatList: true } }] },
      'all{{range .clusters}}-{{.name}}{{end}}',
    );
    expect(world.namesOf(applicationSet)).toEqual(['all-dr-prod-in-cluster']);
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
    world.addCluster('Us_East.1-', { env: 'us', 'a/b': 'd' }, {}, 'us');
    const values = { k: goTemplate ? 'v-{{.name}}' : 'v-{{name}}' };
    const selector = {
      matchExpressions: [{ key: 'a/b', operator: 'Exists' }],
    };
    const generators = [{ clusters: { selector, values } }];
    expect(
      world.namesOf(world.set({ goTemplate, generators }, { name })),
    ).toEqual([
      'prod|https://prod|web|c|v-prod',
      'us-east.1|https://us||d|v-Us_East.1-',
    ]);
  });

  it('F4.1 leaves an unknown placeholder literally, also of in-cluster labels', () => {
    expect(
      world.namesOf(world.set({}, { name: '{{metadata.labels.env}}' })),
    ).toEqual(['dr', 'prod', '{{metadata.labels.env}}']);
  });

  it('F4.1 has no metadata for the implicit in-cluster', () => {
    expect(() =>
      world.render(world.goSet({}, '{{index .metadata.labels "env"}}')),
    ).toThrow('error calling index: index of untyped nil');
  });

  it('F4.1 fails the whole set on a missing label with missingkey=error', () => {
    const options = { goTemplateOptions: ['missingkey=error'] };
    const selector = { matchLabels: { env: 'dr' } };
    const strict = world.goSet(
      { ...options, generators: [{ clusters: { selector } }] },
      '{{.metadata.labels.nope}}',
    );
    expect(() => world.render(strict)).toThrow(
      'map has no entry for key "nope"',
    );
    const lax = {
      ...strict,
      spec: { ...strict.spec, goTemplateOptions: [] },
    };
    expect(world.namesOf(lax)).toEqual(['<no value>']);
  });

  it('refuses an operator that Kubernetes does not know', () => {
    const selector = { matchExpressions: [{ key: 'a', operator: 'Like' }] };
    expect(() =>
      world.render(world.set({ generators: [{ clusters: { selector } }] })),
    ).toThrow(
      'error getting cluster secrets: error converting label selector: "Like" is not a valid label selector operator',
    );
  });

  it.each([
    [
      { matchLabels: { env: 'a b' } },
      'values[0][env]: Invalid value: "a b": a valid label must be an empty string or consist of',
    ],
    [
      { matchLabels: { 'a b': '' } },
      'key: Invalid value: "a b": name part must consist of',
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', '!'] }] },
      'values[1][a]: Invalid value: "!": a valid label must be',
    ],
  ])('F4.2 refuses a selector that no label can match: %j', (selector, why) => {
    expect(() =>
      world.render(world.set({ generators: [{ clusters: { selector } }] })),
    ).toThrow(
      `error getting cluster secrets: error converting label selector: ${why}`,
    );
  });
});
