import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CANARIES } from '../../__testUtils__/canaries/secrets';
import { selfSigned } from '../__testUtils__/certificates';
import { SpokeClient } from './SpokeClient';
import type { SpokeError } from './SpokeError';
import type { KubeObject } from './types';

jest.setTimeout(30_000);

const TOKEN = CANARIES.spokeToken;
const NAMESPACE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'agent' },
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe('SpokeClient', () => {
  let keys: { cert: string; key: string };
  const opened: (Server | SpokeClient)[] = [];

  beforeAll(async () => {
    keys = await selfSigned({ notAfter: new Date('2125-01-01') });
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) {
      if ('closeAllConnections' in each) each.closeAllConnections();
      await each.close();
    }
  });

  async function serve(handler: Handler): Promise<number> {
    const server = createServer(keys, handler);
    opened.push(server);
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    return (server.address() as AddressInfo).port;
  }

  function connect(
    port: number,
    options: { host?: string; ca?: string; serverName?: string } = {},
  ): SpokeClient {
    const { host = '127.0.0.1', ca = keys.cert, serverName } = options;
    const client = new SpokeClient({
      server: {
        url: `https://${host}:${port}`,
        hostname: host,
        addresses: [{ address: '127.0.0.1', family: 4 }],
      },
      ca,
      serverName,
      auth: { token: TOKEN },
    });
    opened.push(client);
    return client;
  }

  async function failureOf(work: Promise<unknown>): Promise<SpokeError> {
    return work.then(
      () => {
        throw new Error('it did not fail');
      },
      error => error,
    );
  }

  const answer =
    (status: number, body: object | string): Handler =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };

  it('dials the checked address, whatever the name resolves to by now', async () => {
    const hosts: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      hosts.push(request.headers.host);
      answer(200, { gitVersion: 'v1.33.4' })(request, response);
    });
    const client = connect(port, { host: 'spoke.example.com' });
    await expect(client.version()).resolves.toBe('v1.33.4');
    expect(hosts).toEqual([`spoke.example.com:${port}`]);
  });

  it('checks the certificate for the name that the kubeconfig gives', async () => {
    const port = await serve(answer(200, { gitVersion: 'v1.33.4' }));
    const named = connect(port, { serverName: 'spoke.example.com' });
    await expect(named.version()).resolves.toBe('v1.33.4');
    const other = connect(port, { serverName: 'other.example.com' });
    const error = await failureOf(other.version());
    expect(error.reason).toBe('tls');
    expect(error.message).toContain('for another host');
  });

  it('sends the credential to nobody who has another certificate', async () => {
    const seen: unknown[] = [];
    const port = await serve(request => seen.push(request.headers));
    const { cert } = await selfSigned({ notAfter: new Date('2125-01-01') });
    const error = await failureOf(connect(port, { ca: cert }).version());
    expect(error.reason).toBe('tls');
    expect(seen).toEqual([]);
  });

  it('does not follow a redirect', async () => {
    const seen: unknown[] = [];
    const target = await serve(request => seen.push(request.headers));
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: `https://127.0.0.1:${target}/` });
      response.end();
    });
    const error = await failureOf(connect(port).version());
    expect(error.message).toContain('redirects elsewhere');
    expect(seen).toEqual([]);
  });

  it('takes the credential out of what the cluster says', async () => {
    const port = await serve((request, response) => {
      const { authorization = '' } = request.headers;
      const echo = [
        authorization,
        Buffer.from(TOKEN).toString('base64'),
        encodeURIComponent(TOKEN),
      ].join('\n');
      answer(403, { kind: 'Status', message: `no: ${echo}` })(
        request,
        response,
      );
    });
    const error = await failureOf(connect(port).create(NAMESPACE));
    expect(error.reason).toBe('auth');
    expect(error.message).toContain('no: Bearer *** *** ***');
    expect(error.message).not.toContain('canary');
    expect(error.message).not.toContain('\n');
  });

  it.each([
    ['no Kubernetes', answer(200, { hello: 'world' }), /not as a Kubernetes/],
    ['no JSON', answer(200, '<html>'), /HTTP status 200/],
    [
      'an answer without end',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200);
        const chunk = Buffer.alloc(1024 * 1024, ' ');
        const write = () => {
          while (response.write(chunk));
        };
        response.on('drain', write);
        write();
      },
      /too large/,
    ],
    [
      'a connection that breaks',
      (request: IncomingMessage) => request.socket.destroy(),
      /broke off/,
    ],
    ['silence', () => {}, /did not answer in time/],
  ] as [string, Handler, RegExp][])(
    'fails in plain words for %s',
    async (_what, handler, words) => {
      const error = await failureOf(connect(await serve(handler)).version());
      expect(error.name).toBe('SpokeError');
      expect(error.message).toMatch(words);
    },
  );

  it('tells a wrong credential from a missing right', async () => {
    const wrong = connect(await serve(answer(401, {})));
    expect(await failureOf(wrong.get(NAMESPACE))).toMatchObject({
      reason: 'auth',
      status: 401,
    });
    const missing = connect(await serve(answer(404, { kind: 'Status' })));
    await expect(missing.get(NAMESPACE)).resolves.toBeUndefined();
  });
});
