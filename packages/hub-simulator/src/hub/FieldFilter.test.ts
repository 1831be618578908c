import { FieldFilter } from './FieldFilter';

const filter = (fields: string, value: unknown) =>
  FieldFilter.parse(fields)!.apply(value);

describe('FieldFilter', () => {
  it('F10.1.1 keeps listed paths whole and their parents', () => {
    expect(filter('a.b', { a: { b: { c: 1 }, d: 2 }, e: 3 })).toEqual({
      a: { b: { c: 1 } },
    });
  });

  it('F10.1.1 looks through arrays', () => {
    const history = [
      { id: 0, revision: 'a' },
      { id: 1, revision: 'b' },
    ];
    expect(filter('history.id', { history })).toEqual({
      history: [{ id: 0 }, { id: 1 }],
    });
  });

  it('F10.1.1 takes a parent for one by the beginning of its path', () => {
    expect(filter('m.namespace', { m: { name: 'n', namespace: 'x' } })).toEqual(
      { m: { name: 'n', namespace: 'x' } },
    );
    expect(
      filter('spec.sources.path', { spec: { source: { path: 'p' } } }),
    ).toEqual({ spec: { source: {} } });
  });

  it('F10.1.1 chooses one annotation by its key', () => {
    const annotations = { 'backstage.io/entity-ref': 'x', other: 'y' };
    expect(
      filter('annotations.backstage.io/entity-ref', { annotations }),
    ).toEqual({ annotations: { 'backstage.io/entity-ref': 'x' } });
  });

  it('F1.5.8 drops what is listed after a minus', () => {
    expect(filter('-a.b', { a: { b: 1, c: 2 } })).toEqual({ a: { c: 2 } });
  });
});
