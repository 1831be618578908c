import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import { applicationSetRecord } from '../testing/records';
import { selectionOf } from './selection';
import type { LabelSelector } from './selector';

const PROD = { server: 'https://prod', labels: { env: 'prod' } };
const OWN = { server: IN_CLUSTER_SERVER, labels: {} };
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

function selectionBy(clusterSelectors: LabelSelector[], cluster = PROD) {
  return selectionOf(
    applicationSetRecord('set', { clusterSelectors }),
    cluster,
  );
}

describe('the cluster generators of a set', () => {
  it.each<[string, LabelSelector[]]>([
    ['that take all', [{}]],
    ['by its label', [{ matchLabels: { env: 'prod' } }]],
    [
      'by what every cluster Secret carries',
      [{ matchLabels: { [SECRET_TYPE]: 'cluster', env: 'prod' } }],
    ],
    [
      'by one of them',
      [{ matchLabels: { env: 'dr' } }, { matchLabels: { env: 'prod' } }],
    ],
  ])('take a cluster: %s', (_, selectors) => {
    expect(selectionBy(selectors)).toEqual({ outcome: 'taken' });
  });

  it('tell what each of them misses', () => {
    expect(
      selectionBy([
        { matchLabels: { env: 'dr' } },
        { matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
      ]),
    ).toEqual({
      outcome: 'not-taken',
      generators: [
        {
          failed: [
            { key: 'env', operator: 'In', values: ['dr'], actual: 'prod' },
          ],
        },
        { failed: [{ key: 'tier', operator: 'Exists', values: [] }] },
      ],
    });
  });

  it('are not asked where there is none', () => {
    expect(selectionBy([])).toEqual({ outcome: 'not-judged' });
  });

  it.each<[string, LabelSelector, typeof OWN, object]>([
    ['an empty selector', {}, OWN, { outcome: 'taken' }],
    [
      'one that nothing contradicts',
      { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] },
      OWN,
      {
        outcome: 'not-taken',
        generators: [{ failed: [], withoutSecret: true }],
      },
    ],
    [
      'one that it satisfies by labels of its own Secret',
      { matchLabels: { env: 'hub' } },
      { ...OWN, labels: { env: 'hub' } },
      { outcome: 'taken' },
    ],
  ])("take the hub's own cluster by %s", (_, selector, cluster, selection) => {
    expect(selectionBy([selector], cluster as typeof PROD)).toEqual(selection);
  });
});
