import { Fixture, until } from '../../testing/Fixture';
import { clusterSecretName } from '../../state/names';

describe('clusters', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 30 });
  });
  afterAll(() => fixture.stop());

  const named = async (name: string) => {
    const { body } = await fixture.hub('/api/v1/clusters');
    return body.items.find((item: { name: string }) => item.name === name);
  };

  /** A body that registers perf with its administrator's token. */
  const perf = async (changes: object = {}) => {
    const { url, caData } = fixture.spoke('perf');
    return {
      server: url,
      name: 'perf',
      labels: { env: 'perf' },
      config: {
        bearerToken: await fixture.adminToken('perf'),
        tlsClientConfig: { caData },
      },
      ...changes,
    };
  };
  const create = (body: object, query = '') =>
    fixture.hub(`/api/v1/clusters${query}`, { method: 'POST', body });
  const put = (id: string, query: string, body: object) =>
    fixture.hub(`/api/v1/clusters/${id}?${query}`, { method: 'PUT', body });

  it('F1.3.1 gives the first match only for a filter', async () => {
    const { body } = await fixture.hub('/api/v1/clusters?name=prod');
    expect(body.items).toHaveLength(1);
    expect(body.metadata).toEqual({});
    const none = await fixture.hub('/api/v1/clusters?name=nope');
    expect(none.body.items).toEqual([]);
  });

  it('F2.5 lists the implicit in-cluster entry last, without labels', async () => {
    const { body } = await fixture.hub('/api/v1/clusters');
    const last = body.items.at(-1);
    expect(last.server).toBe('https://kubernetes.default.svc');
    expect(last.name).toBe('in-cluster');
    expect(last).not.toHaveProperty('labels');
  });

  it('F1.3.2 takes a server URL, a name or an escaped name as id', async () => {
    for (const id of [
      fixture.clusterId('prod'),
      `${fixture.clusterId('prod')}?id.type=url`,
      'prod?id.type=name',
      'prod?id.type=name_escaped',
    ]) {
      const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
      expect(body.name).toBe('prod');
    }
  });

  it('F1.3.3 answers 403 for a missing cluster, as for a forbidden one', async () => {
    const { status, body } = await fixture.hub(
      `/api/v1/clusters/${encodeURIComponent('https://nowhere')}`,
    );
    expect([status, body.message]).toEqual([403, 'permission denied']);
    const forbidden = await fixture.hub(
      `/api/v1/clusters/${fixture.clusterId('prod')}`,
      { method: 'DELETE' },
    );
    expect([forbidden.status, forbidden.body.message]).toEqual([
      403,
      'permission denied',
    ]);
  });

  it('F1.3.3 F1.3.9 deletes every cluster of a name, but not the implicit one', async () => {
    const implicit = await fixture.admin(
      '/api/v1/clusters/in-cluster?id.type=name',
      { method: 'DELETE' },
    );
    expect(implicit.status).toBe(404);
    const { url, caData } = fixture.spoke('perf');
    for (const query of ['?uid=a', '?uid=b']) {
      const { status } = await create({
        name: 'twin',
        server: `${url}${query}`,
        config: { tlsClientConfig: { caData } },
      });
      expect(status).toBe(200);
    }
    await fixture.admin('/api/v1/clusters/twin?id.type=name', {
      method: 'DELETE',
    });
    expect(await named('twin')).toBeUndefined();
  });

  it('F1.3.4 F1.3.5 shows the connection twice and no credential', async () => {
    const cluster = await until(async () => {
      const found = await named('prod');
      return found.info.cacheInfo.lastCacheSyncTime && found;
    });
    expect(cluster.connectionState).toEqual(cluster.info.connectionState);
    expect(cluster.serverVersion).toBe('v1.33.4');
    expect(cluster.info.applicationsCount).toBe(1);
    expect(cluster.info.apiVersions).toContain('apps/v1/Deployment');
    expect(cluster.config).toEqual({ tlsClientConfig: { insecure: false } });
    expect(cluster).not.toHaveProperty('id');
  });

  it('F1.3.6 refuses an unreachable spoke with the text of the dial', async () => {
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    const { status, body } = await create(await perf());
    await fixture.control('/spokes/perf/heal', {});
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(
      /^error getting server version: failed to get server version: Get "https:\/\/127\.0\.0\.1:\d+\/version\?timeout=32s": dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    );
    expect(await named('perf')).toBeUndefined();
  });

  it('F1.3.6 refuses a spoke whose certificate another authority signed', async () => {
    const { caData } = fixture.spoke('prod');
    const { status, body } = await create(
      await perf({ config: { tlsClientConfig: { caData } } }),
    );
    expect(status).toBe(500);
    expect(body.message).toMatch(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  });

  it('F1.1.9 F10.3.2 passes the 401 of a spoke on, and takes no token at all', async () => {
    const { caData } = fixture.spoke('perf');
    const tlsClientConfig = { caData };
    const wrong = await create(
      await perf({ config: { bearerToken: 'wrong', tlsClientConfig } }),
    );
    expect([wrong.status, wrong.body.code]).toEqual([401, 16]);
    // client-go does not look into the body of a failed discovery call.
    expect(wrong.body.message).toBe(
      'error getting server version: failed to get server version: the server has asked for the client to provide credentials',
    );
    const none = await create(await perf({ config: { tlsClientConfig } }));
    expect(none.status).toBe(200);
    expect(none.body.connectionState.status).toBe('Successful');
  });

  it('F1.3.7 needs upsert for a different spec', async () => {
    const refused = await create(await perf({ labels: { env: 'other' } }));
    expect([refused.status, refused.body.code]).toEqual([400, 3]);
    expect(refused.body.message).toMatch(
      /^existing cluster spec is different; use upsert flag to force update; difference in keys "/,
    );
    const taken = await create(await perf(), '?upsert=true');
    expect(taken.status).toBe(200);
    const again = await create(await perf());
    expect(again.status).toBe(200);
  });

  it('F1.3.7 does not compare the project', async () => {
    const { status, body } = await create(await perf({ project: 'other' }));
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('project');
  });

  it('F2.7 turns a cluster without applications Unknown', async () => {
    const cluster = await until(async () => {
      const found = await named('perf');
      return found.connectionState.status === 'Unknown' && found;
    });
    expect(cluster.connectionState.message).toBe(
      'Cluster has no applications and is not being monitored.',
    );
  });

  it('F1.3.8 replaces each updated field whole', async () => {
    const { body } = await put(
      fixture.clusterId('perf'),
      'updatedFields=labels&updatedFields=nonsense',
      { labels: { region: 'x' }, name: 'ignored', server: 'https://ignored' },
    );
    expect(body).toMatchObject({
      labels: { region: 'x' },
      name: 'perf',
      server: fixture.spoke('perf').url,
    });
  });

  it('F1.3.8 calls the spoke even for labels, and fails when it is away', async () => {
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    const { status, body } = await put(
      fixture.clusterId('perf'),
      'updatedFields=labels',
      { labels: {} },
    );
    await fixture.control('/spokes/perf/heal', {});
    expect(status).toBe(500);
    expect(body.message).toMatch('connection refused');
    expect((await named('perf')).labels).toEqual({ region: 'x' });
  });

  it('F1.3.8 wipes credentials when a redacted body is put back whole', async () => {
    const { body } = await fixture.hub(
      `/api/v1/clusters/${fixture.clusterId('perf')}`,
    );
    const { status, body: answer } = await put(
      fixture.clusterId('perf'),
      '',
      body,
    );
    // Without its CA the spoke cannot even be called any more.
    expect(status).toBe(500);
    expect(answer.message).toMatch('x509');
  });

  it('F1.3.11 stamps the annotation of a cache invalidation', async () => {
    const { body } = await fixture.hub(
      `/api/v1/clusters/${fixture.clusterId('dr')}/invalidate-cache`,
      { method: 'POST' },
    );
    expect(body.annotations['argocd.argoproj.io/refresh']).toMatch(/^\d{4}-/);
    expect(body.refreshRequestedAt).toBe(
      body.annotations['argocd.argoproj.io/refresh'],
    );
  });

  it('F2.6 F2.8 goes on saying Successful of a dead spoke, with a new time', async () => {
    const before = await until(async () => {
      const { connectionState } = await named('staging');
      return connectionState.status === 'Successful' && connectionState;
    });
    await fixture.control('/spokes/staging/break', { how: 'refused' });
    const after = await until(async () => {
      const { connectionState } = await named('staging');
      return (
        connectionState.attemptedAt !== before.attemptedAt && connectionState
      );
    });
    await fixture.control('/spokes/staging/heal', {});
    expect([before.status, after.status]).toEqual(['Successful', 'Successful']);
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
  ])('F2.3 names the Secret of %s %s', (server, name) => {
    expect(clusterSecretName(server)).toBe(name);
  });
});
