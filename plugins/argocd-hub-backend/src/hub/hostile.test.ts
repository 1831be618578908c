import { json } from './__testUtils__/FakeHub';
import { failure, HubFixture } from './__testUtils__/HubFixture';
import type { ArgoHubClient } from './ArgoHubClient';

jest.setTimeout(60_000);

const follow = (client: ArgoHubClient) =>
  client.streamApplications({
    signal: new AbortController().signal,
    onAlive: () => {},
    onEvent: () => {},
  });
const app = { namespace: 'argocd', timeoutMs: 1_000 };
const probe = (client: ArgoHubClient) =>
  client.probe({
    application: 'a',
    resource: { uid: 'u', namespace: 'n', name: 'r' },
    ...app,
  });

describe('a hub that quotes what it was sent', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  const token = 'head.pay"load.sign<ature';
  const password = 'pass"word\\with/signs';
  const frame = (message: string) =>
    `data: ${JSON.stringify({
      error: { http_code: 500, grpc_code: 13, message },
    })}\n\n`;

  it.each<[string, (client: ArgoHubClient) => Promise<unknown>]>([
    ['a list', client => client.listClusters()],
    ['an object', client => client.getCluster('https://a')],
    ['a refused stream', client => follow(client)],
    ['a probe', async client => Promise.reject(await probe(client))],
  ])('finds no secret of ours in the message of %s', async (_what, call) => {
    for (const auth of [{ token }, { username: 'portal', password }]) {
      const { client } = await fixture.fake(
        (request, response) => {
          if (request.url === '/api/v1/session') {
            return json(response, { token: 'head.payload.signature' });
          }
          const sent = request.headers.authorization!;
          const message = `no\n${sent} ${JSON.stringify(sent)} ${encodeURI(
            sent,
          )} ${password} ${JSON.stringify(password)}`;
          return json(response, { error: message, code: 3, message }, 400);
        },
        { auth },
      );
      const { message } = await failure(call(client));
      expect(message).toContain('no Bearer ***');
      expect(message).not.toMatch(/load|sign</);
      expect(message.includes('word')).toBe('token' in auth);
    }
  });

  it('finds none in the frame that ends a stream', async () => {
    const { client } = await fixture.fake(
      (request, response) => {
        response.end(frame(`not\u0000for ${request.headers.authorization}`));
      },
      { auth: { token } },
    );
    const { message } = await failure(follow(client));
    expect(message).toBe('The hub ended the stream: not for Bearer ***');
  });

  it('takes the beginning of what ends a stream', async () => {
    const { client } = await fixture.fake((_request, response) => {
      response.end(frame('a.'.repeat(500_000)));
    });
    const { message } = await failure(follow(client));
    expect(message.length).toBeLessThan(2_100);
  });

  it.each<[number, string, RegExp]>([
    [401, 'auth', /^The hub does not take the login; are username and/],
    [403, 'http', /^The hub answered a login with 403$/],
    [500, 'http', /^The hub answered a login with 500$/],
  ])(
    'says nothing of its own about a login that it answers with %i',
    async (status, kind, message) => {
      const { client } = await fixture.fake(
        (request, response) =>
          json(
            response,
            { error: `you sent ${request.body}`, message: request.body },
            status,
          ),
        { auth: { username: 'portal', password } },
      );
      const error = await failure(client.listClusters());
      expect(error).toMatchObject({ status, class: kind });
      expect(error.message).toMatch(message);
    },
  );
});

describe('a hub that answers something else', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  it.each<[unknown, string]>([
    [{}, 'unknown'],
    [{ Version: null }, 'unknown'],
    [{ Version: {} }, 'unknown'],
    [{ Version: 7 }, 'unknown'],
    [{ Version: '' }, 'unknown'],
    [{ Version: 'v'.repeat(1_000_000) }, 'unknown'],
    [{ Version: 'v3.5\u0000' }, 'unknown'],
    [{ Version: 'v3.5.1+abc' }, 'v3.5.1+abc'],
  ])('has a version that can be shown', async (answer, version) => {
    const { client } = await fixture.fake((_request, response) =>
      json(response, answer),
    );
    expect(await client.version()).toBe(version);
  });

  const calls: [string, (client: ArgoHubClient) => Promise<unknown>][] = [
    ['version', client => client.version()],
    ['can-i', client => client.canI('a', 'b', 'c')],
    ['get-cluster', client => client.getCluster('https://a')],
    ['get-application', client => client.getApplication('a', app)],
    [
      'refresh-application',
      client => client.refreshApplication('a', { ...app, kind: 'normal' }),
    ],
    ['resource-tree', client => client.resourceTree('a', app)],
    [
      'revision-metadata',
      client =>
        client.revisionMetadata({
          application: 'a',
          namespace: 'argocd',
          revision: 'b',
        }),
    ],
    ['list-clusters', client => client.listClusters()],
    ['list-projects', client => client.listProjects()],
    ['list-application-sets', client => client.listApplicationSets()],
  ];

  it.each(calls)('is told apart for %s', async (route, call) => {
    for (const answer of [null, 7, 'text', true, [], [{}]]) {
      const { client } = await fixture.fake((_request, response) =>
        json(response, answer),
      );
      const error = await failure(call(client));
      expect(error).toMatchObject({ name: 'HubError', class: 'protocol' });
      expect(error.message).toContain(`(${route})`);
    }
  });

  it.each<[string, object]>([
    ['can-i', {}],
    ['can-i', { value: true }],
    ['get-cluster', {}],
    ['get-cluster', { server: {} }],
    ['get-application', { metadata: null }],
    ['get-application', { metadata: { name: 7 } }],
    ['revision-metadata', { date: {} }],
    ['revision-metadata', { date: '2026-01-01T00:00:00Z', author: [] }],
    ['resource-tree', { nodes: {} }],
    ['list-clusters', { items: 'none' }],
  ])('is told apart for %s with %j', async (route, answer) => {
    const { client } = await fixture.fake((_request, response) =>
      json(response, answer),
    );
    const [, call] = calls.find(([name]) => name === route)!;
    const error = await failure(call(client));
    expect(error).toMatchObject({ name: 'HubError', class: 'protocol' });
    expect(error.message).toContain(`(${route})`);
  });

  it.each(['null', '7', '[]', '"x"', '{"token":{}}'])(
    'gives no session with %s',
    async answer => {
      const { client } = await fixture.fake(
        (_request, response) => void response.end(answer),
        { auth: { username: 'u', password: 'p' } },
      );
      expect(await failure(client.listClusters())).toMatchObject({
        class: 'protocol',
        message: expect.stringContaining('login without a token'),
      });
    },
  );

  it.each<[unknown, string]>([
    [{ message: { a: 1 }, http_code: {}, grpc_code: 'x' }, 'no reason given'],
    [{ message: null }, 'no reason given'],
    ['gone', 'gone'],
    [true, 'no reason given'],
  ])('ends a stream with %j', async (error, told) => {
    const { client } = await fixture.fake(
      (_request, response) =>
        void response.end(`data: ${JSON.stringify({ error })}\n\n`),
    );
    const failed = await failure(follow(client));
    expect(failed).toMatchObject({ name: 'HubError', class: 'http' });
    expect(failed.message).toBe(`The hub ended the stream: ${told}`);
    expect([failed.status, failed.grpcCode]).toEqual([undefined, undefined]);
  });
});
