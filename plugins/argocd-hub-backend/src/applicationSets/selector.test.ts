import { failedTerms, isEmptySelector, matchesSelector } from './selector';

const LABELS = { env: 'prod', region: 'eu' };

describe('a selector of clusters', () => {
  it.each([
    ['nothing', undefined, []],
    ['a label', { matchLabels: { env: 'prod' } }, []],
    [
      'a label with another value',
      { matchLabels: { env: 'dr' } },
      [{ key: 'env', operator: 'In', values: ['dr'], actual: 'prod' }],
    ],
    [
      'a label that is missing',
      { matchLabels: { tier: '1', region: 'eu' } },
      [{ key: 'tier', operator: 'In', values: ['1'] }],
    ],
    [
      'each kind of expression',
      {
        matchExpressions: [
          { key: 'env', operator: 'In', values: ['dr', 'dev'] },
          { key: 'env', operator: 'NotIn', values: ['prod'] },
          { key: 'env', operator: 'DoesNotExist' },
          { key: 'tier', operator: 'Exists' },
          { key: 'tier', operator: 'NotIn', values: ['1'] },
          { key: 'tier', operator: 'DoesNotExist' },
        ],
      },
      [
        { key: 'env', operator: 'In', values: ['dr', 'dev'], actual: 'prod' },
        { key: 'env', operator: 'NotIn', values: ['prod'], actual: 'prod' },
        { key: 'env', operator: 'DoesNotExist', values: [], actual: 'prod' },
        { key: 'tier', operator: 'Exists', values: [] },
      ],
    ],
    [
      'an operator that nobody knows',
      { matchExpressions: [{ key: 'env', operator: 'Like', values: ['p'] }] },
      [{ key: 'env', operator: 'Like', values: ['p'], actual: 'prod' }],
    ],
    [
      'a key of JavaScript',
      { matchLabels: { constructor: 'x' } },
      [{ key: 'constructor', operator: 'In', values: ['x'] }],
    ],
  ])('with %s', (_, selector, failed) => {
    expect(failedTerms(selector, LABELS)).toEqual(failed);
    expect(matchesSelector(selector, LABELS)).toBe(failed.length === 0);
  });

  it.each([
    [undefined, true],
    [{ matchLabels: {}, matchExpressions: [] }, true],
    [{ matchLabels: { a: 'b' } }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, false],
  ])('%j is empty: %j', (selector, empty) => {
    expect(isEmptySelector(selector)).toBe(empty);
  });
});
