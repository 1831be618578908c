import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArgocdHubClient } from './ArgocdHubClient';
import { errorCodeOf } from './errorCodeOf';

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
interface Seen {
  method?: string;
  url?: string;
  headers: IncomingMessage['headers'];
  body: string;
}

const OK: Answer = { status: 200, body: { items: [] } };

describe('errorCodeOf', () => {
  it.each([
    [undefined],
    ['hub-down'],
    [new Error('x')],
    [{ body: null }],
    [{ body: { error: {} } }],
    [{ body: { error: { code: 'of-a-newer-backend' } } }],
    [{ body: { error: { code: 'toString' } } }],
    [{ body: { error: { code: ['stale'] } } }],
  ])('finds none in %j', error => {
    expect(errorCodeOf(error)).toBeUndefined();
  });
});

describe('ArgocdHubClient', () => {
  let server: Server;
  let client: ArgocdHubClient;
  let answer: Answer;
  let seen: Seen[];

  // Tests may not use the network; this wrapper lets them talk to our own server.
  const guarded = global.fetch;
  beforeAll(() => {
    global.fetch = (input, init) => guarded(input, init);
  });
  afterAll(() => {
    global.fetch = guarded;
  });

  beforeEach(async () => {
    answer = OK;
    seen = [];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
      }
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      response.writeHead(answer.status, {
        'Content-Type': 'application/json',
        ...answer.headers,
      });
      response.end(answer.body ? JSON.stringify(answer.body) : undefined);
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    client = new ArgocdHubClient({
      discoveryApi: {
        getBaseUrl: async pluginId =>
          `http://127.0.0.1:${port}/api/${pluginId}`,
      },
    });
  });

  afterEach(async () => {
    await new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  it.each([
    {
      call: () => client.getHubs(),
      request: 'GET /hubs',
    },
    {
      call: () => client.getClusters({ hub: 'main', q: 'a&b', limit: 20 }),
      request: 'GET /clusters?hub=main&q=a%26b&limit=20',
    },
    {
      call: () => client.getClusters({ q: undefined }),
      request: 'GET /clusters',
    },
    {
      call: () => client.getCluster({ hub: 'main', name: 'prod~1a2b3c4d' }),
      request: 'GET /clusters/main/prod~1a2b3c4d',
    },
    {
      call: () => client.getCluster({ hub: 'main', name: '../../x?y#z' }),
      request: 'GET /clusters/main/..%2F..%2Fx%3Fy%23z',
    },
    {
      call: () =>
        client.getClusters({ label: 'region=eu', reachability: 'suspect' }),
      request: 'GET /clusters?label=region%3Deu&reachability=suspect',
    },
    {
      call: () =>
        client.getClusterDeployments(
          { hub: 'main', name: 'a/b' },
          { limit: 5 },
        ),
      request: 'GET /clusters/main/a%2Fb/deployments?limit=5',
    },
    {
      call: () => client.getOpenApi(),
      request: 'GET /openapi.json',
    },
    {
      call: () => client.getDeployments({ cluster: 'prod', cursor: 'c=' }),
      request: 'GET /deployments?cluster=prod&cursor=c%3D',
    },
    {
      call: () => client.getEntityDeployments('Component:default/agent'),
      request: 'GET /entities/Component/default/agent/deployments',
    },
    {
      call: () => client.getEntityDeployments('component:a/b', { cursor: 'c' }),
      request: 'GET /entities/component/a/b/deployments?cursor=c',
    },
    {
      call: () => client.getEntityHistory('component:agent'),
      request: 'GET /entities/component/default/agent/history',
    },
    {
      call: () =>
        client.getEntityHistory('component:a/b', {
          from: '2026-06-01T00:00:00+02:00',
          cluster: 'prod/eu',
          limit: 20,
        }),
      request:
        'GET /entities/component/a/b/history?from=2026-06-01T00%3A00%3A00%2B02%3A00&cluster=prod%2Feu&limit=20',
    },
    {
      call: () =>
        client.explainEntity('component:a/b', { hub: 'main', cluster: 'a/b' }),
      request: 'GET /entities/component/a/b/explain?hub=main&cluster=a%2Fb',
    },
    {
      call: () =>
        client.getApplicationSet(
          { hub: 'main', namespace: 'argocd', name: 'agents' },
          { cursor: 'c' },
        ),
      request: 'GET /applicationsets/main/argocd/agents?cursor=c',
    },
    {
      call: () => client.getPlacements({ since: '42' }),
      request: 'GET /placements?since=42',
    },
  ])('asks $request', async ({ call, request }) => {
    await expect(call()).resolves.toEqual({ items: [] });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      request.replace(' ', ' /api/argocd-hub'),
    ]);
  });

  it.each(['', '.', '..'])(
    'refuses a cluster named "%s", which would be another route',
    async name => {
      await expect(client.getCluster({ hub: 'main', name })).rejects.toThrow(
        'cannot be part of an address',
      );
      expect(seen).toEqual([]);
    },
  );

  it('answers undefined when nothing changed', async () => {
    answer = { status: 304 };
    await expect(
      client.getEntityDeployments('component:default/agent', {
        ifVersion: 'v1',
      }),
    ).resolves.toBeUndefined();
    expect(seen[0].headers['if-none-match']).toBe('W/"v1"');
  });

  it('returns what is held when nothing changed, and asks so that servers can tell', async () => {
    const prod = { hub: 'main', name: 'prod' };
    answer = { ...OK, headers: { ETag: 'W/"a"' } };
    const held = await client.getClusterDeployments(prod);
    answer = { status: 304 };
    await expect(
      client.getClusterDeployments(prod, {}, { held }),
    ).resolves.toBe(held);
    expect(seen[0].headers['if-none-match']).toBeUndefined();
    expect(seen[1].headers).toMatchObject({
      'if-none-match': 'W/"a"',
      // Express answers no 304 to `no-cache`, which browsers add by themselves.
      'cache-control': 'max-age=0',
    });

    answer = { status: 200, body: { items: [1] } };
    const next = await client.getClusterDeployments(prod, {}, { held });
    expect(next).toEqual({ items: [1] });
    await client.getClusterDeployments(prod, {}, { held: next });
    expect(seen[3].headers['if-none-match']).toBeUndefined();
  });

  it('never lets a cache answer in its place', async () => {
    answer = { ...OK, headers: { 'Cache-Control': 'max-age=600' } };
    const asked: RequestInit[] = [];
    const spying = new ArgocdHubClient({
      discoveryApi: { getBaseUrl: async () => 'http://backend.example.com' },
      fetchApi: {
        fetch: async (_, init = {}) => {
          asked.push(init);
          return Response.json({ items: [] });
        },
      },
    });
    await spying.getEntityDeployments('component:default/agent');
    await spying.getHubs();
    expect(asked.map(({ cache }) => cache)).toEqual(['no-store', 'no-store']);
  });

  it('sends the token it is given, and none by itself', async () => {
    await client.getHubs({ token: 't0ken' });
    await client.getHubs();
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t0ken',
      undefined,
    ]);
  });

  it('sends a registration as JSON', async () => {
    const registration = {
      name: 'perf',
      labels: { env: 'perf' },
      destinationNamespaces: ['agent'],
      credential: { name: 'named' },
    };
    await client.planCluster(registration);
    await client.registerCluster(registration);
    expect(
      seen.map(({ method, url, headers, body }) => ({
        request: `${method} ${url}`,
        type: headers['content-type'],
        body: JSON.parse(body),
      })),
    ).toEqual([
      {
        request: 'POST /api/argocd-hub/clusters/plan',
        type: 'application/json',
        body: registration,
      },
      {
        request: 'POST /api/argocd-hub/clusters',
        type: 'application/json',
        body: registration,
      },
    ]);
  });

  it('asks for the roll-ups of many entities in one call', async () => {
    const entityRefs = ['component:default/agent', 'component:default/other'];
    await expect(client.getEntityRollups(entityRefs)).resolves.toEqual({
      items: [],
    });
    expect(
      seen.map(({ method, url, body }) => [method, url, JSON.parse(body)]),
    ).toEqual([
      ['POST', '/api/argocd-hub/entities/deployments/by-refs', { entityRefs }],
    ]);
  });

  it('sends labels with null for those to remove, and can preview it', async () => {
    const patch = { labels: { env: 'prod', old: null } };
    const cluster = { hub: 'main', name: 'prod' };
    await client.labelCluster(cluster, patch, { dryRun: true });
    await client.labelCluster(cluster, patch);
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/argocd-hub/clusters/main/prod/labels?dryRun=true',
      '/api/argocd-hub/clusters/main/prod/labels',
    ]);
    expect(seen[0].method).toBe('PATCH');
    expect(JSON.parse(seen[0].body)).toEqual(patch);
  });

  it('throws the error of the backend with its code', async () => {
    const error = {
      name: 'ServiceUnavailableError',
      message: 'The hub main cannot be reached',
      code: 'hub-down',
    };
    answer = { status: 503, body: { error, response: { statusCode: 503 } } };
    const thrown = await client.getHubs().catch(refusal => refusal);
    expect(thrown).toMatchObject({
      name: 'ResponseError',
      statusCode: 503,
      body: { error },
    });
    expect(errorCodeOf(thrown)).toBe('hub-down');
  });

  it('does not take the page of a proxy for an answer', async () => {
    answer = { status: 200, headers: { 'Content-Type': 'text/html' } };
    await expect(client.getHubs()).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 200,
    });
  });

  it('asks for a refresh, hard or not', async () => {
    answer = { status: 202, body: {} };
    const deployment = { hub: 'main', namespace: 'argocd', name: 'agent' };
    await client.refreshDeployment(deployment);
    await client.refreshDeployment(deployment, { hard: true, token: 't' });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/argocd-hub/deployments/main/argocd/agent/refresh',
      'POST /api/argocd-hub/deployments/main/argocd/agent/refresh?hard=true',
    ]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      client.getHubs({ signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual([]);
  });
});
