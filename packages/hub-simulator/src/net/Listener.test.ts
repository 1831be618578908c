import {
  Agent as HttpAgent,
  createServer,
  request as httpRequest,
} from 'node:http';
import { Agent, createServer as createTlsServer, request } from 'node:https';
import { connect } from 'node:net';
import { ServerCertificates } from './certificates';
import type { ListenerFault } from './faults';
import { Listener, type ListenerOptions } from './Listener';
import { createServerKeys, type KeyPair } from './pki';

const BODY = 'A'.repeat(1000);
let keys: { authority: KeyPair; server: KeyPair };
const open: Listener[] = [];

beforeAll(async () => {
  keys = await createServerKeys('test-ca');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(listener => listener.stop()));
});

/** Answers after the requests it was told to wait for. */
function startPlain(options: Partial<ListenerOptions> = {}) {
  const seen: string[] = [];
  const server = createServer((req, res) => {
    seen.push(req.url!);
    res.end(BODY);
  });
  return started(new Listener({ server, ...options }), seen);
}

function startTls() {
  const { cert, key } = keys.server;
  const seen: string[] = [];
  const server = createTlsServer({ cert, key }, (req, res) => {
    seen.push(req.url!);
    res.end(BODY);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const certificates = new ServerCertificates({
    authority: keys.authority,
    own: keys.server,
  });
  return started(new Listener({ server, certificates }), seen);
}

async function started(listener: Listener, seen: string[]) {
  open.push(listener);
  await listener.start();
  return { listener, seen, url: `http://127.0.0.1:${listener.port}` };
}

interface Answer {
  code: number;
  text: string;
  retryAfter?: string;
}

/** Calls a listener; `ms` is how long a client is patient, on what it is kept. */
function call(
  { port }: Listener,
  options: {
    tls?: boolean;
    path?: string;
    agent?: HttpAgent;
    ms?: number;
  } = {},
): Promise<Answer> {
  const { tls, path = '/', agent, ms = 400 } = options;
  return new Promise((resolve, reject) => {
    const settings = { host: '127.0.0.1', port, path, agent: agent ?? false };
    const sent = tls
      ? request({ ...settings, ca: keys.authority.cert })
      : httpRequest(settings);
    const timer = setTimeout(() => sent.destroy(new Error('silence')), ms);
    let text = '';
    const fail = (error: Error) => reject(Object.assign(error, { text }));
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', fail);
    sent.on('response', response => {
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          code: response.statusCode!,
          text,
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    sent.end();
  });
}

/** How a bare dial goes: what happened within some time. */
function dial(port: number, ms = 300): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    const tell = (what: string) => {
      resolve(what);
      socket.destroy();
    };
    const timer = setTimeout(() => tell('nothing'), ms);
    socket.on('connect', () => tell('connected'));
    socket.on('error', error => tell((error as NodeJS.ErrnoException).code!));
    socket.on('close', () => clearTimeout(timer));
  });
}

// Elsewhere a black hole is an unanswered port.
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describe('a refused listener', () => {
  it('really closes its port, resets what is open, and comes back', async () => {
    const { listener } = await startTls();
    const agent = new Agent({ keepAlive: true });
    await call(listener, { tls: true, agent });
    const [kept] = Object.values(agent.freeSockets).flat();
    const ended = new Promise(resolve => kept!.on('close', resolve));
    await listener.break('refused');
    await ended;
    expect(await dial(listener.port)).toBe('ECONNREFUSED');
    expect(listener.fault).toBe('refused');
    await listener.heal();
    expect(listener.fault).toBeUndefined();
    expect((await call(listener, { tls: true })).code).toBe(200);
  });
});

describeOnLinux('a black-holed listener', () => {
  it('lets dials hang without an accept', async () => {
    const { listener, seen, url } = await startPlain();
    await listener.break('black-holed');
    expect(listener.faults).toEqual([{ kind: 'black-holed' }]);
    expect(
      await Promise.all([dial(listener.port), dial(listener.port)]),
    ).toEqual(['nothing', 'nothing']);
    const fetching = fetch(url, { signal: AbortSignal.timeout(300) });
    await expect(fetching).rejects.toThrow('aborted due to timeout');
    expect(seen).toEqual([]);
    await listener.heal();
    expect((await call(listener)).code).toBe(200);
  });

  it('lets a dial through that outlives it', async () => {
    const { listener } = await startPlain();
    await listener.break('black-holed');
    const patient = dial(listener.port, 5000);
    expect(await dial(listener.port, 100)).toBe('nothing');
    await listener.heal();
    expect(await patient).toBe('connected');
  });

  it.each([true, false])(
    'leaves open connections silent until it is healed (TLS: %s)',
    async tls => {
      const { listener, seen } = await (tls ? startTls() : startPlain());
      const settings = { keepAlive: true, maxSockets: 1 };
      const agent = tls ? new Agent(settings) : new HttpAgent(settings);
      await call(listener, { tls, agent, path: '/before' });
      const [kept] = Object.values(agent.freeSockets).flat();
      let isClosed = false;
      kept!.on('close', () => {
        isClosed = true;
      });
      await listener.break('black-holed');
      const late = call(listener, { tls, agent, path: '/during', ms: 10_000 });
      await new Promise(resolve => setTimeout(resolve, 300));
      expect([seen, isClosed]).toEqual([['/before'], false]);
      await listener.heal();
      expect((await late).text).toBe(BODY);
      expect([seen, isClosed]).toEqual([['/before', '/during'], false]);
      agent.destroy();
    },
  );

  it('can be broken and healed in a row, and stopped while broken', async () => {
    const { listener } = await startPlain();
    for (let round = 0; round < 10; round += 1) {
      await listener.break('black-holed');
      await listener.heal();
      expect((await call(listener)).code).toBe(200);
    }
    await listener.break('black-holed');
    await listener.break('refused');
    await listener.break('black-holed');
    await listener.stop();
    expect(await dial(listener.port)).toBe('ECONNREFUSED');
  });

  it('is one of many', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => startPlain()),
    );
    await Promise.all(all.map(({ listener }) => listener.break('black-holed')));
    const dials = await Promise.all(
      all.map(({ listener }) => dial(listener.port)),
    );
    expect(new Set(dials)).toEqual(new Set(['nothing']));
    await Promise.all(all.map(({ listener }) => listener.heal()));
    const answers = await Promise.all(
      all.map(({ listener }) => call(listener, { ms: 5000 })),
    );
    expect(answers.map(({ code }) => code)).toEqual(Array(20).fill(200));
  });

  it('accepts and stays silent where packets cannot be dropped', async () => {
    const { BlackHole } = await import('./BlackHole');
    const possible = jest
      .spyOn(BlackHole, 'isPossible')
      .mockResolvedValue(false);
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { listener } = await startPlain();
    await listener.break('black-holed');
    const lines = stderr.mock.calls.length;
    possible.mockRestore();
    stderr.mockRestore();
    expect([listener.fault, lines]).toEqual(['unanswered', 1]);
    expect(await dial(listener.port)).toBe('connected');
  });
});

