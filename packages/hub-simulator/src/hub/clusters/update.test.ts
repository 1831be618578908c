import { clusterSecretName } from '../../state/names';
import { Fixture, until } from '../../testing/Fixture';

const CLUSTERS = '/api/v1/clusters';
const IN_CLUSTER = 'https://kubernetes.default.svc';

const pickMaps = ({
  labels,
  annotations,
}: {
  labels: object;
  annotations: object;
}) => ({
  labels,
  annotations,
});

describe('updating clusters', () => {
  let fixture: Fixture;
  let token: string;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 30 });
    token = await fixture.adminToken('perf');
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, *, *, allow',
    });
  });
  afterAll(() => fixture.stop());

  const perf = (changes: object = {}) => {
    const { url, caData } = fixture.spoke('perf');
    return {
      server: url,
      name: 'perf',
      labels: { env: 'perf', region: 'eu' },
      annotations: { note: 'one' },
      config: { bearerToken: token, tlsClientConfig: { caData } },
      ...changes,
    };
  };
  beforeEach(async () => {
    await fixture.hub(`${CLUSTERS}?upsert=true`, {
      method: 'POST',
      body: perf(),
    });
  });

  const put = (query: string, body: object, id = fixture.clusterId('perf')) =>
    fixture.hub(`${CLUSTERS}/${id}?${query}`, { method: 'PUT', body });
  const get = async (server = fixture.spoke('perf').url) => {
    const id = encodeURIComponent(server);
    return (await fixture.hub(`${CLUSTERS}/${id}`)).body;
  };
  const secretOf = async (server = fixture.spoke('perf').url) => {
    const { body } = await fixture.control('/hub/secrets');
    return body.find((each: { server: string }) => each.server === server);
  };

  it('F1.3.8 replaces each updated field whole, and only those', async () => {
    const { status, body } = await put(
      'updatedFields=labels&updatedFields=nonsense',
      {
        labels: { tier: 'gold' },
        name: 'ignored',
        server: 'https://ignored',
        config: {},
      },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'perf',
      server: fixture.spoke('perf').url,
      annotations: { note: 'one' },
    });
    expect(body.labels).toEqual({ tier: 'gold' });
    expect((await secretOf()).holds).toEqual(['bearerToken', 'caData']);
  });

  it.each([
    ['name', { name: 'other' }],
    ['namespaces', { namespaces: ['a', 'b'] }],
    ['shard', { shard: 2 }],
    ['clusterResources', { clusterResources: true }],
    ['annotations', { annotations: { note: 'two' } }],
    ['project', { project: 'web' }],
  ])('F1.3.8 can update %s', async (field, change) => {
    const { body } = await put(`updatedFields=${field}`, change);
    expect(body).toMatchObject(change);
    expect(await get()).toMatchObject(change);
    await put('', perf());
  });

  it('F1.3.8 empties what is listed and not given', async () => {
    const { body } = await put('updatedFields=labels', {});
    expect(body).not.toHaveProperty('labels');
  });

  it('F1.3.8 calls the spoke even for labels, and fails when it is away', async () => {
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    const { status, body } = await put('updatedFields=labels', { labels: {} });
    await fixture.control('/spokes/perf/heal', {});
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(
      /^failed to get server version: failed to get server version: Get ".*connection refused$/,
    );
    expect((await get()).labels).toEqual({ env: 'perf', region: 'eu' });
  });

  it.each([
    ['labels', { 'a b': 'c' }, 'Invalid value: "a b": name part must'],
    ['labels', { a: 'x'.repeat(64) }, 'must be no more than 63 bytes'],
    ['annotations', { '/a': 'b' }, 'Invalid value: "/a": prefix part must be'],
  ])(
    'F1.1.8 keeps what Kubernetes says of bad %s %j',
    async (field, bad, why) => {
      const { status, body } = await put(`updatedFields=${field}`, {
        [field]: bad,
      });
      expect([status, body.code]).toEqual([400, 3]);
      const name = clusterSecretName(fixture.spoke('perf').url);
      expect(body.message).toContain(
        `failed to update cluster in database: Secret "${name}" is invalid: metadata.${field}: `,
      );
      expect(body.message).toContain(why);
      expect(await get()).toMatchObject(pickMaps(perf()));
    },
  );

  it('F1.3.8 wipes credentials when a redacted answer is put back whole', async () => {
    const { url, caData } = fixture.spoke('perf');
    const answer = await get();
    // Without its CA the spoke could not even be called any more.
    const config = { tlsClientConfig: { caData } };
    const { status } = await put('', { ...answer, config });
    expect(status).toBe(200);
    expect((await secretOf(url)).holds).toEqual(['caData']);
    expect((await put('', answer)).body.message).toMatch('x509');
  });

  it('F1.3.8 writes the entry of another server, or makes it', async () => {
    const { url } = fixture.spoke('perf');
    const server = `${url}?uid=other`;
    const made = await put('', perf({ server, name: 'other' }));
    expect(made.body).toMatchObject({ server, name: 'other' });
    expect((await get()).name).toBe('perf');
    const again = await put('', perf({ server, name: 'again' }));
    expect(again.status).toBe(200);
    expect((await get(server)).name).toBe('again');
  });

  it('F1.3.8 finds by name, and hides what may not be updated', async () => {
    const found = await put('id.type=name&updatedFields=labels', {}, 'perf');
    expect(found.status).toBe(200);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, update, http*, allow',
    });
    const moved = await put('updatedFields=project', { project: 'web' });
    expect([moved.status, moved.body.message]).toEqual([
      403,
      'permission denied',
    ]);
    await fixture.control('/hub/policy', {
      policy: 'p, backstage, clusters, *, *, allow',
    });
  });

  it('F1.3.8 and F2.5 make a Secret for the cluster of the hub', async () => {
    const id = encodeURIComponent(IN_CLUSTER);
    const { status, body } = await put(
      'updatedFields=labels',
      { labels: { env: 'hub' } },
      id,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'in-cluster', labels: { env: 'hub' } });
    expect(await secretOf(IN_CLUSTER)).toMatchObject({
      name: clusterSecretName(IN_CLUSTER),
      cluster: 'in-cluster',
    });
  });

  it('F1.3.11 asks for a new cache, without calling the spoke', async () => {
    await fixture.control('/spokes/perf/break', { how: 'refused' });
    const { status, body } = await fixture.hub(
      `${CLUSTERS}/perf/invalidate-cache?id.type=name`,
      { method: 'POST' },
    );
    await fixture.control('/spokes/perf/heal', {});
    expect(status).toBe(200);
    expect(body.refreshRequestedAt).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
    expect(body.annotations).toEqual({
      note: 'one',
      'argocd.argoproj.io/refresh': body.refreshRequestedAt,
    });
  });

  it('F10.3.1 takes a declarative Secret over', async () => {
    const server = fixture.spoke('perf').url;
    await fixture.control('/hub/objects', {
      kind: 'Secret',
      metadata: {
        name: clusterSecretName(server),
        labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
      },
      stringData: {
        name: 'perf',
        server,
        config: JSON.stringify(perf().config),
      },
    });
    expect((await secretOf()).annotations).not.toHaveProperty('managed-by');
    await put('updatedFields=labels', { labels: { a: 'b' } });
    expect((await secretOf()).annotations).toEqual({
      'managed-by': 'argocd.argoproj.io',
    });
  });

  it('F10.3.1 brings older labels back from a replica that is behind', async () => {
    await fixture.control('/hub/replicas', { lagsMs: [0, 30_000] });
    const labels = { env: 'perf', region: 'eu', tier: 'gold' };
    await put('updatedFields=labels', { labels });
    // The replicas take turns, so one of the next calls meets the late one.
    const stale = await until(async () => {
      const { body } = await put('updatedFields=annotations', {
        annotations: { note: 'two' },
      });
      return body.labels.tier ? undefined : body;
    });
    expect(stale.labels).toEqual({ env: 'perf', region: 'eu' });
    const { body: secrets } = await fixture.control('/hub/secrets');
    const written = secrets.find(
      (each: { cluster: string }) => each.cluster === 'perf',
    );
    expect(written.labels).not.toHaveProperty('tier');
    await fixture.control('/hub/replicas', { lagsMs: [0] });
  });
});
