import { GeneratorWorld } from './__testUtils__/GeneratorWorld';

describe('the matrix generator', () => {
  let world: GeneratorWorld;
  beforeEach(() => {
    world = new GeneratorWorld();
  });

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
      expect(
        world.namesOf(world.set({ goTemplate, generators }, { name })),
      ).toEqual(['dr-a', 'dr-b', 'prod-a', 'prod-b']);
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
      world.namesOf(
        world.goSet({ generators }, '{{.values.first}}:{{.values.own}}'),
      ),
    ).toEqual(['of-prod:of-prod']);
  });

  it('F4.1 makes elements of what the first gives', () => {
    const first = {
      list: { elements: [{ items: [{ id: 'x' }, { id: 'y' }] }] },
    };
    const second = { list: { elementsYaml: '{{ .items | toJson }}' } };
    expect(
      world.namesOf(
        world.goSet({ generators: matrix(first, second) }, '{{.id}}'),
      ),
    ).toEqual(['x', 'y']);
  });

  it('F4.1 lets the parameters of the first win, but for empty ones', () => {
    const first = { list: { elements: [{ a: '1', m: { x: '1' }, e: '' }] } };
    const second = {
      list: { elements: [{ a: '2', m: { y: '2' }, e: '3' }] },
    };
    const generators = matrix(first, second);
    expect(
      world.namesOf(
        world.goSet({ generators }, '{{.a}}{{.m.x}}{{.m.y}}{{.e}}'),
      ),
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
      world.namesOf(
        world.goSet({ generators }, '{{.name}}{{.stage}}{{.zone}}'),
      ),
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
    [
      [env('a'), { matrix: { generators: 5 } } as never],
      'failed to get params for second generator in the matrix generator: child generator returned an error on parameter generation: json: cannot unmarshal number into Go struct field MatrixGenerator.generators of type []v1alpha1.ApplicationSetNestedGenerator',
    ],
  ])('F4.1 says what is wrong with a matrix %#', (generators, message) => {
    expect(() =>
      world.render(world.set({ generators: matrix(...generators) })),
    ).toThrow(new Error(message));
  });
});
