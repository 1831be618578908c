import { Fixture, until } from '../testing/Fixture';

const DIALS = [
  ['refused', 'connect: connection refused'],
  ['dns-failure', 'no such host'],
  ['network-unreachable', 'network is unreachable'],
] as const;

describe('faults by the control API', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ timeScale: 20 });
  });
  afterAll(() => fixture.stop());
  afterEach(async () => {
    await fixture.control('/hub/heal', {});
    await fixture.control('/spokes/prod/heal', {});
  });

  const events = async () => {
    const query = await fixture.eventQuery('agent-prod', 'Deployment');
    return fixture.hub(`/api/v1/applications/agent-prod/events?${query}`);
  };
  const version = (headers = {}) => fixture.hub('/api/version', { headers });

  it.each(DIALS)(
    'F10.2.3 keeps argocd-server alone from a cluster: %s',
    async (kind, text) => {
      const from = 'argocd-server';
      const { body } = await fixture.control('/spokes/prod/break', {
        kind,
        from,
      });
      const prod = body.spokes.find(
        ({ name }: { name: string }) => name === 'prod',
      );
      expect(prod.unreachableFrom).toEqual({ main: { [from]: kind } });
      const answer = await events();
      expect(answer.status).toBe(500);
      expect(answer.body.message).toContain(text);
      const direct = await fixture.kubernetes('prod', '/version');
      expect(direct.status).toBe(200);
    },
  );

  it('F5.11 keeps the controller alone from a cluster', async () => {
    await fixture.control('/spokes/prod/break', {
      kind: 'refused',
      from: 'controller',
    });
    expect((await events()).status).toBe(200);
    const id = fixture.clusterId('prod');
    await fixture.admin(`/api/v1/clusters/${id}/invalidate-cache`, {
      method: 'POST',
    });
    const failed = await until(async () => {
      const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
      return body.connectionState.status === 'Failed' && body;
    });
    expect(failed.connectionState.message).toContain('connection refused');
  });

  it('answers slowly, wrongly, or not to the end', async () => {
    await fixture.control('/hub/break', {
      kind: 'status',
      code: 429,
      retryAfter: 7,
    });
    const busy = await version();
    expect(busy.status).toBe(429);
    expect(busy.headers.get('retry-after')).toBe('7');
    await fixture.control('/hub/break', { kind: 'truncated' });
    await expect(version()).rejects.toThrow();
    await fixture.control('/hub/heal', {});
    expect((await version()).status).toBe(200);
  });

  it('shows a bad certificate until it is healed', async () => {
    const kind = 'bad-certificate';
    await fixture.control('/spokes/prod/break', { kind, how: 'expired' });
    const answer = await events();
    expect(answer.body.message).toContain('certificate has expired');
    await fixture.control('/spokes/prod/heal', {});
    expect((await events()).status).toBe(200);
  });

  it('F10.2.3 tells of a revoked token', async () => {
    const world = await Fixture.start({ timeScale: 20 });
    const query = await until(() =>
      world.eventQuery('agent-dr', 'Deployment').catch(() => undefined),
    );
    await world.control('/spokes/dr/revoke-tokens', {});
    const path = `/api/v1/applications/agent-dr/events?${query}`;
    const { status, body } = await world.hub(path);
    await world.stop();
    expect(status).toBe(401);
    expect(body.message).toContain('Unauthorized');
  });

  it('F2.7, F10.2.4 loses trees and connection states with Redis', async () => {
    const prod = async () => {
      const id = fixture.clusterId('prod');
      const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
      return body.connectionState;
    };
    const tree = () =>
      fixture.hub('/api/v1/applications/agent-prod/resource-tree', {
        headers: { 'Grpc-Timeout': '200m' },
      });
    await until(async () => (await prod()).status === 'Successful');
    expect((await tree()).status).toBe(200);
    // With its controller dead nobody writes them again.
    await fixture.control('/hub/shards/0/kill', {});
    await fixture.control('/hub/redis/flush', {});
    expect(await prod()).toMatchObject({ status: '', attemptedAt: null });
    expect((await tree()).status).toBe(504);
    await fixture.control('/hub/shards/0/revive', {});
    await until(async () => (await prod()).status === 'Successful');
  });

  it('F10.3.1 lets replicas lag behind each other', async () => {
    await fixture.control('/hub/replicas', { lagsMs: [0, 100_000] });
    const id = fixture.clusterId('dr');
    await fixture.admin(`/api/v1/clusters/${id}?updatedFields=labels`, {
      method: 'PUT',
      body: { labels: { env: 'moved' } },
    });
    const seen = new Set<string>();
    for (let turn = 0; turn < 4; turn += 1) {
      const { body } = await fixture.hub(`/api/v1/clusters/${id}`);
      seen.add(body.labels.env);
    }
    await fixture.control('/hub/replicas', { lagsMs: [0] });
    expect([...seen].sort()).toEqual(['dr', 'moved']);
  });

  it('ends every token, and lets it live again', async () => {
    await fixture.control('/hub/tokens/expire', {});
    const refused = await fixture.hub('/api/v1/applications');
    expect(refused.status).toBe(401);
    expect(refused.body.message).toMatch(/^invalid session: /);
    await fixture.control('/hub/heal', {});
    expect((await fixture.hub('/api/v1/applications')).status).toBe(200);
  });

  it('becomes another release', async () => {
    await fixture.control('/hub/version', { release: '3.4' });
    expect((await version()).body.Version).toMatch(/^v3\.4\./);
    const wrong = await fixture.control('/hub/version', { release: '1.0' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error).toContain('2.14, 3.4, 3.5');
    await fixture.control('/hub/version', { release: '3.5' });
  });

  it.each([
    ['/spokes/prod/break', { kind: 'nonsense' }, 'kind must be one of'],
    ['/spokes/prod/break', { from: 'me' }, 'from must be argocd-server or'],
    ['/spokes/prod/break', { kind: 'x' }, 'dns-failure, network-unreachable'],
    [
      '/spokes/prod/break',
      { kind: 'slow', delayMS: 3 },
      'delayMS means nothing',
    ],
    ['/hub/break', { kind: 'bad-certificate' }, 'only a TLS listener'],
    ['/hub/streams', { dorp: 0.5 }, 'dorp means nothing here'],
    [
      '/spokes/prod/break',
      { kind: 'slow', from: 'controller' },
      'one caller alone cannot meet slow',
    ],
    ['/hub/streams', { drop: 2 }, 'drop must be 0 to 1'],
    ['/hub/streams/cut', { how: 'rudely' }, 'how must be one of'],
    ['/hub/replicas', { lagsMs: [] }, 'lagsMs must be a list'],
    ['/hub/shards/7/kill', {}, 'there is no shard 7'],
    ['/hub/cost', { mode: 'cheap' }, 'mode must be one of'],
    ['/hub/limits', { grpcMaxBytes: 0 }, 'grpcMaxBytes must be a number'],
    ['/hub/tokens/revoke', {}, 'id must be a text'],
    ['/hub/policy', {}, 'policy must be a text'],
  ])('says what is wrong: %s %j', async (path, body, text) => {
    const answer = await fixture.control(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(text);
  });
});

