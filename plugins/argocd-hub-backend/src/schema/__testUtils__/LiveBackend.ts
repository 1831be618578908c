import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ArgocdHubClient } from 'backstage-plugin-argocd-hub-common';
import { startSimulator, type RunningSimulator } from 'hub-simulator';
import createKnex, { type Knex } from 'knex';
import { until } from '../../mirror/__testUtils__/MirrorWorld';
import { argocdHubPlugin } from '../../plugin';

const STRANGER = 'user:default/stranger';

export const tokens = {
  nobody: mockCredentials.none.header().replace('Bearer ', ''),
  owner: mockCredentials.user.token('user:default/owner'),
  /** Has no right at all. */
  stranger: mockCredentials.user.token(STRANGER),
  service: mockCredentials.service.token(),
};

/** A request as it was sent, and what came back. */
export interface Exchange {
  method: string;
  /** Below `/api/argocd-hub`, as it was sent. */
  path: string;
  requestBody?: string;
  status: number;
  /** Undefined where there is none. */
  body: unknown;
}

/** Our plugin over a simulated hub, and a client that keeps a record. */
export class LiveBackend {
  readonly simulator: RunningSimulator;
  readonly client: ArgocdHubClient;
  readonly exchanges: Exchange[] = [];
  readonly #backend: TestBackend;
  readonly #knex: Knex;
  readonly #base: string;

  static async start(options: { entities: Entity[] }): Promise<LiveBackend> {
    const simulator = await startSimulator({ timeScale: 10 });
    const knex = createKnex({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    const backend = await startTestBackend({
      features: [
        argocdHubPlugin,
        mockServices.database.factory({ knex }),
        catalogServiceMock.factory({ entities: options.entities }),
        mockServices.permissions.mock({
          authorize: decide,
          authorizeConditional: decide,
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            argocdHub: {
              hubs: [{ name: 'main', ...simulator.hub }],
              environments: ['staging', 'prod', 'dr', 'perf'],
              onboarding: { allowedServers: ['127.0.0.1'] },
            },
          } as any,
        }),
      ],
    });
    const live = new LiveBackend({ simulator, backend, knex });
    await until(async () => {
      const { items } = await live.client.getHubs({ token: tokens.owner });
      return items[0].complete && items[0].freshness === 'live';
    });
    return live;
  }

  private constructor(parts: {
    simulator: RunningSimulator;
    backend: TestBackend;
    knex: Knex;
  }) {
    const { simulator, backend, knex } = parts;
    this.simulator = simulator;
    this.#backend = backend;
    this.#knex = knex;
    const { port } = backend.server as unknown as { port(): number };
    this.#base = `http://localhost:${port.call(backend.server)}/api/argocd-hub`;
    this.client = new ArgocdHubClient({
      discoveryApi: { getBaseUrl: async () => this.#base },
      fetchApi: { fetch: (input, init) => this.#record(input, init) },
    });
  }

  /** The same request by another caller, or with more in its query. */
  async repeat(
    { method, path, requestBody }: Exchange,
    changes: { token: string; query?: string },
  ): Promise<Exchange> {
    const { token, query } = changes;
    const url = new URL(`${this.#base}${path}`);
    url.search = [url.search.slice(1), query].filter(Boolean).join('&');
    await this.#record(url.href, {
      method,
      body: requestBody,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(requestBody && { 'Content-Type': 'application/json' }),
      },
    });
    return this.exchanges.at(-1)!;
  }

  /** Does something to the world outside. */
  async control(path: string, body: object): Promise<void> {
    const response = await fetch(`${this.simulator.control.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
    await this.#knex.destroy();
    await this.simulator.stop();
  }

  async #record(...[input, init]: Parameters<typeof fetch>) {
    const response = await fetch(input, init);
    const text = await response.clone().text();
    this.exchanges.push({
      method: init?.method ?? 'GET',
      path: String(input).slice(this.#base.length),
      requestBody: init?.body?.toString(),
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
    });
    return response;
  }
}

async function decide(requests: unknown[], options?: { credentials: any }) {
  const isStranger = options?.credentials.principal.userEntityRef === STRANGER;
  const result = isStranger ? AuthorizeResult.DENY : AuthorizeResult.ALLOW;
  return requests.map(() => ({ result } as any));
}
