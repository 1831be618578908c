import { clusterSecretName } from '../../state/names';
import { Fixture } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';

describe('creating clusters', () => {
  let fixture: Fixture;
  let token: string;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 30 });
    token = await fixture.adminToken('perf');
  });
  afterAll(() => fixture.stop());

  /** A body that registers perf with its administrator's token. */
  const perf = (changes: object = {}) => {
    const { url, caData } = fixture.spoke('perf');
    return {
      server: url,
      name: 'perf',
      labels: { env: 'perf' },
      config: { bearerToken: token, tlsClientConfig: { caData } },
      ...changes,
    };
  };
  const create = (body: object, query = '', headers = {}) =>
    fixture.hub(`${CLUSTERS}${query}`, { method: 'POST', body, headers });
  const named = async (name: string) => {
    const { body } = await fixture.hub(CLUSTERS);
    return body.items.filter((item: { name: string }) => item.name === name);
  };
  const secretOf = async (server: string) => {
    const { body } = await fixture.control('/hub/secrets');
    return body.find((each: { server: string }) => each.server === server);
  };

  it('F1.3.6 asks for the permission first', async () => {
    const { status, body } = await fixture.hub(CLUSTERS, {
      method: 'POST',
      token: '',
      body: perf(),
    });
    expect([status, body.code]).toEqual([401, 16]);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, create, web/*, allow',
    });
    const denied = await create(perf());
    expect(denied.body.message).toMatch(
      /^permission denied: clusters, create, https:\/\/127\.0\.0\.1:\d+, sub: backstage, iat: /,
    );
    const scoped = await create(
      perf({ project: 'web', server: 'http://[::1' }),
    );
    expect(scoped.status).toBe(500);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, *, *, allow',
    });
  });

  it('F1.3.6 refuses an unreachable spoke with the text of the dial', async () => {
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    const { status, body } = await create(perf());
    await fixture.control('/spokes/perf/heal', {});
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(
      /^error getting server version: failed to get server version: Get "https:\/\/127\.0\.0\.1:\d+\/version\?timeout=32s": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    );
    expect(await named('perf')).toEqual([]);
  });

  it('F1.3.6 refuses a spoke whose certificate another authority signed', async () => {
    const { caData } = fixture.spoke('prod');
    const { status, body } = await create(
      perf({ config: { tlsClientConfig: { caData } } }),
    );
    expect(status).toBe(500);
    expect(body.message).toMatch(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  });

  it.each([
    [
      { tlsClientConfig: { insecure: true, caData: 'QQ==' } },
      'error getting REST config: unable to apply K8s REST config defaults: specifying a root certificates file with the insecure flag is not allowed',
    ],
    [
      { bearerToken: 'a', username: 'b', tlsClientConfig: {} },
      'error getting REST config: unable to apply K8s REST config defaults: username/password or bearer token may be set, but not both',
    ],
  ])('F2.2 refuses a config that no client takes: %j', async (config, text) => {
    const { status, body } = await create(perf({ config }));
    expect([status, body.code, body.message]).toEqual([500, 2, text]);
  });

  it.each([
    [
      { name: 1 },
      'json: cannot unmarshal number into Go struct field Cluster.name of type string',
    ],
    [
      { labels: { a: true } },
      'json: cannot unmarshal bool into Go struct field Cluster.labels of type string',
    ],
    [
      { config: { tlsClientConfig: { caData: '%' } } },
      'illegal base64 data at input byte 0',
    ],
    [
      { shard: 1.5 },
      'json: cannot unmarshal number 1.5 into Go struct field Cluster.shard of type int64',
    ],
  ])('F1.1.7 refuses what Go cannot decode: %j', async (changes, message) => {
    const { status, body } = await create(perf(changes));
    expect([status, body.code, body.message]).toEqual([400, 3, message]);
  });

  it('F1.1.9 passes the 401 of a spoke on as its own', async () => {
    const { caData } = fixture.spoke('perf');
    const { status, body } = await create(
      perf({ config: { bearerToken: 'x', tlsClientConfig: { caData } } }),
    );
    expect([status, body.code]).toEqual([401, 16]);
    expect(body.message).toMatch(
      /^error getting server version: failed to get server version: /,
    );
  });

  it('F10.3.2 takes no token at all, because everybody may read a version', async () => {
    const { url, caData } = fixture.spoke('perf');
    const { status, body } = await create(
      perf({
        server: `${url}?uid=none`,
        name: 'none',
        config: { tlsClientConfig: { caData } },
      }),
    );
    expect(status).toBe(200);
    expect(body.connectionState.status).toBe('Successful');
  });

  it('F1.1.13 writes nothing once the deadline has passed', async () => {
    await fixture.control('/spokes/perf/break', { how: 'black-holed' });
    const { status, body } = await create(perf({ name: 'late' }), '', {
      'Grpc-Timeout': '50m',
    });
    expect([status, body.message]).toEqual([504, 'context deadline exceeded']);
    await fixture.control('/spokes/perf/heal', {});
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(await named('late')).toEqual([]);
  });

  it('F1.1.13 writes nothing once the client has gone away', async () => {
    await fixture.control('/spokes/perf/break', { how: 'black-holed' });
    const { url, token: portal } = fixture.simulator.hub;
    const gone = new AbortController();
    const call = fetch(`${url}${CLUSTERS}`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${portal}`,
      },
      body: JSON.stringify(perf({ name: 'gone' })),
    });
    setTimeout(() => gone.abort(), 50);
    await expect(call).rejects.toThrow('aborted');
    await fixture.control('/spokes/perf/heal', {});
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(await named('gone')).toEqual([]);
  });

  it('F1.3.6 creates a Secret and says Successful', async () => {
    const { status, body } = await create(perf({ shard: 0 }));
    expect(status).toBe(200);
    const { attemptedAt } = body.connectionState;
    const connectionState = { status: 'Successful', message: '', attemptedAt };
    expect(body).toEqual({
      server: fixture.spoke('perf').url,
      name: 'perf',
      config: { tlsClientConfig: { insecure: false } },
      connectionState,
      serverVersion: 'v1.33.4',
      info: {
        connectionState,
        serverVersion: 'v1.33.4',
        cacheInfo: {},
        applicationsCount: 0,
      },
      shard: 0,
      labels: { env: 'perf' },
    });
    const { url } = fixture.spoke('perf');
    expect(await secretOf(url)).toMatchObject({
      name: clusterSecretName(url),
      annotations: { 'managed-by': 'argocd.argoproj.io' },
      holds: ['bearerToken', 'caData'],
    });
  });

  it('F2.1 names a cluster without a name after its server', async () => {
    const { url } = fixture.spoke('perf');
    const server = `${url}/?uid=unnamed`;
    const { body } = await create(perf({ name: '', server }));
    expect(body.name).toBe(server);
  });

  it('F1.3.7 returns what is there when it is the same', async () => {
    const { status, body } = await create(perf({ shard: 0 }));
    expect([status, body.name]).toEqual([200, 'perf']);
  });

  it('F1.3.7 does not compare the project', async () => {
    const { status, body } = await create(perf({ shard: 0, project: 'other' }));
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('project');
  });

  it.each([
    [{ labels: { env: 'x' } }, 'Shard,Labels,env'],
    [{ shard: 0, name: 'other' }, 'Name'],
    [{ shard: 0, annotations: { a: 'b' } }, 'Annotations,a'],
    [{ shard: 0, namespaces: ['a'] }, 'Namespaces'],
  ])('F1.3.7 needs upsert for %j', async (changes, keys) => {
    const { status, body } = await create(perf(changes));
    expect([status, body.code, body.message]).toEqual([
      400,
      3,
      `existing cluster spec is different; use upsert flag to force update; difference in keys "${keys}"`,
    ]);
  });

  it('F1.3.7 replaces the whole cluster with upsert', async () => {
    const changed = { labels: { region: 'x' }, project: 'web' };
    const { status, body } = await create(perf(changed), '?upsert=true');
    expect(status).toBe(200);
    expect(body).toMatchObject(changed);
    expect(body).not.toHaveProperty('shard');
  });

  it('F1.3.7 needs the right to update for that', async () => {
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, create, *, allow',
    });
    const { status, body } = await create(perf(), '?upsert=true');
    expect([status, body.message]).toEqual([403, 'permission denied']);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, *, *, allow',
    });
  });

  it('F1.3.7 does not notice a declarative Secret of another name', async () => {
    const { url, caData } = fixture.spoke('dr');
    await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: { name: clusterSecretName(url) },
      deleted: true,
    });
    await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name: 'declared',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
      },
      stringData: { name: 'declared', server: url, config: '{}' },
    });
    const { status } = await create({
      server: url,
      name: 'made',
      config: { tlsClientConfig: { caData } },
    });
    expect(status).toBe(200);
    const { body } = await fixture.hub(CLUSTERS);
    const names = body.items
      .filter((item: { server: string }) => item.server === url)
      .map((item: { name: string }) => item.name);
    expect(names.sort()).toEqual(['declared', 'made']);
  });

  it.each([
    [
      'info',
      3,
      'number into Go struct field Cluster.info of type v1alpha1.ClusterInfo',
    ],
    [
      'connectionState',
      'up',
      'string into Go struct field Cluster.connectionState of type v1alpha1.ConnectionState',
    ],
  ])('F1.1.7 refuses a body whose %s is %j', async (field, value, why) => {
    const { status, body } = await create(perf({ [field]: value }));
    expect([status, body.code, body.message]).toEqual([
      400,
      3,
      `json: cannot unmarshal ${why}`,
    ]);
  });

  it('F1.1.8 keeps what Kubernetes says of a label that is none', async () => {
    const server = `${fixture.spoke('perf').url}?uid=label`;
    const { status, body } = await create(
      perf({ server, labels: { 'a b': 'c' } }),
    );
    expect([status, body.code]).toEqual([400, 3]);
    expect(body.message).toContain(
      `error creating cluster: Secret "${clusterSecretName(
        server,
      )}" is invalid: metadata.labels: Invalid value: "a b": name part must`,
    );
    expect(await secretOf(server)).toBeUndefined();
  });

  it('F1.3.6 says of an address that it is none', async () => {
    const { status, body } = await create(perf({ server: 'https://a b' }));
    expect([status, body.code, body.message]).toEqual([
      500,
      2,
      'error getting server version: failed to create discovery client: host must be a URL or a host:port pair: "https://a b"',
    ]);
  });

  it('F1.3.7 takes two clusters of one name', async () => {
    const { url } = fixture.spoke('perf');
    for (const uid of ['a', 'b']) {
      const server = `${url}?uid=${uid}`;
      expect((await create(perf({ name: 'twin', server }))).status).toBe(200);
    }
    expect(await named('twin')).toHaveLength(2);
  });

  it('F1.3.9 cannot create again what an unlabelled Secret is in the way of', async () => {
    const { url } = fixture.spoke('perf');
    const server = `${url}?uid=left`;
    await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: { name: clusterSecretName(server) },
      stringData: { name: 'left', server, config: '{"bearerToken":"x"}' },
    });
    const { status, body } = await create(perf({ name: 'left', server }));
    expect([status, body.code, body.message]).toEqual([
      500,
      13,
      `unable to check existing cluster details: rpc error: code = NotFound desc = cluster "${server}" not found`,
    ]);
  });

  it('F2.5 refuses its own cluster where that is switched off', async () => {
    await fixture.control('/hub/settings', { inClusterEnabled: false });
    const { status, body } = await create({
      server: 'https://kubernetes.default.svc',
      name: 'here',
    });
    await fixture.control('/hub/settings', { inClusterEnabled: true });
    expect([status, body.message]).toEqual([
      400,
      'cannot register cluster: in-cluster has been disabled',
    ]);
  });
});