describe('several hubs', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await Fixture.start({ hubs: ['main', 'edge'] });
  });
  afterAll(() => fixture.stop());

  it('have clusters, tokens and faults of their own', async () => {
    const { hubs = [] } = fixture.simulator;
    expect(hubs.map(({ name }) => name)).toEqual(['main', 'edge']);
    const [main, edge] = hubs;
    const clusters = async ({ url, token }: typeof main) => {
      const response = await fetch(`${url}/api/v1/clusters`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { items = [] } = await response.json();
      return items.map(({ name }: { name: string }) => name).sort();
    };
    expect(await clusters(main)).toEqual([
      'dr',
      'in-cluster',
      'prod',
      'staging',
    ]);
    expect(await clusters(edge)).toEqual(['edge', 'in-cluster']);
    expect(await clusters({ ...edge, token: main.token })).toEqual([]);
    await fixture.control('/hubs/edge/break', { kind: 'refused' });
    await expect(clusters(edge)).rejects.toThrow();
    expect(await clusters(main)).toHaveLength(4);
    await fixture.control('/hubs/edge/heal', {});
  });

  it('puts another hub under the same address', async () => {
    const app = () => fixture.hub('/api/v1/applications/agent-prod');
    const before = (await fixture.hub('/api/v1/settings')).body.installationID;
    const { uid } = (await app()).body.metadata;
    const { body } = await fixture.control('/hubs/edge/replace', {});
    const { url, token } = fixture.simulator.hubs![1];
    const edge = body.hubs[1];
    expect(edge.url).toBe(url);
    expect(edge.token).not.toBe(token);
    const settings = await fetch(`${url}/api/v1/settings`);
    expect((await settings.json()).installationID).not.toBe(before);
    expect((await app()).body.metadata.uid).toBe(uid);
  });

  it('knows no others', async () => {
    const { status, body } = await fixture.control('/hubs/moon/heal', {});
    expect([status, body.error]).toEqual([404, 'no hub named moon']);
  });
});
