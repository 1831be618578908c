import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { Deployment } from 'backstage-plugin-argocd-hub-common';
import { HubApi } from '../HubApi';

interface Answer {
  status?: number;
  body: object;
}

/** A server in the place of the backend of Argo CD Hub, with answers that a test sets. */
export class HubServer {
  readonly calls: { route: string; authorization?: string; body: any }[] = [];
  readonly #answers = new Map<string, (body: any) => Answer>();
  readonly #server: Server;

  static async start(): Promise<HubServer> {
    const hub = new HubServer();
    await new Promise<void>(resolve =>
      hub.#server.listen(0, '127.0.0.1', resolve),
    );
    return hub;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('utf8');
      const body = text ? JSON.parse(text) : undefined;
      const route = `${request.method} ${request.url}`;
      const { authorization } = request.headers;
      this.calls.push({ route, authorization, body });
      const { status = 200, body: answer } = this.#answers.get(route)?.(
        body,
      ) ?? {
        status: 404,
        body: errorBody('NotFoundError', `no answer for ${route}`, 404),
      };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  }

  get api(): HubApi {
    const { port } = this.#server.address() as AddressInfo;
    return new HubApi({
      auth: mockServices.auth(),
      discovery: {
        getBaseUrl: async () => `http://127.0.0.1:${port}`,
        getExternalBaseUrl: async () => '',
      },
    });
  }

  answer(route: string, body: object): void {
    this.#answers.set(route, () => ({ body }));
  }

  /** Answers one after the other; the last one for ever. */
  answerInTurn(route: string, bodies: object[]): void {
    let turn = 0;
    this.#answers.set(route, () => {
      const body = bodies[Math.min(turn, bodies.length - 1)];
      turn += 1;
      return { body };
    });
  }

  refuse(route: string, status: number, name: string, message: string): void {
    const body = errorBody(name, message, status);
    this.#answers.set(route, () => ({ status, body }));
  }

  /** Is away for one call, and answers all that follow. */
  refuseOnce(route: string, message: string, body: object): void {
    this.#answers.set(route, () => {
      this.answer(route, body);
      const name = 'ServiceUnavailableError';
      return { status: 503, body: errorBody(name, message, 503) };
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

function errorBody(name: string, message: string, statusCode: number) {
  return {
    error: { name, message },
    request: { method: 'POST', url: '/' },
    response: { statusCode },
  };
}

/** Runs an action as a task would, and keeps what it said and put out. */
export async function run(
  action: { handler(context: any): Promise<void> },
  options: {
    input: object;
    secrets?: Record<string, string>;
    isDryRun?: boolean;
    signal?: AbortSignal;
  },
) {
  const log: string[] = [];
  const outputs: Record<string, unknown> = {};
  const checkpoints: Record<string, unknown> = {};
  const hear = (message: string) => log.push(message);
  const context = {
    ...createMockActionContext({ input: options.input as any }),
    ...options,
    secrets: options.secrets,
    logger: mockServices.logger.mock({ info: hear, warn: hear, error: hear }),
    getInitiatorCredentials: async () => mockCredentials.user(),
    output: (name: string, value: unknown) => {
      outputs[name] = value;
    },
    checkpoint: async ({ key, fn }: any) => {
      checkpoints[key] = await fn();
      return checkpoints[key];
    },
  };
  let error: Error | undefined;
  await action.handler(context).catch((thrown: Error) => {
    error = thrown;
  });
  return { log, outputs, checkpoints, error };
}

/** A deployment of `agent` on `perf`, Synced and Healthy unless it is changed. */
export function deployment(changes: Partial<Deployment> = {}): Deployment {
  return {
    hub: 'main',
    namespace: 'argocd',
    name: 'agent-perf',
    project: 'default',
    applicationSet: 'agent-multi-cluster',
    family: 'agent-multi-cluster',
    destination: { namespace: 'agent', cluster: 'perf' },
    sync: { status: 'Synced' },
    health: { status: 'Healthy' },
    sources: [],
    images: [],
    operation: { phase: 'Succeeded', startedAt: '2026-06-01T12:00:00Z' },
    conditions: [],
    autoSync: true,
    links: { argocd: 'https://argocd.example.com', external: [] },
    mappedBy: [],
    ...changes,
  };
}
