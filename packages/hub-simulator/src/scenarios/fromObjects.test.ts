import type { GenericObject } from '../types/kubernetes';
import { HubObjects } from './fromObjects';

const encode = (text: string) => Buffer.from(text).toString('base64');

const cluster = (data: Record<string, string>, plain = false) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'one',
    labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: 'prod' },
  },
  ...(plain
    ? { stringData: data }
    : {
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, encode(value)]),
        ),
      }),
});
const config = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'argocd' },
  data,
});
const read = (...objects: object[]) =>
  new HubObjects(objects as GenericObject[]);

describe('the objects of a hub', () => {
  it.each([false, true])('F2.1 have clusters as Secrets (plain: %s)', plain => {
    const data = {
      name: '',
      server: 'https://one',
      config: '{"bearerToken":"t"}',
      namespaces: 'a, b',
      clusterResources: 'true',
      project: 'p',
      shard: '3',
    };
    expect(read(cluster(data, plain)).clusters).toMatchObject([
      {
        metadata: { name: 'one', namespace: 'argocd', labels: { env: 'prod' } },
        data: {
          name: '',
          server: 'https://one',
          config: { bearerToken: 't' },
          namespaces: ['a', 'b'],
          clusterResources: true,
          project: 'p',
          shard: 3,
        },
      },
    ]);
  });

  it('say which Secret cannot be read, and not what is in it', () => {
    const broken = cluster({ server: 'https://one', config: 'hunter2' });
    expect(() => read(broken).clusters).toThrow(
      'the config of Secret one is not JSON',
    );
  });

  it('F1.8.1 have accounts with their API keys', () => {
    const secret = {
      kind: 'Secret',
      metadata: { name: 'argocd-secret' },
      stringData: { 'accounts.a.tokens': '[{"id":"one"},{"id":"two"}]' },
    };
    const settings = config('argocd-cm', {
      'accounts.a': 'apiKey, login',
      'accounts.b': 'login',
      'accounts.c': 'apiKey',
      'accounts.c.enabled': 'false',
    });
    expect(read(settings, secret).accounts).toEqual([
      { name: 'a', apiKeys: ['one', 'two'] },
      { name: 'b' },
    ]);
  });

  it('F1.8.2 have a policy with a default for everyone', () => {
    const { rbac } = read(
      config('argocd-rbac-cm', {
        'policy.csv': 'p, a, clusters, get, *, allow',
        'policy.more.csv': 'p, a, clusters, update, *, allow',
        'policy.default': 'role:readonly',
      }),
    );
    expect(rbac.allows('a', 'clusters', 'update', 'x')).toBe(true);
    expect(rbac.allows('b', 'clusters', 'get', 'x')).toBe(true);
    expect(rbac.allows('b', 'clusters', 'update', 'x')).toBe(false);
  });
});
