import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { ClusterConfig } from '../../types/argocd';
import { ServerCertificates } from '../certificates';
import { statusAnswer } from '../clientGoErrors';
import { Listener } from '../Listener';
import { createServerKeys, type KeyPair } from '../pki';
import { SpokeClient, type SpokeClientOptions } from '../SpokeClient';

export const EVENTS = '/api/v1/namespaces/ns/events';
export const VERSION = '/version?timeout=32s';

export interface FailingCall {
  client?: SpokeClient;
  /** default: a list of events */
  path?: string;
  method?: string;
  config?: ClusterConfig;
  server?: string;
  signal?: AbortSignal;
  subject?: string;
}

/** For tests: a TLS server that answers as it is told, and clients that call it. */
export class TestSpoke {
  readonly keys: { authority: KeyPair; server: KeyPair };
  readonly listener: Listener;
  readonly #clients: SpokeClient[] = [];
  config: ClusterConfig;
  handle = (_request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"gitVersion":"v1.33.1"}');
  };
  /** how many connections there have been, and how many of them have ended */
  connections = 0;
  closed = 0;

  static async start(): Promise<TestSpoke> {
    const spoke = new TestSpoke(await createServerKeys('spoke-ca'));
    await spoke.listener.start();
    return spoke;
  }

  private constructor(keys: { authority: KeyPair; server: KeyPair }) {
    this.keys = keys;
    const ca = keys.authority.cert;
    this.config = {
      bearerToken: 'secret',
      tlsClientConfig: { caData: base64(ca) },
    };
    const server = createServer(
      { ...keys.server, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => this.handle(request, response),
    );
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('connection', socket => {
      this.connections += 1;
      socket.on('close', () => {
        this.closed += 1;
      });
    });
    this.listener = new Listener({
      server,
      certificates: new ServerCertificates({
        authority: keys.authority,
        own: keys.server,
        trustsClients: true,
      }),
      plainAnswer: statusAnswer,
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.stop();
    await this.listener.stop();
  }

  client(options: Partial<SpokeClientOptions> = {}): SpokeClient {
    const client = new SpokeClient({ scaled: ms => ms / 40, ...options });
    this.#clients.push(client);
    return client;
  }

  url(path = EVENTS): string {
    return `https://127.0.0.1:${this.listener.port}${path}`;
  }

  target(config: ClusterConfig = this.config) {
    return { server: this.url(''), config };
  }

  /** The error that a call ends with. */
  failure(
    call: FailingCall = {},
  ): Promise<Error & { code?: number; reason?: string }> {
    const { client = this.client(), path = EVENTS, config, server } = call;
    const { method, signal, subject } = call;
    const target = { ...this.target(config), ...(server && { server }) };
    return client.call(target, { path, method, signal, subject }).then(
      answer => {
        throw new Error(`unexpected answer ${JSON.stringify(answer)}`);
      },
      error => error,
    );
  }

  /** What Go puts after the verb and the address. */
  async why(call: FailingCall = {}): Promise<string> {
    const { message } = await this.failure(call);
    const { path = EVENTS, method = 'GET', server = this.url('') } = call;
    const verb = method[0] + method.slice(1).toLowerCase();
    const start = `${verb} "${server}${path}": `;
    if (!message.startsWith(start)) throw new Error(message);
    return message.slice(start.length);
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Polls until it is so; fails after 5 s. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error('waited in vain');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
