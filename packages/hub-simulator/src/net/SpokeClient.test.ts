import type { SpokeClient, SpokeClientOptions } from './SpokeClient';
import { EVENTS, TestSpoke, until, VERSION } from './testing/TestSpoke';

let spoke: TestSpoke;
beforeEach(async () => {
  spoke = await TestSpoke.start();
});
afterEach(() => spoke.stop());

const deadline = (ms: number) => AbortSignal.timeout(ms);

const reset = () =>
  expect.stringMatching(
    `^read tcp 127.0.0.1:\\d+->127.0.0.1:${spoke.listener.port}: read: connection reset by peer( - error from a previous attempt: read tcp 127.0.0.1:\\d+->127.0.0.1:${spoke.listener.port}: read: connection reset by peer)?$`,
  );

describe('a spoke that cannot be reached', () => {
  it('F1.3.6 is refused at once', async () => {
    await spoke.listener.break('refused');
    expect(await spoke.failure({ path: VERSION })).toMatchObject({
      message: `Get "${spoke.url(VERSION)}": dial tcp 127.0.0.1:${
        spoke.listener.port
      }: connect: connection refused`,
    });
  });

  it('F10.2.3 has no name', async () => {
    expect(await spoke.why({ server: 'https://nope.invalid:6443' })).toBe(
      'dial tcp: lookup nope.invalid on 10.96.0.10:53: no such host',
    );
  });

  it('F1.3.6 drops packets until the dial times out after 30 s', async () => {
    await spoke.listener.break('black-holed');
    const started = Date.now();
    expect(await spoke.why({ path: VERSION })).toBe(
      `dial tcp 127.0.0.1:${spoke.listener.port}: i/o timeout`,
    );
    expect(Date.now() - started).toBeGreaterThanOrEqual(740);
    expect(spoke.connections).toBe(0);
  });

  it('F10.2.5 is dialled on after the caller has given up', async () => {
    // A SYN is repeated after one real second.
    const client = spoke.client({ scaled: ms => ms / 5 });
    await spoke.listener.break('black-holed');
    expect(await spoke.why({ client, signal: deadline(100) })).toBe(
      'context deadline exceeded',
    );
    await spoke.listener.heal();
    await until(() => spoke.connections === 1);
  });

  it.each([
    [
      'dns-failure',
      'dial tcp: lookup 127.0.0.1 on 10.96.0.10:53: no such host',
    ],
    ['refused', 'dial tcp 127.0.0.1:PORT: connect: connection refused'],
    [
      'network-unreachable',
      'dial tcp 127.0.0.1:PORT: connect: network is unreachable',
    ],
    ['black-holed', 'dial tcp 127.0.0.1:PORT: i/o timeout'],
  ] as const)('can be %s for one caller only', async (fault, text) => {
    const policy: SpokeClientOptions['policy'] = (to, from) =>
      to === spoke.url('') && from === 'controller' ? fault : undefined;
    const controller = spoke.client({ from: 'controller', policy });
    expect(await spoke.why({ client: controller })).toBe(
      text.replace('PORT', String(spoke.listener.port)),
    );
    const hub = spoke.client({ from: 'argocd-server', policy });
    const target = spoke.target();
    expect(await hub.call(target, { path: EVENTS })).toBeDefined();
  });
});

