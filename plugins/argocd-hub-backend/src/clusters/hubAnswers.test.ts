import { HubError } from '../hub/HubError';
import { findCluster } from './findCluster';
import { hubFailure } from './hubFailure';
import { reasonNotToLabel } from './owner';

function failure(status: number | undefined, message: string) {
  const error = new HubError({ class: 'http', status, message });
  return hubFailure(error, 'main');
}

describe('hubFailure', () => {
  it.each([
    [
      'its own refusal',
      failure(403, 'permission denied: clusters, create, https://x, sub: b'),
      { name: 'ServiceUnavailableError', code: 'hub-auth' },
    ],
    [
      'a bad token of ours',
      failure(401, 'invalid session: token expired'),
      { name: 'ServiceUnavailableError', code: 'hub-auth' },
    ],
    [
      'a cluster that refused it',
      failure(401, 'Unauthorized'),
      { name: 'InputError', code: 'spoke-auth' },
    ],
    [
      'a cluster that it cannot reach',
      failure(
        500,
        'error getting server version: failed to get server version: Get "https://x/version": dial tcp: connection refused',
      ),
      { name: 'InputError', code: 'spoke-unreachable' },
    ],
    [
      'an entry that is there already',
      failure(400, 'existing cluster spec is different'),
      { name: 'ConflictError' },
    ],
    [
      'an outage',
      failure(undefined, 'The hub did not answer'),
      { name: 'ServiceUnavailableError', code: 'hub-down' },
    ],
  ])('tells %s', (_what, error, expected) => {
    expect(error).toMatchObject(expected);
  });

  it('does not call a hub down that answers', () => {
    const error = failure(500, 'a fault of its own');
    expect(error).toMatchObject({ name: 'ServiceUnavailableError' });
    expect(error).not.toHaveProperty('code');
  });

  it('passes on what is no failure of the hub', () => {
    const error = new TypeError('a bug');
    expect(hubFailure(error, 'main')).toBe(error);
  });
});

describe('findCluster', () => {
  const one = { name: 'prod', server: 'https://one.example.com' };
  const two = { name: 'prod', server: 'https://two.example.com' };
  const dr = { name: 'dr', server: 'https://dr.example.com' };

  it('finds by name', () => {
    expect(findCluster([one, dr], 'dr')).toBe(dr);
  });

  it('asks which of two is meant, and takes the answer', () => {
    const error = thrownBy(() => findCluster([one, two], 'prod'));
    expect(error).toMatchObject({ code: 'ambiguous-cluster' });
    const names = error.message.match(/prod~[0-9a-f]{8}/g) ?? [];
    expect(names.map(name => findCluster([one, two], name))).toEqual([
      one,
      two,
    ]);
  });

  it('does not find others', () => {
    expect(() => findCluster([one], 'nope')).toThrow('Cluster not found');
  });
});

describe('reasonNotToLabel', () => {
  const cluster = { name: 'a', server: 'https://a.example.com' };

  it.each([
    [{ labels: { env: 'dev' } }],
    [{ annotations: { 'managed-by': 'argocd.argoproj.io' } }],
    [{}],
  ])('is none for %j', fields => {
    expect(reasonNotToLabel({ ...cluster, ...fields })).toBeUndefined();
  });

  it.each([
    [{ labels: { 'argocd.argoproj.io/instance': 'x' } }, /Argo CD application/],
    [
      { labels: { 'reconcile.external-secrets.io/managed': 'true' } },
      /External Secrets/,
    ],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } }, /Flux/],
    [{ annotations: { 'meta.helm.sh/release-name': 'x' } }, /Helm/],
    [{ server: 'https://kubernetes.default.svc' }, /has no Secret/],
  ])('is the owner for %j', (fields, words) => {
    expect(reasonNotToLabel({ ...cluster, ...fields })).toMatch(words);
  });
});

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
