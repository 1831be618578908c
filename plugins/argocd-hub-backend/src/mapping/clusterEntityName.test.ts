import { clusterEntityName } from './clusterEntityName';

const LONG = `arn:aws:eks:us-east-1:123456789012:cluster/${'production-'.repeat(
  4,
)}`;

describe('clusterEntityName', () => {
  it.each([
    ['prod', false, 'prod'],
    ['prod', true, 'main-prod'],
    ['Prod EU', false, 'prod-eu'],
    ['prod~1a2b3c4d', false, 'prod-1a2b3c4d'],
    [
      'arn:aws:eks:eu-west-1:1:cluster/big',
      false,
      'arn-aws-eks-eu-west-1-1-cluster-big',
    ],
    ['..//..', false, expect.stringMatching(/^cluster-[0-9a-f]{8}$/)],
    ['_a_', false, 'a'],
  ])('%s, prefixed: %s', (cluster, prefix, expected) => {
    expect(clusterEntityName({ hub: 'main', cluster, prefix })).toEqual(
      expected,
    );
  });

  it('keeps two long names apart, and short enough for the catalog', () => {
    const [a, b] = [`${LONG}a`, `${LONG}b`].map(cluster =>
      clusterEntityName({ hub: 'main', cluster, prefix: false }),
    );
    expect(a).not.toBe(b);
    expect(Math.max(a.length, b.length)).toBeLessThanOrEqual(63);
    expect(a).toMatch(/^[a-z0-9][a-z0-9._-]*[a-z0-9]$/);
  });
});
