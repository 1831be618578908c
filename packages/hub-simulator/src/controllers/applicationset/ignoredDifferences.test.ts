import { applyDifference, IgnoredDifferences } from './ignoredDifferences';

const app = {
  metadata: { name: 'a', annotations: { 'x/y': '1', z: '2' } },
  spec: {
    source: { targetRevision: 'main', path: 'p' },
    sources: [
      { path: 'p1', targetRevision: 'v1' },
      { path: 'p2', targetRevision: 'v2' },
    ],
  },
};

describe('ignored differences', () => {
  it.each([
    [
      { jsonPointers: ['/spec/source/targetRevision'] },
      'spec.source',
      { path: 'p' },
    ],
    [
      { jsonPointers: ['/metadata/annotations/x~1y'] },
      'metadata.annotations',
      { z: '2' },
    ],
    [
      { jqPathExpressions: ['.spec.source.path'] },
      'spec.source',
      { targetRevision: 'main' },
    ],
    [
      { jqPathExpressions: ['.metadata.annotations["x/y"]'] },
      'metadata.annotations',
      { z: '2' },
    ],
    [
      { jqPathExpressions: ['.metadata.annotations."x/y"'] },
      'metadata.annotations',
      { z: '2' },
    ],
    [
      { jqPathExpressions: ['.spec.sources[].targetRevision'] },
      'spec.sources',
      [{ path: 'p1' }, { path: 'p2' }],
    ],
    [
      { jqPathExpressions: ['.spec.sources[1].path'] },
      'spec.sources',
      [app.spec.sources[0], { targetRevision: 'v2' }],
    ],
    [{ name: 'b', jsonPointers: ['/spec'] }, 'spec', app.spec],
    [{ jsonPointers: ['/spec/nope/deeper'] }, 'spec', app.spec],
  ])('F4.5 strips %j', (rule, path, expected) => {
    const stripped = IgnoredDifferences.of([rule]).strip(app);
    expect(stripped).toHaveProperty(path, expected);
  });

  it.each(['.spec.sources[] | select(.path == "p1")', 'del(.spec)', '..'])(
    'F4.5 names the expression that is not a plain path: %s',
    expression => {
      expect(() =>
        IgnoredDifferences.of([{ jqPathExpressions: [expression] }]),
      ).toThrow(`the jq path expression ${expression} is not simulated`);
    },
  );

  it('changes only what differs, lists as a whole', () => {
    const target = { a: { b: 1, keep: true }, list: [1, 2], gone: 1 };
    applyDifference(
      target,
      { a: { b: 1 }, list: [1], gone: 1 },
      { a: { b: 2, c: 3 }, list: [3] },
    );
    expect(target).toEqual({ a: { b: 2, c: 3, keep: true }, list: [3] });
  });
});
