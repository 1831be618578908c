import { setTimeout as delay } from 'node:timers/promises';
import { mockServices } from '@backstage/backend-test-utils';
import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from 'hub-simulator';
import type { Knex } from 'knex';
import type { ArgocdHubConfig, HubConfig } from '../../../config';
import { DatabaseStore } from '../../../store/DatabaseStore';
import type { MirrorTiming } from '../../timing';
import { HubProxy } from '../HubProxy';
import { LITTLE_PATIENCE } from '../littlePatience';
import { until } from '../MirrorWorld';
import { Backend } from './Backend';
import { Changes } from './Changes';
import { GreenWatch } from './GreenWatch';
import { type Fault, SimulatedHub } from './SimulatedHub';
import { explainExtraRows } from './extraRows';
import { differences, keyOfExtra, refuse } from './truth';
import { WriteWatch } from './WriteWatch';

export interface WorldOptions {
  /** Where everything is stored; an empty database. */
  knex: Knex;
  simulator?: SimulatorOptions;
  /** One that runs already, such as in another process. */
  running?: RunningSimulator;
  /** Of every hub. */
  hub?: Partial<HubConfig>;
  /** Backends that share the database; default 1. SQLite serves one. */
  backends?: number;
  /** Of everything random; default: another one each time. */
  seed?: number;
  /** Default: little patience. */
  timing?: Partial<MirrorTiming>;
  /** Through a proxy that tests can hold answers in; only for hubs without TLS. */
  proxied?: boolean;
}

/** How long the mirror may take until the database is right again, on a machine that has much else to do. */
const LONGEST_MS = 90_000;

/**
 * A hub that can be broken, backends that mirror it into one database, and
 * three judges that watch from the first moment: `holds` is how every scenario
 * ends.
 */
export class World {
  readonly simulator: RunningSimulator;
  readonly hubs: SimulatedHub[];
  readonly config: ArgocdHubConfig;
  readonly knex: Knex;
  /** Reads what the backends write, as a backend that mirrors nothing. */
  readonly store: DatabaseStore;
  readonly proxies: HubProxy[];
  readonly green: GreenWatch;
  readonly writes: WriteWatch;
  readonly backends: Backend[] = [];
  readonly seed: number;
  readonly #timing?: Partial<MirrorTiming>;
  #changes?: Changes;
  #started = 0;

  static async start(options: WorldOptions): Promise<World> {
    const simulator =
      options.running ??
      (await startSimulator({ timeScale: 10, ...options.simulator }));
    const names = simulator.hubs?.map(({ name }) => name) ?? ['main'];
    const hubs = names.map(name => new SimulatedHub(simulator, name));
    const proxies = options.proxied
      ? await Promise.all(hubs.map(({ url }) => HubProxy.start(url)))
      : [];
    const store = await DatabaseStore.create({
      database: mockServices.database({ knex: options.knex }),
      logger: mockServices.logger.mock(),
    });
    const writes = await WriteWatch.install(options.knex);
    const world = new World(options, {
      simulator,
      hubs,
      proxies,
      store,
      writes,
    });
    for (let count = 0; count < (options.backends ?? 1); count++) {
      await world.startBackend();
    }
    world.green.start();
    await world.complete();
    return world;
  }

  private constructor(
    options: WorldOptions,
    parts: Pick<World, 'simulator' | 'hubs' | 'proxies' | 'store' | 'writes'>,
  ) {
    this.simulator = parts.simulator;
    this.hubs = parts.hubs;
    this.proxies = parts.proxies;
    this.store = parts.store;
    this.writes = parts.writes;
    this.knex = options.knex;
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    this.#timing = options.timing;
    this.config = configOf(this, options.hub);
    this.green = new GreenWatch({ config: this.config, store: this.store });
  }

  /** The first hub, the only one in most worlds. */
  get hub(): SimulatedHub {
    return this.hubs[0];
  }

  get proxy(): HubProxy {
    return this.proxies[0];
  }

