import { gzipSync } from 'node:zlib';
import { startSimulator } from 'hub-simulator';
import type { HubConfig } from '../config';
import { FakeHub, hubConfig, json } from './__testUtils__/FakeHub';
import { ArgoHubClient } from './ArgoHubClient';
import type { HubError } from './HubError';
import type { ApplicationEvent } from './types';

jest.setTimeout(30_000);

describe('ArgoHubClient', () => {
  const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];

  const clientOf = (hub: Partial<HubConfig>) => {
    const client = ArgoHubClient.create({
      hub: hubConfig(hub),
      annotations: ['backstage.io/entity-ref'],
    });
    open.unshift(client);
    return client;
  };

  const fake = async (handle: Parameters<typeof FakeHub.start>[0]) => {
    const hub = await FakeHub.start(handle);
    open.push(hub);
    return { hub, client: clientOf({ url: hub.url }) };
  };

  const failure = async (call: Promise<unknown>): Promise<HubError> =>
    call.then(
      () => {
        throw new Error('The call did not fail');
      },
      error => error,
    );

  afterEach(async () => {
    for (const one of open.splice(0)) {
      await (one.close?.() ?? one.stop?.());
    }
  });

  describe('connections', () => {
    it('trust the CA of their hub, and no other', async () => {
      const simulator = await startSimulator({ tls: true });
      open.push(simulator);
      const { url, token, caData } = simulator.hub;
      const ca = Buffer.from(caData!, 'base64').toString();
      const trusting = clientOf({
        url,
        auth: { token },
        tls: { ca, skipVerify: false },
      });
      expect(await trusting.version()).toMatch(/^v3/);
      const clusters = await trusting.listClusters();
      expect(clusters.map(({ name }) => name)).toContain('prod');
      const wary = clientOf({ url, auth: { token } });
      expect(await failure(wary.version())).toMatchObject({ class: 'tls' });
    });

    it('tell what kept them from being made', async () => {
      const refused = clientOf({ url: 'http://127.0.0.1:1' });
      expect(await failure(refused.version())).toMatchObject({
        class: 'refused',
        status: undefined,
      });
      const lost = clientOf({ url: 'http://hub.invalid' });
      expect(await failure(lost.version())).toMatchObject({ class: 'dns' });
    });

    it('give up on a hub that never answers', async () => {
      const { client } = await fake(() => {});
      expect(await failure(client.listClusters())).toMatchObject({
        class: 'timeout',
      });
    });

    it('follow no redirect', async () => {
      const { client, hub } = await fake((_request, response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/' });
        response.end();
      });
      expect(await failure(client.version())).toMatchObject({
        class: 'protocol',
        status: 307,
      });
      expect(hub.seen).toHaveLength(1);
    });

    it('keep a base path, and encode every part of an address', async () => {
      const { hub } = await fake((_request, response) =>
        json(response, { metadata: {} }),
      );
      const client = clientOf({ url: `${hub.url}/argo-cd` });
      await client.getApplication('a/../b?c', { namespace: 'x&y' });
      await client.getCluster('https://host:6443/p?q=1');
      expect(hub.seen.map(({ url }) => url)).toEqual([
        '/argo-cd/api/v1/applications/a%2F..%2Fb%3Fc?appNamespace=x%26y',
        '/argo-cd/api/v1/clusters/https%3A%2F%2Fhost%3A6443%2Fp%3Fq%3D1',
      ]);
      await expect(
        client.getApplication('..', { namespace: 'x' }),
      ).rejects.toThrow(/cannot be part/);
    });

    it('understand a compressed answer', async () => {
      const { client } = await fake((_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify({ items: [{ name: 'prod' }] })));
      });
      expect(await client.listClusters()).toEqual([{ name: 'prod' }]);
    });
  });

  describe('calls', () => {
    it('repeat a read that may pass, and never a write', async () => {
      let reads = 0;
      const { client, hub } = await fake((request, response) => {
        reads += 1;
        const busy = { error: 'busy', code: 14 };
        return request.method === 'GET' && reads > 2
          ? json(response, { items: null })
          : json(response, busy, 503);
      });
      expect(await client.listClusters()).toEqual([]);
      expect(hub.seen).toHaveLength(3);
      const write = client.replaceLabels('https://prod', {
        name: 'prod',
        labels: { env: 'prod' },
      });
      expect(await failure(write)).toMatchObject({ status: 503, grpcCode: 14 });
      expect(hub.seen.slice(3)).toEqual([
        expect.objectContaining({
          method: 'PUT',
          url: '/api/v1/clusters/https%3A%2F%2Fprod?updatedFields=labels',
          headers: expect.objectContaining({
            'content-type': 'application/json',
          }),
        }),
      ]);
    });

    it('wait as long as the hub asks', async () => {
      let first = true;
      const { client } = await fake((_request, response) => {
        if (first) {
          first = false;
          return json(response, {}, 429, { 'retry-after': '1' });
        }
        return json(response, { value: 'yes' });
      });
      const startedAt = performance.now();
      expect(await client.canI('clusters', 'get', '*')).toBe(true);
      expect(performance.now() - startedAt).toBeGreaterThan(950);
    });

    it('do not repeat a list that is too large', async () => {
      const { client, hub } = await fake((request, response) =>
        request.url.startsWith('/api/version')
          ? json(response, { Version: 'v3.5.1' })
          : json(
              response,
              { error: 'grpc: trying to send message larger', code: 8 },
              429,
            ),
      );
      const error = await failure(client.listApplications());
      expect(error.isTooLarge).toBe(true);
      expect(hub.seen).toHaveLength(2);
    });

    it('take a forbidden cluster for a missing one', async () => {
      const { client } = await fake((_request, response) =>
        json(response, { error: 'permission denied', code: 7 }, 403),
      );
      expect(await client.getCluster('https://gone')).toBeUndefined();
    });

    it('never show a token or a password', async () => {
      const { client } = await fake((request, response) => {
        const error = `bad: ${request.headers.authorization} ${request.body}`;
        json(response, { error, message: error }, 400);
      });
      const write = client.createCluster({
        name: 'prod',
        server: 'https://prod',
        labels: {},
        config: { bearerToken: 'spoke-secret', tlsClientConfig: {} },
      });
      const error = await failure(write);
      const shown = `${error.message} ${error.stack} ${JSON.stringify(error)}`;
      expect(error.message).toContain('bad: Bearer ***');
      expect(shown).not.toContain('the-token');
      expect(shown).not.toContain('spoke-secret');
    });

    it('say when the hub answers with a page instead of JSON', async () => {
      const { client } = await fake((_request, response) => {
        response.end('<html>Sign in</html>');
      });
      expect(await failure(client.version())).toMatchObject({
        class: 'protocol',
      });
    });
  });

  describe('sessions', () => {
    const login = { username: 'portal', password: 'pass-word' };

    /** A hub that knows its newest session only; a test may pretend that there was another. */
    async function forgetful() {
      const sessions = { newest: 0 };
      const { hub } = await fake((request, response) => {
        if (request.url === '/api/v1/session') {
          sessions.newest += 1;
          return json(response, { token: `session-${sessions.newest}` });
        }
        const known = `Bearer session-${sessions.newest}`;
        return request.headers.authorization === known
          ? json(response, { items: [] })
          : json(response, { error: 'invalid session: x', code: 16 }, 401);
      });
      return { client: clientOf({ url: hub.url, auth: login }), sessions };
    }

    it('are made once, and anew when the hub forgets them', async () => {
      const { client, sessions } = await forgetful();
      await Promise.all([client.listClusters(), client.listClusters()]);
      expect(sessions.newest).toBe(1);
      sessions.newest = 7;
      await client.listClusters();
      expect(sessions.newest).toBe(8);
    });

    it('are made once more, however many calls miss the old one', async () => {
      const { client, sessions } = await forgetful();
      await client.listClusters();
      sessions.newest = 7;
      await Promise.all(
        Array.from({ length: 10 }, () => client.listClusters()),
      );
      expect(sessions.newest).toBe(8);
    });

    it('are not asked for again and again with a wrong password', async () => {
      const { hub } = await fake((_request, response) =>
        json(response, { error: 'Invalid username or password' }, 401),
      );
      const client = clientOf({ url: hub.url, auth: login });
      for (let tries = 0; tries < 5; tries++) {
        const error = await failure(client.listClusters());
        expect(error).toMatchObject({ class: 'auth', status: 401 });
        expect(error.message).not.toContain('pass-word');
      }
      expect(hub.seen).toHaveLength(1);
    });
  });

  describe('streams', () => {
    const follow = (client: ArgoHubClient, events: ApplicationEvent[] = []) =>
      client.streamApplications({
        resourceVersion: '0',
        signal: new AbortController().signal,
        onAlive: () => {},
        onEvent: event => void events.push(event),
      });
    const event = (name: string) =>
      `data: ${JSON.stringify({
        result: { type: 'ADDED', application: { metadata: { name } } },
      })} \n\n\n`;

    it('wait for headers that come with the first event only', async () => {
      const { client, hub } = await fake((_request, response) => {
        setTimeout(() => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(':\n');
          response.end(event('a') + event('b'));
        }, 2_500);
      });
      const events: ApplicationEvent[] = [];
      await follow(client, events);
      expect(
        events.map(({ application }) => application.metadata.name),
      ).toEqual(['a', 'b']);
      const query = new URL(hub.seen[0].url, 'http://hub').searchParams;
      expect(query.get('resourceVersion')).toBe('0');
      expect(query.get('fields')!.split(',')).toEqual(
        expect.arrayContaining([
          'error',
          'result.type',
          'result.application.metadata.annotations.backstage.io/entity-ref',
        ]),
      );
      expect(hub.seen[0].headers.accept).toBe('text/event-stream');
    });

    it('tell why the hub ended or refused them', async () => {
      const frame = {
        error: { grpc_code: 16, http_code: 401, message: 'invalid session' },
      };
      const ended = await fake((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`${event('a')}data: ${JSON.stringify(frame)} \n\n\n`);
      });
      expect(await failure(follow(ended.client))).toMatchObject({
        class: 'auth',
        status: 401,
      });
      const refused = await fake((_request, response) => {
        response.writeHead(403, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify(frame)} \n\n\n`);
      });
      expect(await failure(follow(refused.client))).toMatchObject({
        class: 'http',
        status: 403,
        message: 'invalid session',
      });
    });

    it('are as slow as their reader', async () => {
      const { client } = await fake((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(event('a') + event('b') + event('c'));
      });
      let atOnce = 0;
      let most = 0;
      await client.streamApplications({
        signal: new AbortController().signal,
        onAlive: () => {},
        onEvent: async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise(resolve => setTimeout(resolve, 20));
          atOnce -= 1;
        },
      });
      expect(most).toBe(1);
    });
  });

  it('answers what a live read of a cluster was answered, whatever it is', async () => {
    const message = 'error listing resource events: dial tcp: refused';
    const { client, hub } = await fake((_request, response) =>
      json(response, { error: message, code: 2, message }, 500),
    );
    const answer = await client.probe({
      application: 'agent',
      namespace: 'argocd',
      resource: { uid: 'u', namespace: 'n', name: 'r' },
      timeoutMs: 5_000,
    });
    expect(answer).toEqual({ status: 500, code: 2, message });
    expect(hub.seen).toHaveLength(1);
    expect(hub.seen[0].headers['grpc-timeout']).toBe('5S');
    expect(client.downSince).toBeUndefined();
  });
});
