import type { ServerResponse } from 'node:http';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';
import { CONNECTIONS } from './HubTransport';

jest.setTimeout(60_000);

const AT_ONCE = CONNECTIONS.calls;
const resource = { uid: 'u', namespace: 'n', name: 'r' };

describe('calls to one hub', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  /** A hub that answers each call after a while, or when told to. */
  const slow = async (options: { takesMs?: number; timeoutMs: number }) => {
    const held: ServerResponse[] = [];
    const count = { now: 0, most: 0 };
    const { client, hub } = await fixture.fake(
      (request, response) => {
        count.now += 1;
        count.most = Math.max(count.most, count.now);
        response.on('close', () => (count.now -= 1));
        if (request.url.includes('/events')) {
          return json(response, {});
        }
        if (options.takesMs === undefined) {
          return held.push(response);
        }
        return setTimeout(
          () => json(response, { value: 'yes' }),
          options.takesMs,
        );
      },
      { requestTimeoutMs: options.timeoutMs },
    );
    const answerAll = () =>
      held.splice(0).forEach(response => json(response, { value: 'yes' }));
    return { client, hub, count, answerAll };
  };

  it('run so many at once, and none of the others loses time to its deadline', async () => {
    // Three rounds: the last ends later than a deadline after the start of all.
    const { client, hub, count } = await slow({
      takesMs: 1_500,
      timeoutMs: 4_000,
    });
    const calls = Array.from({ length: 3 * AT_ONCE }, () =>
      client.canI('a', 'b', 'c'),
    );
    expect(await Promise.all(calls)).toEqual(Array(3 * AT_ONCE).fill(true));
    expect(count.most).toBe(AT_ONCE);
    expect(hub.connections).toBe(AT_ONCE);
    const longest = Math.max(
      ...fixture.reports.map(({ durationMs }) => durationMs),
    );
    expect(longest).toBeLessThan(3_000);
  });

  it('wait for their turn for a while only, which is no outage', async () => {
    const { client, hub, answerAll } = await slow({ timeoutMs: 1_000 });
    const running = Array.from({ length: AT_ONCE }, () =>
      client.createCluster({
        name: 'a',
        server: 'https://a',
        labels: {},
        config: { bearerToken: 't', tlsClientConfig: {} },
      }),
    );
    const error = await failure(
      client.replaceLabels('https://a', {
        name: 'a',
        labels: {},
      }),
    );
    expect(error).toMatchObject({ name: 'ServiceUnavailableError' });
    expect(error.message).toContain('had to wait for others');
    expect(hub.seen).toHaveLength(AT_ONCE);
    answerAll();
    await Promise.all(running);
    expect(client.downSince).toBeUndefined();
  });

  it('leave the queue when their caller does, and keep no turn', async () => {
    const { client, hub, answerAll } = await slow({ timeoutMs: 20_000 });
    client.version = async () => 'v3.5.1';
    const running = Array.from({ length: AT_ONCE }, () =>
      client.canI('a', 'b', 'c'),
    );
    const controller = new AbortController();
    const list = failure(allListed(client, { signal: controller.signal }));
    const behind = client.canI('a', 'b', 'c');
    await new Promise(resolve => setTimeout(resolve, 100));
    controller.abort(new Error('enough'));
    expect(await list).toMatchObject({ message: 'enough' });
    answerAll();
    await Promise.all(running);
    setTimeout(answerAll, 100);
    expect(await behind).toBe(true);
    expect(hub.seen.map(({ url }) => url)).not.toContainEqual(
      expect.stringContaining('/applications'),
    );
  });

  it('are refused when too many wait already', async () => {
    const { client, hub, answerAll } = await slow({ timeoutMs: 20_000 });
    const calls = Array.from({ length: AT_ONCE + 501 }, () =>
      client.canI('a', 'b', 'c').catch(error => error.message),
    );
    expect(await calls.at(-1)).toContain('500 calls to the hub are waiting');
    const answering = setInterval(answerAll, 5);
    const answers = await Promise.all(calls.slice(0, -1));
    clearInterval(answering);
    expect(new Set(answers)).toEqual(new Set([true]));
    expect(hub.seen).toHaveLength(AT_ONCE + 500);
  });

  it('never wait for streams, probes, refreshes or writes', async () => {
    const { client } = await fixture.fake((request, response) => {
      if (request.url.includes('can-i')) {
        json(response, { value: 'yes' });
      }
    });
    const options = { namespace: 'argocd', timeoutMs: 10_000 };
    const signal = new AbortController().signal;
    const held = [
      ...Array.from({ length: CONNECTIONS.slow + 1 }, () =>
        client.replaceLabels('https://a', { name: 'a', labels: {} }),
      ),
      ...Array.from({ length: CONNECTIONS.refreshes + 1 }, () =>
        client.refreshApplication('a', { ...options, kind: 'hard' }),
      ),
      ...Array.from({ length: CONNECTIONS.probes + 1 }, () =>
        client.probe({ application: 'a', resource, ...options }),
      ),
      client.resourceTree('a', options),
      client.streamApplications({
        signal,
        onAlive: () => {},
        onEvent: () => {},
      }),
    ].map(call => call.catch(() => undefined));
    expect(await client.canI('a', 'b', 'c')).toBe(true);
    await client.close();
    await Promise.all(held);
  });

  it('that write do not wait for refreshes', async () => {
    const { client } = await fixture.fake((request, response) => {
      if (!request.url.includes('refresh=')) {
        json(response, { name: 'a', server: 'https://a' });
      }
    });
    const held = Array.from({ length: CONNECTIONS.refreshes + 1 }, () =>
      client
        .refreshApplication('a', {
          namespace: 'argocd',
          kind: 'normal',
          timeoutMs: 10_000,
        })
        .catch(() => undefined),
    );
    const labels = { name: 'a', labels: {} };
    expect(await client.replaceLabels('https://a', labels)).toMatchObject({
      name: 'a',
    });
    await client.close();
    await Promise.all(held);
  });
});

it.each(['504', 'nothing'])(
  'a refresh that is answered with %s in time is under way',
  async answer => {
    const fixture = new HubFixture();
    const { client, hub } = await fixture.fake((_request, response) => {
      if (answer === '504') json(response, { code: 4 }, 504);
    });
    const options = { namespace: 'argocd', timeoutMs: 1_000 };
    await client.refreshApplication('a', { ...options, kind: 'hard' });
    expect(hub.seen).toMatchObject([
      {
        url: '/api/v1/applications/a?appNamespace=argocd&refresh=hard',
        headers: { 'grpc-timeout': '1S' },
      },
    ]);
    expect(client.downSince).toBeUndefined();
    await fixture.stop();
  },
);

it('a refresh before which nobody could sign in is not under way', async () => {
  const fixture = new HubFixture();
  const { client } = await fixture.fake(
    (_request, response) => json(response, {}, 504),
    { auth: { username: 'backstage', password: 'x' } },
  );
  const call = client.refreshApplication('a', {
    ...{ namespace: 'argocd', kind: 'normal' as const, timeoutMs: 1_000 },
  });
  expect(await failure(call)).toMatchObject({ status: 504 });
  await fixture.stop();
});
