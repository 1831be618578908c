import fc from 'fast-check';
import { FieldFilter } from './FieldFilter';

const filter = (fields: string, value: unknown) =>
  FieldFilter.parse(fields)!.apply(value);

/** The rule of F10.1.1 as it stands there, asked anew for every key. */
function naive(query: string, value: unknown): unknown {
  const excludes = query.startsWith('-');
  const fields = (excludes ? query.slice(1) : query).split(',');
  const walk = (item: unknown, path: string[]): unknown => {
    if (Array.isArray(item)) return item.map(each => walk(each, path));
    if (typeof item !== 'object' || item === null) return item;
    const kept = Object.entries(item).flatMap(([key, inner]) => {
      const at = [...path, key].join('.');
      const isListed = fields.includes(at);
      const isParent = fields.some(field => field.startsWith(at));
      const stays = excludes ? !isListed : isParent;
      if (!stays) return [];
      return [[key, isListed ? inner : walk(inner, [...path, key])]];
    });
    return Object.fromEntries(kept);
  };
  return walk(value, []);
}

describe('FieldFilter', () => {
  it.each([
    {
      rule: 'keeps listed paths whole and their parents',
      fields: 'a.b',
      value: { a: { b: { c: 1 }, d: 2 }, e: 3 },
      kept: { a: { b: { c: 1 } } },
    },
    {
      rule: 'looks through arrays',
      fields: 'history.id',
      value: { history: [{ id: 0, revision: 'a' }, { id: 1 }] },
      kept: { history: [{ id: 0 }, { id: 1 }] },
    },
    {
      rule: 'keeps name for the sake of namespace',
      fields: 'm.namespace',
      value: { m: { name: 'n', namespace: 'x', uid: 'u' } },
      kept: { m: { name: 'n', namespace: 'x' } },
    },
    {
      rule: 'keeps revision for the sake of revisions',
      fields: 'sync.revisions',
      value: { sync: { revision: 'a', status: 'Synced' } },
      kept: { sync: { revision: 'a' } },
    },
    {
      rule: 'leaves an empty source for the sake of sources',
      fields: 'spec.sources.path',
      value: {
        spec: { source: { path: 'p' }, sources: [{ path: 'q', x: 1 }] },
      },
      kept: { spec: { source: {}, sources: [{ path: 'q' }] } },
    },
    {
      rule: 'leaves empty parents, also where nothing was found',
      fields: 'a.b.c',
      value: { a: { b: { d: 1 } } },
      kept: { a: { b: {} } },
    },
    {
      rule: 'chooses one annotation by a key with dots and slashes',
      fields: 'annotations.backstage.io/entity-ref',
      value: { annotations: { 'backstage.io/entity-ref': 'x', other: 'y' } },
      kept: { annotations: { 'backstage.io/entity-ref': 'x' } },
    },
    {
      rule: 'knows no braces',
      fields: 'a.{b,c}',
      value: { a: { b: 1, c: 2 } },
      kept: { a: {} },
    },
  ])('F10.1.1 $rule', ({ fields, value, kept }) => {
    expect(filter(fields, value)).toEqual(kept);
  });

  it('F1.5.8 drops what is listed after a minus, and nothing else', () => {
    expect(filter('-a.b', { a: { b: 1, bc: 2, c: 3 }, d: [{ b: 4 }] })).toEqual(
      { a: { bc: 2, c: 3 }, d: [{ b: 4 }] },
    );
  });

  it('leaves what it filters as it was', () => {
    const value = { a: { b: 1, c: 2 } };
    filter('a.b', value);
    expect(value).toEqual({ a: { b: 1, c: 2 } });
  });

  it('says beforehand what can be left', () => {
    const some = FieldFilter.parse('a.b,c')!;
    expect(some.keeps(['a', 'b', 'x'])).toBe(true);
    expect(some.keeps(['a', 'x'])).toBe(false);
    expect(some.keeps(['c'])).toBe(true);
    const others = FieldFilter.parse('-a.b')!;
    expect(others.keeps(['a', 'b'])).toBe(false);
    expect(others.keeps(['a', 'x'])).toBe(true);
  });

  it('F10.1.1 agrees with the plain rule on any object and list', () => {
    // Short keys with dots meet often, so that prefixes and listed paths do too.
    const key = fc.stringMatching(/^[ab.]{0,3}$/);
    const path = fc.array(key, { minLength: 1, maxLength: 3 });
    const list = fc
      .tuple(fc.boolean(), fc.array(path, { minLength: 1, maxLength: 4 }))
      .map(
        ([excludes, paths]) =>
          `${excludes ? '-' : ''}${paths.map(each => each.join('.')).join()}`,
      )
      .filter(query => query !== '');
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.constantFrom(0, 'x', null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(list, tree, (query, value) => {
        expect(filter(query, value)).toEqual(naive(query, value));
      }),
      { numRuns: 500 },
    );
  });
});
