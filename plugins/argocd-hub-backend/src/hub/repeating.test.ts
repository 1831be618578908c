import type { ServerResponse } from 'node:http';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

const busy = { error: 'busy', code: 14, message: 'busy' };
const labels = { name: 'prod', labels: { env: 'prod' } };

describe('reads of a hub', () => {
  const fixture = new HubFixture();
  let clockAheadMs = 0;

  beforeEach(() => {
    const { now } = Date;
    clockAheadMs = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + clockAheadMs);
    const spans = performance.now.bind(performance);
    jest
      .spyOn(performance, 'now')
      .mockImplementation(() => spans() + clockAheadMs);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await fixture.stop();
  });

  /** Answers so often as it should, and well from then on. */
  const failing = (
    times: number,
    fail: (response: ServerResponse) => void,
    good: object = { value: 'yes', items: null },
  ) => {
    let calls = 0;
    return fixture.fake((_request, response) => {
      calls += 1;
      return calls > times ? json(response, good) : fail(response);
    });
  };

  it.each<[string, (response: ServerResponse) => void]>([
    ['a 503', response => json(response, busy, 503)],
    ['a 502 of a front', response => response.writeHead(502).end('<html>')],
    ['a 429', response => json(response, {}, 429)],
    ['a broken connection', response => response.destroy()],
    [
      'half an answer',
      response => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
    ],
  ])('are repeated after %s', async (_what, fail) => {
    const { client, hub } = await failing(2, fail);
    expect(await client.listClusters()).toEqual([]);
    expect(hub.seen).toHaveLength(3);
  });

  it('are given up after the third time', async () => {
    const { client, hub } = await failing(9, response =>
      json(response, busy, 503),
    );
    expect(await failure(client.listClusters())).toMatchObject({
      status: 503,
      grpcCode: 14,
    });
    expect(hub.seen).toHaveLength(3);
  });

  it.each<[string, number, object]>([
    ['400', 400, { error: 'bad', code: 3 }],
    ['403', 403, { error: 'permission denied', code: 7 }],
    ['500', 500, { error: 'oops', code: 2 }],
    ['504', 504, { error: 'context deadline exceeded', code: 4 }],
    [
      '429 for a list that is too large',
      429,
      { error: 'grpc: trying to send message larger than max', code: 8 },
    ],
  ])('are not repeated after %s', async (_what, status, body) => {
    const { client, hub } = await failing(9, response =>
      json(response, body, status),
    );
    const error = await failure(client.listClusters());
    expect(error).toMatchObject({ status });
    expect(error.isTooLarge).toBe(status === 429);
    expect(hub.seen).toHaveLength(1);
  });

  it('know a list that is too large for the hub itself', async () => {
    const { client, control } = await fixture.simulator();
    await control('/hub/limits', { grpcMaxBytes: 1_000 });
    await control('/hub/requests/reset', {});
    const error = await failure(allListed(client));
    expect(error.isTooLarge).toBe(true);
    expect(error.isOutage).toBe(false);
    const { requests } = await control('/hub/requests');
    expect(requests['GET /api/v1/applications']).toBe(1);
  });

  it('are no writes: those are never repeated', async () => {
    for (const fail of [
      (response: ServerResponse) => json(response, busy, 503),
      (response: ServerResponse) => void response.destroy(),
    ]) {
      const { client, hub } = await failing(1, fail);
      await failure(client.replaceLabels('https://prod', labels));
      expect(hub.seen).toHaveLength(1);
      expect(hub.seen[0].url).toBe(
        '/api/v1/clusters/https%3A%2F%2Fprod?updatedFields=labels',
      );
      expect(hub.seen[0].headers['content-type']).toBe('application/json');
    }
  });

  describe('wait as long as the hub asks', () => {
    const inSeconds = (seconds: number) =>
      new Date(Date.now() + seconds * 1_000).toUTCString();

    it.each<[string, () => Record<string, string>]>([
      ['in seconds', () => ({ 'retry-after': '1' })],
      [
        'as a time by its own clock',
        () => ({
          date: new Date(86_400_000).toUTCString(),
          'retry-after': new Date(86_401_000).toUTCString(),
        }),
      ],
    ])('%s', async (_what, headers) => {
      const { client } = await failing(1, response =>
        json(response, {}, 429, headers()),
      );
      const began = performance.now();
      expect(await client.canI('clusters', 'get', '*')).toBe(true);
      expect(performance.now() - began).toBeGreaterThan(950);
    });

    it.each<[string, () => string]>([
      ['minutes', () => '600'],
      ['a time far away', () => inSeconds(600)],
    ])('but come back another time where that is %s', async (_what, after) => {
      const { client, hub } = await failing(1, response =>
        json(response, {}, 503, { 'retry-after': after() }),
      );
      const error = await failure(client.canI('clusters', 'get', '*'));
      expect(error.retryAfterMs).toBeGreaterThan(500_000);
      expect(hub.seen).toHaveLength(1);
    });
  });

  it('end at once when nobody waits for them any more', async () => {
    const { client, hub } = await failing(1, response =>
      json(response, {}, 429, { 'retry-after': '5' }),
    );
    client.version = async () => 'v3.5.1';
    const controller = new AbortController();
    const list = allListed(client, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 200);
    const began = performance.now();
    expect(await failure(list)).toMatchObject({ message: 'enough' });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(hub.seen).toHaveLength(1);
  });

  it('of a list are not repeated once some of it was handed over', async () => {
    const item = { metadata: { name: 'a' }, spec: {} };
    const { client, hub } = await failing(9, response => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(`{"items":[${JSON.stringify(item)},`, () =>
        setTimeout(() => response.destroy(), 50),
      );
    });
    client.version = async () => 'v3.5.1';
    const told: string[] = [];
    const list = client.listApplications({
      onItem: ({ metadata }) => void told.push(metadata.name),
    });
    expect((await failure(list)).isOutage).toBe(true);
    expect(told).toEqual(['a']);
    expect(hub.seen).toHaveLength(1);
  });

  describe('of a hub that is down', () => {
    const down = async () => {
      const answers = { good: false, slow: false };
      const { client, hub } = await fixture.fake((_request, response) => {
        const answer = () =>
          answers.good
            ? json(response, { value: 'yes', metadata: {}, items: [] })
            : json(response, busy, 503);
        return answers.slow ? setTimeout(answer, 300) : answer();
      });
      await failure(client.listClusters());
      expect(client.downSince).toBeUndefined();
      clockAheadMs += 16_000;
      await failure(client.listClusters());
      expect(client.downSince).toBeLessThanOrEqual(Date.now() - 16_000);
      const asked = hub.seen.length;
      const error = await failure(client.listClusters());
      expect(error).toMatchObject({ class: 'http', status: 503 });
      expect(error.message).toBe('The hub is down: busy');
      expect(error.isOutage).toBe(true);
      expect(hub.seen).toHaveLength(asked);
      return { client, hub, answers, asked };
    };

    it('are refused at once, until one finds it back', async () => {
      const { client, hub, answers, asked } = await down();
      answers.good = true;
      answers.slow = true;
      clockAheadMs += 60_000;
      const test = client.listClusters();
      await new Promise(resolve => setTimeout(resolve, 100));
      // The others do not wait for the one that finds out.
      const began = performance.now();
      expect((await failure(client.canI('a', 'b', 'c'))).isOutage).toBe(true);
      expect(performance.now() - began).toBeLessThan(150);
      expect(await test).toEqual([]);
      expect(client.downSince).toBeUndefined();
      expect(await client.canI('a', 'b', 'c')).toBe(true);
      expect(hub.seen).toHaveLength(asked + 2);
    });

    it('are refused again when one finds it still down', async () => {
      const { client, hub, asked } = await down();
      clockAheadMs += 60_000;
      await failure(client.listClusters());
      await failure(client.listClusters());
      expect(hub.seen).toHaveLength(asked + 1);
      expect(client.downSince).toBeDefined();
    });

    it('do not bring it back by being given up', async () => {
      const { client, answers } = await down();
      answers.slow = true;
      clockAheadMs += 60_000;
      client.version = async () => 'v3.5.1';
      const list = allListed(client, { signal: AbortSignal.timeout(100) });
      expect(await failure(list)).toMatchObject({ name: 'TimeoutError' });
      expect(client.downSince).toBeDefined();
    });

    it('leave writes, probes and streams alone', async () => {
      const { client, answers } = await down();
      answers.good = true;
      expect(await client.replaceLabels('https://prod', labels)).toBeDefined();
      const probe = await client.probe({
        application: 'a',
        namespace: 'argocd',
        resource: { uid: 'u', namespace: 'n', name: 'r' },
        timeoutMs: 1_000,
      });
      expect(probe).toEqual({ status: 200, isEventList: true });
    });
  });

  it('never count what probes and writes meet', async () => {
    const { client } = await fixture.fake((request, response) =>
      request.method === 'GET' && request.url.includes('can-i')
        ? json(response, { value: 'yes' })
        : json(response, busy, 503),
    );
    for (let turn = 0; turn < 4; turn += 1) {
      await client.probe({
        application: 'a',
        namespace: 'argocd',
        resource: { uid: 'u', namespace: 'n', name: 'r' },
        timeoutMs: 1_000,
      });
      await failure(client.replaceLabels('https://prod', labels));
      clockAheadMs += 16_000;
    }
    expect(client.downSince).toBeUndefined();
    expect(await client.canI('a', 'b', 'c')).toBe(true);
  });

  it('never count live reads of clusters that do not answer', async () => {
    const { client } = await fixture.fake(() => {
      // As a hub does that waits for a spoke.
    });
    for (let turn = 0; turn < 4; turn += 1) {
      await failure(
        client.probe({
          application: 'a',
          namespace: 'argocd',
          resource: { uid: 'u', namespace: 'n', name: 'r' },
          timeoutMs: 50,
        }),
      );
      clockAheadMs += 16_000;
    }
    expect(client.downSince).toBeUndefined();
  });

  it('of one hub say nothing about another', async () => {
    const good = await fixture.fake((_request, response) =>
      json(response, { items: [] }),
    );
    const bad = fixture.client({ url: 'http://127.0.0.1:1' });
    for (let turn = 0; turn < 2; turn += 1) {
      await failure(bad.listClusters());
      await good.client.listClusters();
      clockAheadMs += 16_000;
    }
    expect(bad.downSince).toBeDefined();
    expect(good.client.downSince).toBeUndefined();
    expect(await good.client.listClusters()).toEqual([]);
  });
});
