import { clusterSecretName } from '../../state/names';
import { Fixture } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';

describe('reading clusters', () => {
  let fixture: Fixture;
  /** A declarative Secret. */
  const apply = (
    name: string,
    data: Record<string, string>,
    metadata: object = {},
  ) =>
    fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name: name.replace(/\W/g, '-'),
        labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: 'test' },
        ...metadata,
      },
      stringData: { name, config: '{}', ...data },
    });
  beforeAll(async () => {
    fixture = await Fixture.start();
    for (const [name, server] of [
      ['first', 'https://10.0.0.1:6443?uid=a'],
      ['second', 'https://10.0.0.1:6443?uid=b'],
      ['with space', 'https://10.0.0.3/k8s/clusters/c-1/'],
      ['100%', 'https://10.0.0.4'],
    ]) {
      await apply(name, { server });
    }
  });
  afterAll(() => fixture.stop());

  const names = async (query = '') => {
    const { body } = await fixture.hub(`${CLUSTERS}${query}`);
    return body.items.map((item: { name: string }) => item.name);
  };
  const get = (id: string, query = '') =>
    fixture.hub(`${CLUSTERS}/${id}${query}`);

  it('F1.3.1 lists in another order each time, all of them', async () => {
    const lists = await Promise.all(Array.from({ length: 6 }, () => names()));
    expect(new Set(lists.map(String)).size).toBeGreaterThan(1);
    const sorted = lists.map(list => String([...list].sort()));
    expect(new Set(sorted).size).toBe(1);
  });

  it.each([
    ['?name=prod', ['prod']],
    ['?server=https://10.0.0.1:6443?uid=a', ['first']],
    ['?id.type=name&id.value=prod', ['prod']],
    ['?id.value=https://10.0.0.4', ['100%']],
    ['?id.type=name_escaped&id.value=with%252Bspace', ['with space']],
    ['?name=pro', []],
    ['?name=PROD', []],
    ['?name=prod&server=https://10.0.0.4', []],
    ['?server=https://10.0.0.3/k8s/clusters/c-1/', []],
  ])('F1.3.1 filters exactly: %s gives %j', async (query, found) => {
    expect(await names(query)).toEqual(found);
  });

  it('F1.3.1 gives the first match only', async () => {
    await apply('twin-1', { name: 'twin', server: 'https://10.0.1.1' });
    await apply('twin-2', { name: 'twin', server: 'https://10.0.1.2' });
    expect(await names('?name=twin')).toEqual(['twin']);
    for (const name of ['twin-1', 'twin-2']) await apply(name, {}, {});
  });

  it('F1.3.1 leaves out silently what the caller may not see', async () => {
    await fixture.control('/hub/policy', {
      policy: `
        p, backstage, clusters, get, https://10.0.0.1*, allow
        p, backstage, clusters, get, https://10.0.0.1*uid=b, deny
      `,
    });
    expect(await names()).toEqual(['first']);
    expect(await names('?name=prod')).toEqual([]);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, get, *, allow',
    });
  });

  it.each([
    ['a server URL', encodeURIComponent('https://10.0.0.4'), ''],
    ['type url', encodeURIComponent('https://10.0.0.4'), '?id.type=url'],
    ['a trailing slash', encodeURIComponent('https://10.0.0.4/'), ''],
  ])('F1.3.2 finds by %s', async (_, id, query) => {
    expect((await get(id, query)).body.server).toBe('https://10.0.0.4');
  });

  it.each([
    ['prod', '?id.type=name', 'prod'],
    ['prod', '?id.type=name_escaped', 'prod'],
    ['with%20space', '?id.type=name', 'with space'],
    ['with+space', '?id.type=name', 'with space'],
    // %2B makes Go keep the path, which is then decoded once: a plus.
    ['with%2Bspace', '?id.type=name', undefined],
    // %25 does not, so it is decoded twice: a plus again.
    ['with%252Bspace', '?id.type=name', undefined],
    ['with%252Bspace', '?id.type=name_escaped', 'with space'],
  ])('F1.3.2 decodes %s%s to %s', async (id, query, name) => {
    const { body } = await get(id, query);
    expect(body.name).toBe(name);
  });

  it('F1.3.2 fails on a % in a name', async () => {
    const { status, body } = await get('100%25', '?id.type=name');
    expect([status, body.code, body.message]).toEqual([
      500,
      2,
      'invalid URL escape "%"',
    ]);
  });

  it('F1.3.3 hides whether a cluster is there', async () => {
    const id = encodeURIComponent('https://nowhere');
    const calls = [
      get(id),
      get('nothing', '?id.type=name'),
      get('', '?id.type=name'),
      ...['rotate-auth', 'invalidate-cache'].map(what =>
        fixture.hub(`${CLUSTERS}/${id}/${what}`, { method: 'POST' }),
      ),
      fixture.hub(`${CLUSTERS}/${id}`, { method: 'PUT', body: {} }),
      fixture.hub(`${CLUSTERS}/${id}`, { method: 'DELETE' }),
      fixture.hub(`${CLUSTERS}/${fixture.clusterId('prod')}`, {
        method: 'DELETE',
      }),
    ];
    for (const { status, body } of await Promise.all(calls)) {
      expect([status, body]).toEqual([
        403,
        { error: 'permission denied', code: 7, message: 'permission denied' },
      ]);
    }
  });

  it('F1.3.4 answers what it is, and nothing more', async () => {
    // A living controller would soon say something of it.
    await fixture.control('/hub/shards/0/kill', {});
    await apply('full', {
      name: 'full',
      server: 'https://10.0.0.9',
      namespaces: 'a, b,',
      clusterResources: 'true',
      project: 'web',
      shard: '3',
    });
    const { text } = await get('full', '?id.type=name');
    expect(JSON.parse(text)).toEqual({
      server: 'https://10.0.0.9',
      name: 'full',
      config: { tlsClientConfig: { insecure: false } },
      connectionState: { status: '', message: '', attemptedAt: null },
      namespaces: ['a', 'b'],
      info: {
        connectionState: { status: '', message: '', attemptedAt: null },
        cacheInfo: {},
        applicationsCount: 0,
      },
      shard: 3,
      clusterResources: true,
      project: 'web',
      labels: { env: 'test' },
    });
    await fixture.control('/hub/shards/0/revive', {});
  });

  it('F1.3.5 leaves out credentials, and nothing else', async () => {
    await apply(
      'secret',
      {
        server: 'https://10.0.0.8',
        config: JSON.stringify({
          username: 'u',
          password: 'SECRET',
          bearerToken: 'SECRET',
          proxyUrl: 'http://user:password@proxy:3128',
          disableCompression: true,
          awsAuthConfig: { clusterName: 'c', roleARN: 'arn:aws:iam::1:role/r' },
          execProviderConfig: { command: 'SECRET', args: ['SECRET'] },
          tlsClientConfig: {
            insecure: true,
            serverName: 'k8s',
            caData: 'U0VDUkVU',
            certData: 'U0VDUkVU',
            keyData: 'U0VDUkVU',
          },
        }),
      },
      {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': 'SECRET',
          'managed-by': 'argocd.argoproj.io',
          note: 'kept',
        },
      },
    );
    const { text, body } = await get('secret', '?id.type=name');
    expect(text).not.toMatch(/SECRET|U0VDUkVU/);
    expect(body.config).toEqual({
      tlsClientConfig: { insecure: true, serverName: 'k8s' },
      awsAuthConfig: { clusterName: 'c', roleARN: 'arn:aws:iam::1:role/r' },
      disableCompression: true,
      proxyUrl: 'http://user:password@proxy:3128',
    });
    expect(body.annotations).toEqual({ note: 'kept' });
    const list = await fixture.hub(CLUSTERS);
    expect(list.text).not.toMatch(/SECRET|U0VDUkVU|managed-by|last-applied/);
  });

  it('F2.1 trims the slash of a server, and forgets the label of its Secret', async () => {
    const { body } = await get('with%20space', '?id.type=name');
    expect(body.server).toBe('https://10.0.0.3/k8s/clusters/c-1');
    expect(body.labels).toEqual({ env: 'test' });
    const { body: secrets } = await fixture.control('/hub/secrets');
    const secret = secrets.find(
      (each: { cluster: string }) => each.cluster === 'with space',
    );
    expect(secret.labels['argocd.argoproj.io/secret-type']).toBe('cluster');
    expect(secret.server).toBe('https://10.0.0.3/k8s/clusters/c-1/');
  });

  it('F2.4 tells servers apart by their query', async () => {
    for (const [query, name] of [
      ['a', 'first'],
      ['b', 'second'],
    ]) {
      const id = encodeURIComponent(`https://10.0.0.1:6443?uid=${query}`);
      expect((await get(id)).body.name).toBe(name);
    }
  });

  it('F2.5 lists its own cluster last, without labels', async () => {
    const { body } = await fixture.hub(CLUSTERS);
    const last = body.items.at(-1);
    expect(last).toMatchObject({
      server: 'https://kubernetes.default.svc',
      name: 'in-cluster',
    });
    expect(last).not.toHaveProperty('labels');
  });

  it('F2.5 hides its own cluster where that is wanted', async () => {
    await fixture.control('/hub/settings', { inClusterEnabled: false });
    expect(await names()).not.toContain('in-cluster');
    const hidden = await get('in-cluster', '?id.type=name');
    const url = encodeURIComponent('https://kubernetes.default.svc');
    expect([hidden.status, (await get(url)).status]).toEqual([403, 403]);
    await fixture.control('/hub/settings', { inClusterEnabled: true });
    expect(await names()).toContain('in-cluster');
  });
});

describe('clusterSecretName', () => {
  it.each([
    ['http://foo', 'cluster-foo-752281925'],
    [
      'https://kubernetes.default.svc',
      'cluster-kubernetes.default.svc-3396314289',
    ],
    ['https://1.2.3.4:6443', 'cluster-1.2.3.4-2761607217'],
    ['https://[FD00::1]:6443', 'cluster-fd00--1-'],
    ['https://[FD00:0:0::1]:6443', 'cluster-fd00-0-0--1-'],
    ['https://[fd00::1]', 'cluster-fd00--1-'],
    ['https://user:pass@host/k8s?a=b', 'cluster-host-'],
    ['https://A.Example.com:443', 'cluster-a.example.com-'],
  ])('F2.3 names the Secret of %s %s', (server, name) => {
    expect(clusterSecretName(server)).toMatch(new RegExp(`^${name}\\d*$`));
  });

  it('F2.3 hashes the server as it was given', () => {
    expect(clusterSecretName('https://a/')).not.toBe(
      clusterSecretName('https://a'),
    );
  });
});
