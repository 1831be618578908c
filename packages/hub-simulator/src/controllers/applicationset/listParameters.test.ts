import { CONTROL_PLANE } from '../../state/names';
import { elements, GeneratorWorld } from './__testUtils__/GeneratorWorld';

describe('the list generator', () => {
  let world: GeneratorWorld;
  beforeEach(() => {
    world = new GeneratorWorld();
  });

  it('F10.3.5 takes a hypothetical cluster as an element', () => {
    const element = {
      name: 'new',
      server: 'https://new',
      metadata: { labels: { 'a/b': 'c' } },
    };
    expect(
      world.namesOf(
        world.goSet(
          { generators: elements(element) },
          '{{.name}}-{{index .metadata.labels "a/b"}}',
        ),
      ),
    ).toEqual(['new-c']);
    expect(
      world.namesOf(
        world.set(
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
      world.render(world.set({ generators: elements(element) })),
    ).toThrow(new Error(message));
  });

  it('F10.3.5 takes values of any type with Go templates', () => {
    const generators = elements({ name: 'a', n: 3, list: ['x'], on: true });
    expect(
      world.namesOf(
        world.goSet({ generators }, '{{.name}}{{.n}}{{.list}}{{.on}}'),
      ),
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
    expect(world.namesOf(world.goSet({ generators }))).toEqual(['a', 'b', 'c']);
    expect(() =>
      world.render(
        world.goSet({ generators: [{ list: { elementsYaml: 'x' } }] }),
      ),
    ).toThrow('error unmarshling decoded ElementsYaml');
  });

  it('does not look at the template when an element is empty', () => {
    const [app] = world.render(world.goSet({ generators: elements({}) }));
    expect(app.metadata).toEqual({
      name: '{{.name}}',
      namespace: CONTROL_PLANE,
    });
  });
});