describe('a half-open listener', () => {
  it('is silent on what was open, and answers what is new', async () => {
    const { listener } = await startTls();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await call(listener, { tls: true, agent });
    await listener.break('half-open');
    const old = call(listener, { tls: true, agent, ms: 10_000 });
    const ended = old.catch(error => error.code);
    expect((await call(listener, { tls: true })).code).toBe(200);
    await listener.heal();
    expect(await ended).toBe('ECONNRESET');
    agent.destroy();
  });
});

describe('an unanswered listener', () => {
  it('accepts and says nothing, not even in the handshake', async () => {
    const { listener } = await startTls();
    await listener.break({ kind: 'unanswered' });
    expect(await dial(listener.port)).toBe('connected');
    await expect(call(listener, { tls: true })).rejects.toThrow('silence');
    await listener.heal();
    expect((await call(listener, { tls: true })).code).toBe(200);
  });

  it('shakes hands and never answers a request', async () => {
    const { listener, seen } = await startTls();
    await listener.break({ kind: 'unanswered', at: 'request' });
    const patient = call(listener, { tls: true, ms: 5000 });
    const ended = patient.catch(error => error.message);
    await expect(call(listener, { tls: true })).rejects.toThrow('silence');
    await listener.heal();
    expect(await ended).toBe('socket hang up');
    expect(seen).toEqual([]);
    expect((await call(listener, { tls: true })).code).toBe(200);
  });
});

