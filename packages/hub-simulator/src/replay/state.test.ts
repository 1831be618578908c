import type { GenericObject } from '../types/kubernetes';
import { Recorder } from './record';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function stateOf(...objects: object[]): any[] {
  const given = objects as GenericObject[];
  const recorder = new Recorder({ hub: 'http://hub', objects: given });
  const line = recorder.state() as { state: unknown[] };
  expect(JSON.stringify(line)).not.toMatch(/hunter2|aHVudGVyMg/);
  return line.state;
}

function secret(name: string, data: object, type?: string) {
  const labels = type && { 'argocd.argoproj.io/secret-type': type };
  const annotations = { [LAST_APPLIED]: 'hunter2', team: 'a' };
  return {
    kind: 'Secret',
    metadata: { name, labels, annotations },
    stringData: data,
  };
}

function configMap(name: string, data: object) {
  const annotations = { [LAST_APPLIED]: 'hunter2' };
  return { kind: 'ConfigMap', metadata: { name, annotations }, data };
}

describe('the state of a recording', () => {
  it('keeps of a cluster what the API shows of it', () => {
    const config = JSON.stringify({
      username: 'hunter2',
      bearerToken: 'hunter2',
      proxyUrl: 'http://me:hunter2@proxy',
      execProviderConfig: { env: { A: 'hunter2' } },
      tlsClientConfig: { insecure: true, keyData: 'hunter2' },
    });
    const server = 'https://me:hunter2@one';
    const data = { server, config, other: 'hunter2', shard: '1' };
    const [one] = stateOf(secret('one', data, 'cluster'));
    expect(one).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'one',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
        annotations: { team: 'a' },
      },
      stringData: {
        server: 'https://hidden@one',
        shard: '1',
        config: '{"tlsClientConfig":{"insecure":true}}',
      },
    });
  });

  it.each(['null', '[]', 'hunter2', '{"tlsClientConfig":"hunter2"}'])(
    'reads the config %s as none',
    config => {
      const data = { server: 'https://one', config };
      const [one] = stateOf(secret('one', data, 'cluster'));
      expect(one.stringData.config).toBe('{"tlsClientConfig":{}}');
    },
  );

  it('keeps the ids of tokens of argocd-secret, and no other Secret', () => {
    const tokens = '[{"id":"portal","iat":1,"token":"hunter2"}]';
    const state = stateOf(
      secret('argocd-secret', {
        'server.secretkey': 'hunter2',
        'admin.password': 'hunter2',
        'accounts.a.tokens': tokens,
        'accounts.b.tokens': '[{"id":"portal","iat":1}]',
        'accounts.c.tokens': 'hunter2',
      }),
      secret('repository', { password: 'hunter2' }, 'repository'),
      secret('other', { a: 'hunter2' }),
    );
    expect(state).toHaveLength(1);
    expect(state[0].stringData).toEqual({
      'accounts.a.tokens': '[{"id":"portal","iat":1}]',
      'accounts.b.tokens': '[{"id":"portal","iat":1}]',
    });
  });

  it('keeps the harmless settings of three ConfigMaps', () => {
    const settings = {
      url: 'https://hub',
      'accounts.a': 'apiKey, login',
      'accounts.a.enabled': 'true',
      'application.instanceLabelKey': 'a',
      'resource.exclusions': '- kinds: [a]',
      'statusbadge.enabled': 'true',
      'timeout.reconciliation': '60s',
    };
    const state = stateOf(
      configMap('argocd-cm', {
        ...settings,
        'oidc.config': 'clientSecret: hunter2',
        'dex.config': 'connectors: hunter2',
        'accounts.a.password': 'hunter2',
        repositories: 'https://me:hunter2@git',
        'ga.trackingid': 'hunter2',
      }),
      configMap('argocd-rbac-cm', {
        'policy.csv': 'p, a, b, c, d, allow',
        'policy.default': '',
        other: 'hunter2',
      }),
      configMap('argocd-cmd-params-cm', {
        'application.namespaces': 'a',
        'controller.repo.server.timeout.seconds': '60',
        'redis.server': 'me:hunter2',
      }),
      configMap('argocd-notifications-cm', { 'service.slack': 'hunter2' }),
      { kind: 'Deployment', metadata: { name: 'a' }, spec: 'hunter2' },
    );
    expect(state.map(({ data }) => data)).toEqual([
      settings,
      { 'policy.csv': 'p, a, b, c, d, allow', 'policy.default': '' },
      {
        'application.namespaces': 'a',
        'controller.repo.server.timeout.seconds': '60',
      },
    ]);
    expect(state[0].metadata).toEqual({ name: 'argocd-cm', annotations: {} });
  });

  it('keeps of an application no value that it gives to a tool', () => {
    const source = {
      repoURL: 'https://me:hunter2@git/repo',
      helm: {
        values: 'db: hunter2',
        valuesObject: { db: { pin: 1, word: 'hunter2', list: ['hunter2'] } },
        parameters: [{ name: 'db', value: 'hunter2' }],
      },
      plugin: {
        env: [{ name: 'DB', value: 'hunter2' }],
        parameters: [
          { name: 'a', string: 'hunter2', array: ['hunter2'] },
          { name: 'b', map: { c: 'hunter2' } },
        ],
      },
    };
    const annotations = {
      [LAST_APPLIED]: JSON.stringify({ spec: { source } }),
    };
    const [app] = stateOf({
      kind: 'Application',
      metadata: { name: 'a', annotations },
      spec: { source },
      status: { history: [{ source }], sync: { comparedTo: { source } } },
    });
    expect(app.spec.source).toEqual({
      repoURL: 'https://hidden@git/repo',
      helm: {
        values: 'hidden',
        valuesObject: {
          db: { pin: 'hidden', word: 'hidden', list: ['hidden'] },
        },
        parameters: [{ name: 'db', value: 'hidden' }],
      },
      plugin: {
        env: [{ name: 'DB', value: 'hidden' }],
        parameters: [
          { name: 'a', string: 'hidden', array: ['hidden'] },
          { name: 'b', map: { c: 'hidden' } },
        ],
      },
    });
  });

  it('keeps how a set selects, and of its patch no values', () => {
    const matchExpressions = [{ key: 'env', operator: 'Exists' }];
    const matchLabels = { 'argocd.argoproj.io/secret-type': 'cluster' };
    const selector = { matchExpressions, matchLabels };
    const tokenRef = { secretName: 'a', key: 'b' };
    const generators = [{ clusters: { selector } }, { scm: { tokenRef } }];
    const templatePatch = 'spec: {source: {helm: {values: hunter2}}}';
    const [set] = stateOf({
      kind: 'ApplicationSet',
      metadata: { name: 'a' },
      spec: { generators, templatePatch },
    });
    expect(set.spec).toEqual({ generators, templatePatch: 'hidden' });
  });
});