describe('a spoke that breaks off', () => {
  it('F10.2.3 is asked ten times more after a reset', async () => {
    await spoke.listener.break({ kind: 'reset' });
    expect(await spoke.why()).toEqual(reset());
    expect(spoke.connections).toBe(11);
  });

  it('F10.2.3 is asked again until the deadline', async () => {
    await spoke.listener.break({ kind: 'reset' });
    const { message } = await spoke.failure({ signal: deadline(150) });
    expect(message).toMatch(
      /^(client rate limiter Wait returned an error|Get "\S+"): context deadline exceeded - error from a previous attempt: read tcp .*: connection reset by peer$/,
    );
  });

  it('is not asked again to change something', async () => {
    await spoke.listener.break({ kind: 'reset' });
    expect(await spoke.why({ method: 'DELETE' })).toEqual(reset());
    expect(spoke.connections).toBe(1);
  });

  it('F10.2.3 ends with EOF', async () => {
    spoke.handle = (_request, response) => response.socket!.destroy();
    expect(await spoke.why()).toBe('EOF');
    expect(spoke.connections).toBe(11);
    expect(await spoke.why({ method: 'POST' })).toBe('EOF');
  });

  it('cuts the body', async () => {
    const broken =
      'unexpected error when reading response body. Please retry. Original error: ';
    await spoke.listener.break({ kind: 'truncated' });
    expect((await spoke.failure()).message).toBe(`${broken}unexpected EOF`);
    await spoke.listener.break({ kind: 'reset', after: 'headers' });
    expect((await spoke.failure()).message).toMatch(
      new RegExp(`^${broken}read tcp .*: connection reset by peer$`),
    );
  });

  it('F1.3.6 lets discovery wait no longer than 32 s', async () => {
    await spoke.listener.break({ kind: 'unanswered', at: 'request' });
    expect(await spoke.why({ path: VERSION })).toBe(
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
    await spoke.listener.break({ kind: 'slow', delayMs: 0, bytesPerSecond: 1 });
    expect((await spoke.failure({ path: VERSION })).message).toBe(
      'unexpected error when reading response body. Please retry. Original error: net/http: request canceled (Client.Timeout or context cancellation while reading body)',
    );
  });

  it('waits for its caller', async () => {
    await spoke.listener.break({ kind: 'unanswered', at: 'request' });
    expect(await spoke.why({ signal: deadline(100) })).toBe(
      'context deadline exceeded',
    );
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    expect(await spoke.why({ signal: abort.signal })).toBe('context canceled');
  });
});

describe('connections', () => {
  it('that are being dialled end with the client', async () => {
    const client = spoke.client();
    await spoke.listener.break('black-holed');
    const calling = spoke.why({ client });
    await new Promise(resolve => setTimeout(resolve, 50));
    client.stop();
    expect(await calling).toBe('context canceled');
  });

  const callThrice = async (client: SpokeClient) => {
    for (let index = 0; index < 3; index += 1) {
      await client.call(spoke.target(), { path: EVENTS });
    }
  };

  it('F10.2.5 are new for each call of argocd-server, and left idle', async () => {
    const client = spoke.client();
    await callThrice(client);
    expect([spoke.connections, spoke.closed]).toEqual([3, 0]);
    client.stop();
    await until(() => spoke.closed === 3);
  });

  it('F10.2.5 are closed after 5 minutes', async () => {
    await callThrice(spoke.client({ scaled: ms => ms / 1000 }));
    await until(() => spoke.closed === 3);
    expect(spoke.connections).toBe(3);
  });

  it('are closed at once in the cheap mode', async () => {
    await callThrice(spoke.client({ closesIdle: true }));
    expect(spoke.connections).toBe(3);
    await until(() => spoke.closed === 3);
  });

  it('are kept by the controller as long as the credentials are', async () => {
    const client = spoke.client({ from: 'controller' });
    await callThrice(client);
    expect(spoke.connections).toBe(1);
    spoke.config = { ...spoke.config, bearerToken: 'other' };
    await callThrice(client);
    expect(spoke.connections).toBe(2);
  });

  it('are dialled anew by the controller when it wants that', async () => {
    const client = spoke.client({ from: 'controller' });
    await callThrice(client);
    client.renew(spoke.target().server);
    await callThrice(client);
    expect(spoke.connections).toBe(2);
  });

  it('that were kept and have gone are replaced', async () => {
    const client = spoke.client({ from: 'controller' });
    await callThrice(client);
    spoke.listener.cut();
    await callThrice(client);
    expect(spoke.connections).toBe(2);
  });
});