describe('a listener with a bad certificate', () => {
  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['unknown-authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('shows an %s one until it is healed', async (how, code) => {
    const { listener } = await startTls();
    await listener.break({ kind: 'bad-certificate', how });
    await expect(call(listener, { tls: true })).rejects.toMatchObject({ code });
    await listener.heal();
    expect((await call(listener, { tls: true })).code).toBe(200);
  });

  it('needs TLS', async () => {
    const { listener } = await startPlain();
    await expect(
      listener.break({ kind: 'bad-certificate', how: 'expired' }),
    ).rejects.toThrow('only a TLS listener');
    expect(listener.fault).toBeUndefined();
  });
});

describe('a listener with faulty answers', () => {
  it('resets instead of answering, after the work is done', async () => {
    const { listener, seen } = await startTls();
    await listener.break({ kind: 'reset' });
    await expect(call(listener, { tls: true })).rejects.toMatchObject({
      code: 'ECONNRESET',
      syscall: 'read',
    });
    expect(seen).toEqual(['/']);
  });

  it.each<[ListenerFault, boolean]>([
    [{ kind: 'reset', after: 'headers' }, true],
    [{ kind: 'reset', after: 'headers' }, false],
    [{ kind: 'truncated' }, true],
    [{ kind: 'truncated' }, false],
  ])('ends in the middle of the body: %j (TLS: %s)', async (fault, tls) => {
    const { listener } = await (tls ? startTls() : startPlain());
    await listener.break(fault);
    await expect(call(listener, { tls })).rejects.toMatchObject({
      code: 'ECONNRESET',
      text: BODY.slice(0, 500),
    });
    await listener.heal();
    expect((await call(listener, { tls })).text).toBe(BODY);
  });

  it('is late in simulated time', async () => {
    const scaled = (ms: number) => ms / 100;
    const { listener } = await startPlain({ scaled });
    await listener.break({ kind: 'slow', delayMs: 60_000 });
    await expect(call(listener, { ms: 300 })).rejects.toThrow('silence');
    expect((await call(listener, { ms: 10_000 })).text).toBe(BODY);
  });

  it('lets a body trickle', async () => {
    const { listener } = await startPlain();
    await listener.break({ kind: 'slow', delayMs: 0, bytesPerSecond: 1000 });
    await expect(call(listener, { ms: 400 })).rejects.toMatchObject({
      text: expect.stringMatching(/^A{20,800}$/),
    });
    expect((await call(listener, { ms: 10_000 })).text).toBe(BODY);
  });

  it('refuses with a code before anything else sees the request', async () => {
    const { listener, seen } = await startPlain();
    await listener.break({ kind: 'status', code: 429, retryAfter: 7 });
    expect(await call(listener)).toEqual({
      code: 429,
      text: 'Too Many Requests\n',
      retryAfter: '7',
    });
    await listener.break({ kind: 'status', code: 500, body: '{"a":1}' });
    expect(await call(listener)).toEqual({ code: 500, text: '{"a":1}' });
    expect(seen).toEqual([]);
  });

  it('refuses only under a path, only a share', async () => {
    const drawn = [0.1, 0.7, 0.4];
    const random = () => drawn.shift()!;
    const { listener } = await startPlain({ random });
    await listener.break({
      kind: 'status',
      code: 503,
      share: 0.5,
      pathPrefix: '/api/',
    });
    const codes = [];
    for (const path of ['/', '/api/a', '/api/b', '/api/c']) {
      codes.push((await call(listener, { path })).code);
    }
    expect(codes).toEqual([200, 503, 200, 503]);
  });

  it('can be silent on old connections and refuse on new ones', async () => {
    const { listener } = await startPlain();
    await listener.break({ kind: 'status', code: 500 });
    await listener.break('half-open');
    expect(listener.faults.map(({ kind }) => kind)).toEqual([
      'half-open',
      'status',
    ]);
    expect((await call(listener)).code).toBe(500);
    await listener.heal();
    expect(listener.faults).toEqual([]);
  });
});

describe('a port', () => {
  it('can be stopped in any state, and started again without a fault', async () => {
    for (const kind of ['black-holed', 'refused', 'half-open'] as const) {
      const { listener } = await startPlain();
      await listener.break(kind);
      await listener.break(kind);
      await listener.stop();
      expect(await dial(listener.port)).toBe('ECONNREFUSED');
      await listener.start();
      expect([listener.fault, (await call(listener)).code]).toEqual([
        undefined,
        200,
      ]);
    }
  });

  it('that is taken is said to be', async () => {
    const { listener } = await startPlain();
    const server = createServer();
    const second = new Listener({ server, port: listener.port });
    await expect(second.start()).rejects.toThrow(
      `port ${listener.port} is in use`,
    );
  });
});
