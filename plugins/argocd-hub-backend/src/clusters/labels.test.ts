import { labelDoubts, labelFaults, mergeLabels, sameLabels } from './labels';

describe('labelFaults', () => {
  it.each([
    { env: 'perf', 'deploy.agent': 'true', 'a.b/c_d': '' },
    { region: null },
    { 'argocd.argoproj.io/auto-label-cluster-info': 'true' },
    { x: 'a'.repeat(63) },
  ] as Record<string, string | null>[])('finds none in %j', labels => {
    expect(labelFaults(labels)).toEqual([]);
  });

  it.each([
    [{ '': 'x' }, /valid label key/],
    [{ 'a b': 'x' }, /valid label key/],
    [{ 'a/b/c': 'x' }, /valid label key/],
    [{ 'UPPER/x': 'x' }, /valid label key/],
    [{ [`${'a'.repeat(64)}`]: 'x' }, /valid label key/],
    [{ x: 'a'.repeat(64) }, /at most 63/],
    [{ x: '-a' }, /begin and end/],
    [{ x: 'a b' }, /letters, digits/],
    [{ 'argocd.argoproj.io/secret-type': 'cluster' }, /belongs to Argo CD/],
  ] as [Record<string, string>, RegExp][])('finds one in %j', (labels, why) => {
    expect(labelFaults(labels)).toEqual([expect.stringMatching(why)]);
  });
});

it('doubts an environment that is not configured', () => {
  const config = {
    environments: ['dev', 'prod'],
    clusterLabels: {
      environment: 'stage',
      role: 'role',
      region: 'region',
      failoverGroup: 'failover-group',
      lifecycle: 'lifecycle',
    },
  };
  expect(labelDoubts({ stage: 'prod' }, config)).toEqual([]);
  expect(labelDoubts({ stage: 'prd' }, config)).toEqual([
    expect.stringContaining('"prd" is not one of the configured environments'),
  ]);
});

it('merges, replaces and removes', () => {
  const merged = mergeLabels(
    { env: 'dev', region: 'eu', old: 'x' },
    { env: 'prod', old: null, missing: null, added: '' },
  );
  expect(merged).toEqual({ added: '', env: 'prod', region: 'eu' });
});

it('compares labels whatever their order', () => {
  expect(sameLabels({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
  expect(sameLabels({ a: '1' }, { a: '2' })).toBe(false);
  expect(sameLabels({ a: '1' }, { b: '1' })).toBe(false);
  expect(sameLabels(undefined, {})).toBe(true);
});