  /** One more process that serves and, while it holds a lease, mirrors. */
  async startBackend(): Promise<Backend> {
    const backend = await Backend.start({
      config: this.config,
      knex: this.knex,
      name: `backend-${this.#started}`,
      writes: this.writes,
      timing: { ...LITTLE_PATIENCE, ...this.#timing },
    });
    this.#started += 1;
    this.backends.push(backend);
    return backend;
  }

  /** Stops them all as an operator does, and starts as many again. */
  async restartBackends(): Promise<void> {
    const count = this.backends.length;
    await this.stopBackends();
    for (let started = 0; started < count; started++) {
      await this.startBackend();
    }
  }

  async stopBackends(): Promise<void> {
    const running = this.backends.splice(0);
    await Promise.all(running.map(backend => backend.stop()));
  }

  /** Waits until each hub was mirrored once. */
  async complete(): Promise<void> {
    await until(async () => {
      const records = await this.store.hubs.list();
      return (
        records.length === this.hubs.length &&
        records.every(({ complete }) => complete)
      );
    }, LONGEST_MS);
  }

  /** Breaks the way to a hub. With `isLost` nothing true can come over it. */
  async breakHub(
    fault: Fault,
    options: { hub?: SimulatedHub; isLost?: boolean } = {},
  ): Promise<void> {
    const { hub = this.hub, isLost = true } = options;
    await hub.control('/hub/break', fault);
    if (isLost) {
      await this.green.hubIsLost(hub.name);
    }
  }

  /** Ends every fault of a hub. */
  async healHub(hub: SimulatedHub = this.hub): Promise<void> {
    await hub.control('/hub/heal', {});
    this.green.hubIsBack(hub.name);
  }

  /** Backends that start from now on have another token; it makes the first hub whole. */
  async renewToken(): Promise<void> {
    const token = await this.hub.newToken();
    this.config.hubs[0].auth = { token };
    this.green.hubIsBack(this.hub.name);
  }

  async breakSpoke(name: string, fault: Fault, hub = this.hub): Promise<void> {
    await hub.control(`/spokes/${name}/break`, fault);
    this.green.clusterIsLost(hub.name, name);
  }

  async healSpoke(name: string, hub = this.hub): Promise<void> {
    this.green.clusterIsBack(hub.name, name);
    await hub.control(`/spokes/${name}/heal`, {});
  }

  /** Changes go on at the first hub, until `stopChanges` or `holds`. */
  async startChanges(): Promise<void> {
    const { applications } = await this.hub.truth();
    this.#changes = new Changes({
      hub: this.hub,
      seed: this.seed,
      applications: applications.map(({ metadata }) => metadata.name).sort(),
    });
    this.#changes.start();
  }

  /** Answers how many were made. */
  async stopChanges(): Promise<number> {
    await this.#changes?.stop();
    return this.#changes?.made ?? 0;
  }

  /** Has the hub call an application Degraded, which may not be shown as Healthy for long. */
  async degrade(name: string): Promise<void> {
    await this.hub.control(`/applications/${name}/health`, {
      status: 'Degraded',
    });
    await this.green.isNotHealthy(this.hub.name, name);
  }

  async cure(name: string): Promise<void> {
    this.green.mayBeHealthy(this.hub.name, name);
    await this.hub.control(`/applications/${name}/health`, {});
  }

  /** Waits while nothing but time passes. */
  async wait(ms: number): Promise<void> {
    await delay(ms);
  }

  /** The first judge: waits until the database equals the hubs' truth. */
  async isTrue(withinMs = LONGEST_MS): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const found = await this.#differences();
      if (!found.length) {
        return;
      }
      if (performance.now() > giveUpAt) {
        const what = `The database differs from the hub after ${withinMs} ms`;
        refuse([...(await this.#explained(found)), ...found], what);
      }
      await delay(100);
    }
  }

  /** All three judges: how every scenario ends. */
  async holds(options: { withinMs?: number } = {}): Promise<void> {
    await this.stopChanges();
    await this.isTrue(options.withinMs);
    refuse(this.green.violations, 'Shown without evidence');
    refuse(await this.writes.violations(), 'Written wrongly');
    if (!this.green.samples) {
      throw new Error('Nobody looked at what is shown');
    }
  }

  async stop(): Promise<void> {
    await this.stopChanges();
    await this.green.stop();
    await this.stopBackends();
    await Promise.all(this.proxies.map(proxy => proxy.stop()));
    await Promise.all(this.hubs.map(hub => hub.stop()));
    await this.simulator.stop();
  }

  /** What is there too much should have been noticed: how could it not be? */
  async #explained(found: string[]): Promise<string[]> {
    const { store } = this;
    const keys = found.flatMap(line => keyOfExtra(line) ?? []);
    if (!keys.length) {
      return [];
    }
    try {
      const lease = await this.writes.lastLease();
      const told = await Promise.all(
        this.hubs.map(hub => explainExtraRows({ hub, store, keys, lease })),
      );
      return told.flat();
    } catch (error) {
      return [`It cannot be explained: ${(error as Error).message}`];
    }
  }

  async #differences(): Promise<string[]> {
    const { store, knex } = this;
    try {
      const found = await Promise.all(
        this.hubs.map(hub => differences({ hub, store, knex })),
      );
      return found.flat();
    } catch (error) {
      return [`The truth cannot be read: ${(error as Error).message}`];
    }
  }
}

function configOf(
  { hubs, proxies, simulator }: World,
  overrides: Partial<HubConfig> = {},
): ArgocdHubConfig {
  return {
    hubs: hubs.map((hub, index) => {
      const url = proxies[index]?.url ?? hub.url;
      const { caData } =
        simulator.hubs?.find(({ name }) => name === hub.name) ?? simulator.hub;
      return {
        name: hub.name,
        title: hub.name,
        url,
        uiUrl: url,
        auth: { token: hub.token },
        tls: {
          skipVerify: false,
          ...(caData && { ca: Buffer.from(caData, 'base64').toString() }),
        },
        relistMs: 1_000,
        requestTimeoutMs: 2_000,
        prefixClusterEntities: false,
        ...overrides,
      };
    }),
    environments: ['staging', 'prod', 'dr'],
    clusterLabels: {
      environment: 'env',
      role: 'role',
      region: 'region',
      failoverGroup: 'failover-group',
      lifecycle: 'lifecycle',
    },
    mapping: { applicationEntityRefKey: 'backstage.io/entity-ref' },
    onboarding: { allowedServers: [], credentials: {} },
    history: { retentionMs: 30 * 24 * 60 * 60_000 },
    dangerouslyAllowWritesWithoutPermissions: false,
  };
}
