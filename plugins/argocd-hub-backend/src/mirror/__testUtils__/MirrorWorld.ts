import { mockServices } from '@backstage/backend-test-utils';
import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from 'hub-simulator';
import type { Knex } from 'knex';
import type { HubConfig } from '../../config';
import { ArgoHubClient } from '../../hub/ArgoHubClient';
import { DatabaseStore } from '../../store/DatabaseStore';
import type { StoredApplication } from '../../store/ApplicationStore';
import type { StoreChange } from '../../store/Store';
import { HubMirror } from '../HubMirror';
import type { MirrorTiming } from '../timing';
import { HubProxy } from './HubProxy';

const ANNOTATIONS = [
  'backstage.io/entity-ref',
  'argocd.argoproj.io/skip-reconcile',
];

/** A hub with its spokes, a store, and as many mirrors as a test starts. */
export class MirrorWorld {
  readonly simulator: RunningSimulator;
  readonly store: DatabaseStore;
  readonly knex: Knex;
  readonly hub: HubConfig;
  readonly proxy: HubProxy;
  readonly changes: StoreChange[] = [];
  readonly #timing?: Partial<MirrorTiming>;
  readonly #running: { mirror: HubMirror; client: ArgoHubClient }[] = [];

  static async start(options: {
    knex: Knex;
    hub?: Partial<HubConfig>;
    /** Default: the demo. */
    simulator?: SimulatorOptions;
    /** Default: as of a real hub. */
    timing?: Partial<MirrorTiming>;
  }): Promise<MirrorWorld> {
    const simulator = await startSimulator(options.simulator);
    const store = await createStore(options.knex);
    const proxy = await HubProxy.start(simulator.hub.url);
    return new MirrorWorld({ simulator, store, proxy }, options);
  }

  private constructor(
    parts: {
      simulator: RunningSimulator;
      store: DatabaseStore;
      proxy: HubProxy;
    },
    options: Parameters<typeof MirrorWorld.start>[0],
  ) {
    this.simulator = parts.simulator;
    this.store = parts.store;
    this.proxy = parts.proxy;
    this.knex = options.knex;
    this.#timing = options.timing;
    const { url } = this.proxy;
    const { token } = this.simulator.hub;
    this.hub = {
      name: 'main',
      title: 'Main',
      url,
      uiUrl: url,
      auth: { token },
      tls: { skipVerify: false },
      relistMs: 60_000,
      requestTimeoutMs: 5_000,
      prefixClusterEntities: false,
      ...options.hub,
    };
  }

  /** Starts a mirror; with `store` as another replica would. */
  mirror(store: DatabaseStore = this.store): HubMirror {
    const client = ArgoHubClient.create({
      hub: this.hub,
      annotations: ANNOTATIONS,
    });
    const mirror = HubMirror.create({
      hub: this.hub,
      client,
      store,
      logger: mockServices.logger.mock({
        child: () => mockServices.logger.mock(),
      }),
      timing: this.#timing,
      annotations: ANNOTATIONS,
      onChange: change => this.changes.push(change),
    });
    mirror.start();
    this.#running.push({ mirror, client });
    return mirror;
  }

  async replica(): Promise<DatabaseStore> {
    return createStore(this.knex);
  }

  async stopMirrors(): Promise<void> {
    for (const { mirror, client } of this.#running.splice(0)) {
      await mirror.stop();
      await client.close();
    }
  }

  async stop(): Promise<void> {
    await this.stopMirrors();
    await this.proxy.stop();
    await this.simulator.stop();
  }

  /** Calls the simulator's control API, as a person with power over the outside world. */
  async control(path: string, body: object = {}): Promise<any> {
    const response = await fetch(`${this.simulator.control.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response.json().catch(() => undefined);
  }

  /** Asks the hub itself, past everything of ours. */
  async ask(path: string): Promise<any> {
    const response = await fetch(`${this.simulator.hub.url}${path}`, {
      headers: { Authorization: `Bearer ${this.simulator.hub.token}` },
    });
    return response.json();
  }

  /** All that are stored, by namespace and name. */
  async applications(): Promise<StoredApplication[]> {
    const found: StoredApplication[] = [];
    for await (const page of this.store.applications.pages()) {
      found.push(...page);
    }
    const key = ({ namespace, name }: StoredApplication) =>
      `${namespace}/${name}`;
    return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  async verdictOf(cluster: string) {
    const record = await this.store.clusters.get(this.hub.name, cluster);
    return record?.facts.verdict?.reachability;
  }
}

async function createStore(knex: Knex): Promise<DatabaseStore> {
  return DatabaseStore.create({
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
  });
}

/** Waits until `check` answers something true, and answers that. */
export async function until<T>(
  check: () => Promise<T> | T,
  withinMs = 20_000,
): Promise<NonNullable<T>> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found) {
      return found as NonNullable<T>;
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`It did not happen within ${withinMs} ms: ${check}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
