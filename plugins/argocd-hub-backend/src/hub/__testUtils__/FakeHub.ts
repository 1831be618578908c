import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { CANARIES } from '../../__testUtils__/canaries/secrets';
import type { HubConfig } from '../../config';

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that answers as a test says, for what the simulator would never do. */
export class FakeHub {
  readonly seen: Seen[] = [];
  /** How many connections were ever made. */
  connections = 0;
  readonly #server: Server;

  static async start(
    handle: (request: Seen, response: ServerResponse) => void,
  ): Promise<FakeHub> {
    const hub = new FakeHub(handle);
    await new Promise<void>(resolve =>
      hub.#server.listen(0, '127.0.0.1', resolve),
    );
    return hub;
  }

  private constructor(
    handle: (request: Seen, response: ServerResponse) => void,
  ) {
    this.#server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', part => (body += part));
      incoming.on('end', () => {
        const { method = '', url = '', headers } = incoming;
        const seen = { method, url, headers, body };
        this.seen.push(seen);
        handle(seen, response);
      });
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** A hub's configuration for tests. */
export function hubConfig(overrides: Partial<HubConfig> = {}): HubConfig {
  const url = overrides.url ?? 'http://127.0.0.1:1';
  return {
    name: 'main',
    title: 'Main',
    url,
    uiUrl: url,
    auth: { token: CANARIES.hubToken },
    tls: { skipVerify: false },
    relistMs: 60_000,
    requestTimeoutMs: 2_000,
    prefixClusterEntities: false,
    ...overrides,
  };
}

/** Sends JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify(body));
}
