import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { json } from './__testUtils__/FakeHub';
import { allListed, failure, HubFixture } from './__testUtils__/HubFixture';

jest.setTimeout(60_000);

const MEGABYTE = 1024 * 1024;

describe('connections to a hub', () => {
  const fixture = new HubFixture();
  afterEach(async () => {
    jest.restoreAllMocks();
    await fixture.stop();
  });

  describe('over TLS', () => {
    it('trust the CA of their own hub, and no other', async () => {
      const one = await fixture.simulator({ tls: true });
      const other = await fixture.simulator({ tls: true });
      const clusters = await one.client.listClusters();
      expect(clusters.map(({ name }) => name)).toContain('prod');
      expect(await other.client.version()).toMatch(/^v3/);
      const { url, token } = one.simulator.hub;
      for (const tls of [other.tls, { skipVerify: false }]) {
        const wary = fixture.client({ url, auth: { token }, tls });
        expect(await failure(wary.version())).toMatchObject({ class: 'tls' });
      }
      // The only call that came through is the list above.
      expect(await one.control('/hub/requests')).toMatchObject({ total: 1 });
    });

    it.each(['wrong-host', 'expired', 'unknown-authority'])(
      'refuse a certificate that is %s, without a token on the wire',
      async how => {
        const hub = await fixture.simulator({ tls: true });
        await hub.control('/hub/break', { kind: 'bad-certificate', how });
        const error = await failure(hub.client.version());
        expect(error).toMatchObject({ class: 'tls', status: undefined });
        expect(await hub.control('/hub/requests')).toMatchObject({ total: 0 });
      },
    );
  });

  it('tell what kept them from being made', async () => {
    const refused = fixture.client({ url: 'http://127.0.0.1:1' });
    expect(await failure(refused.version())).toMatchObject({
      class: 'refused',
      status: undefined,
    });
    const lost = fixture.client({ url: 'http://hub.invalid' });
    expect(await failure(lost.version())).toMatchObject({ class: 'dns' });
  });

  it('are kept and used again, after errors and gzip too', async () => {
    let calls = 0;
    const { client, hub } = await fixture.fake((_request, response) => {
      calls += 1;
      if (calls % 2) {
        return json(response, { error: 'no', code: 3, message: 'no' }, 400);
      }
      response.writeHead(200, { 'content-encoding': 'gzip' });
      return response.end(gzipSync('{"items":[{"name":"prod"}]}'));
    });
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await failure(client.listClusters())).toMatchObject({
        status: 400,
      });
      expect(await client.listClusters()).toEqual([{ name: 'prod' }]);
    }
    expect(hub.seen).toHaveLength(20);
    // Two where a call begins before the end of the last answer was seen.
    expect(hub.connections).toBeLessThanOrEqual(2);
  });

  it('follow no redirect, and show no token to where it leads', async () => {
    const { hub: elsewhere } = await fixture.fake((_request, response) =>
      json(response, { Version: 'v9' }),
    );
    for (const status of [301, 302, 307, 308]) {
      const { client, hub } = await fixture.fake((_request, response) => {
        response.writeHead(status, { location: `${elsewhere.url}/` });
        response.end();
      });
      const error = await failure(client.version());
      expect(error).toMatchObject({ class: 'protocol', status });
      expect(error.message).toContain('is its url right');
      expect(hub.seen).toHaveLength(1);
    }
    expect(elsewhere.seen).toEqual([]);
    expect(fixture.reports.map(({ outcome }) => outcome)).toEqual(
      Array(4).fill('protocol'),
    );
  });

  describe('give up on a hub', () => {
    const requestTimeoutMs = 1_000;

    const timed = async (call: Promise<unknown>) => {
      const began = performance.now();
      const error = await failure(call);
      return { error, took: performance.now() - began };
    };

    it('that never answers', async () => {
      const { client } = await fixture.fake(() => {}, { requestTimeoutMs });
      const { error, took } = await timed(client.listClusters());
      expect(error).toMatchObject({ class: 'timeout' });
      expect(took).toBeLessThan(4_000);
    });

    it('that sends a byte now and then', async () => {
      const { client } = await fixture.fake(
        (_request, response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write(' '), 200);
          response.on('close', () => clearInterval(drip));
        },
        { requestTimeoutMs },
      );
      for (const call of [client.listClusters(), client.canI('a', 'b', 'c')]) {
        const { error, took } = await timed(call);
        expect(error).toMatchObject({ class: 'timeout' });
        expect(took).toBeLessThan(4_000);
      }
    });

    it('that stops in the middle of a long list', async () => {
      const { client } = await fixture.fake(
        (request, response) => {
          if (request.url === '/api/version') {
            return json(response, { Version: 'v3.5.1' });
          }
          response.writeHead(200);
          return response.write('{"items":[');
        },
        { requestTimeoutMs: 1_000 },
      );
      const { error, took } = await timed(allListed(client));
      expect(error).toMatchObject({ class: 'timeout' });
      // Earlier than the four seconds that a whole list may take.
      expect(took).toBeLessThan(3_900);
    });

    it.each(['never answers', 'stops after the headers'])(
      'that %s, also where the signal of the deadline is lost',
      async how => {
        jest
          .spyOn(AbortSignal, 'timeout')
          .mockImplementation(() => new AbortController().signal);
        const { client } = await fixture.fake(
          (_request, response) => {
            if (how !== 'never answers') {
              response.writeHead(200).flushHeaders();
            }
          },
          { requestTimeoutMs },
        );
        const { error, took } = await timed(client.canI('a', 'b', 'c'));
        expect(error).toMatchObject({ class: 'timeout' });
        expect(took).toBeLessThan(6_000);
      },
    );

    it('that takes connections and never shakes hands', async () => {
      const silent = createServer();
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const client = fixture.client({
        url: `https://127.0.0.1:${port}`,
        requestTimeoutMs: 60_000,
      });
      const stream = client.streamApplications({
        signal: new AbortController().signal,
        onAlive: () => {},
        onEvent: () => {},
      });
      // A stream has no deadline but that of its connection.
      const { error, took } = await timed(stream);
      expect(error).toMatchObject({ class: 'timeout' });
      expect(took).toBeLessThan(20_000);
      silent.close();
    });

    it('at once when the caller does', async () => {
      const { client } = await fixture.fake(() => {});
      client.version = async () => 'v3.5.1';
      const controller = new AbortController();
      const list = allListed(client, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 100);
      expect(await failure(list)).toMatchObject({ message: 'enough' });
    });
  });

  describe('take no more than', () => {
    /** Sends a prefix and zeros, as they are or packed. */
    const flood = async (
      prefix: string,
      options: { status?: number; gzip?: boolean; megabytes: number },
    ) => {
      const { status = 200, gzip, megabytes } = options;
      const zeros = Array(megabytes).fill(Buffer.alloc(MEGABYTE, '0'));
      const all = Buffer.concat([Buffer.from(prefix), ...zeros]);
      const body = gzip ? gzipSync(all) : all;
      const headers = gzip ? { 'content-encoding': 'gzip' } : {};
      return fixture.fake(
        (_request, response) => {
          response.writeHead(status, headers);
          response.end(body);
        },
        { requestTimeoutMs: 20_000 },
      );
    };

    it.each([false, true])('an object can be (gzip: %s)', async gzip => {
      const { client } = await flood('{"value":"', { megabytes: 12, gzip });
      const error = await failure(client.canI('a', 'b', 'c'));
      expect(error).toMatchObject({ class: 'protocol' });
      expect(error.message).toContain('larger than 8388608 bytes');
    });

    it.each([false, true])('one item can be (gzip: %s)', async gzip => {
      const { client } = await flood('{"items":[{"name":"', {
        megabytes: 20,
        gzip,
      });
      const error = await failure(client.listClusters());
      expect(error).toMatchObject({ class: 'protocol' });
      expect(error.message).toContain(
        'an item of more than 8388608 characters',
      );
    });

    it('a list that is kept can be', async () => {
      const item = `{"server":"${'x'.repeat(4_000_000)}"},`;
      const { client } = await flood(`{"items":[${item.repeat(18)}`, {
        megabytes: 1,
        gzip: true,
      });
      for (const list of [
        () => client.listClusters({ onItem: () => {} }),
        () => client.listApplicationSets(),
        () => client.listProjects(),
      ]) {
        expect((await failure(list())).message).toContain(
          'larger than 67108864 bytes',
        );
      }
    });

    it('an error can be, also when a small one unpacks to much', async () => {
      const { client, hub } = await flood('{"error":"', {
        status: 400,
        megabytes: 20,
        gzip: true,
      });
      for (let turn = 0; turn < 15; turn += 1) {
        expect(await failure(client.listClusters())).toMatchObject({
          status: 400,
          message: 'The hub answered 400',
        });
      }
      // More than there are connections: none is held by what nobody reads.
      expect(hub.seen).toHaveLength(15);
    });

    it('an event of a stream can be', async () => {
      const { client } = await flood('data: {"result":"', { megabytes: 20 });
      const stream = client.streamApplications({
        signal: new AbortController().signal,
        onAlive: () => {},
        onEvent: () => {},
      });
      const error = await failure(stream);
      expect(error).toMatchObject({ class: 'protocol' });
      expect(error.message).toContain('event that is too large');
    });

    it.each(['data:\n', 'data:\r\n', 'data:\n:\n'])(
      'an event of lines like %j can be',
      async line => {
        const { client } = await flood(line.repeat(1_000_000), {
          megabytes: 0,
        });
        const stream = client.streamApplications({
          signal: new AbortController().signal,
          onAlive: () => {},
          onEvent: () => {},
        });
        expect((await failure(stream)).message).toContain('too large');
      },
    );

    it('events of a stream are not limited together', async () => {
      const event = `data: {"result":{"type":"ADDED"},"x":"${'y'.repeat(
        900_000,
      )}"}`;
      const { client } = await flood(
        `${event}\r\r`.repeat(3) +
          `${event}\r\n\r\n`.repeat(3) +
          `${event}\n\n`.repeat(3),
        { megabytes: 0 },
      );
      let events = 0;
      await client.streamApplications({
        signal: new AbortController().signal,
        onAlive: () => {
          events += 1;
        },
        onEvent: () => {},
      });
      expect(events).toBe(9);
    });
  });

  it.each<[string, number, Record<string, string>]>([
    ['a packed list that breaks', 200, { 'content-encoding': 'gzip' }],
    ['a redirect', 307, { location: 'https://elsewhere.example' }],
  ])(
    'stay free for others after %s and does not end',
    async (_what, status, headers) => {
      const { client } = await fixture.fake((request, response) => {
        if (request.url.includes('clusters')) {
          response.writeHead(status, headers);
          return response.write('neither packed nor the end');
        }
        return json(response, { value: 'yes' });
      });
      for (let turn = 0; turn < 12; turn += 1) {
        expect(await failure(client.listClusters())).toMatchObject({
          class: 'protocol',
        });
      }
      expect(await client.canI('a', 'b', 'c')).toBe(true);
    },
  );
});
