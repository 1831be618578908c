import { createServer } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Clock } from './clock';
import { ControlServer } from './control/ControlServer';
import { controlRoutes } from './control/routes';
import { Hub, type HubIdentity, type HubSetup } from './Hub';
import { Listener } from './net/Listener';
import type { Scenario } from './scenarios/Scenario';
import { type Step, runSteps } from './scenarios/steps';
import { createSpokeKeys } from './spoke/createSpokeKeys';
import { Spoke, type SpokeKeys } from './spoke/Spoke';
import { Persistence } from './state/Persistence';
import type { GenericObject } from './types/kubernetes';

const FIRST_HUB = 'main';

/** What identifies a world: it must survive a restart. */
interface Identity {
  hubs: Record<string, HubIdentity>;
  controlPort: number;
  spokes: Record<string, SpokeKeys>;
  spokePorts: Record<string, number>;
}

export interface SimulatorSettings {
  scenario: Scenario;
  setup?: HubSetup;
  /** what happens by itself; see {@link Step} */
  steps?: Step[];
  port?: number;
  controlPort?: number;
  data?: string;
  timeScale?: number;
  tls?: boolean;
}

/** A world of hubs and Kubernetes clusters, with its control API. */
export class Simulator {
  readonly spokes = new Map<string, Spoke>();
  readonly hubs = new Map<string, Hub>();
  readonly #settings: SimulatorSettings;
  readonly #clock: Clock;
  readonly #identity: Identity;
  readonly #persistence: Persistence;
  readonly #control: ControlServer;
  readonly #controlListener: Listener;
  readonly #temporary: string | undefined;
  readonly #directory: string;

  /** Makes or loads the keys, and starts everything. */
  static async start(settings: SimulatorSettings): Promise<Simulator> {
    const data = settings.data && resolve(settings.data);
    return Simulator.#begin({ ...settings, data });
  }

  static async #begin(settings: SimulatorSettings): Promise<Simulator> {
    const persistence = new Persistence(settings.data);
    const identity = persistence.load<Identity>('identity') ?? {
      hubs: {},
      controlPort: 0,
      spokes: {},
      spokePorts: {},
    };
    const { spokes, hubs = [FIRST_HUB] } = settings.scenario;
    let shared: SpokeKeys | undefined;
    for (const name of spokes) {
      if (identity.spokes[name]) continue;
      const keys = await createSpokeKeys(name, shared);
      if (settings.scenario.sharesSpokeKeys) shared = keys;
      identity.spokes[name] = keys;
    }
    for (const name of hubs) {
      identity.hubs[name] ??= await Hub.createIdentity(settings.tls);
      if (!settings.tls) continue;
      identity.hubs[name] = await Hub.withCertificate(identity.hubs[name]);
    }
    const simulator = new Simulator(settings, identity, persistence);
    try {
      await simulator.#start();
    } catch (error) {
      await simulator.stop();
      throw error;
    }
    return simulator;
  }

  private constructor(
    settings: SimulatorSettings,
    identity: Identity,
    persistence: Persistence,
  ) {
    this.#settings = settings;
    this.#identity = identity;
    this.#persistence = persistence;
    this.#clock = new Clock(settings.timeScale);
    for (const name of settings.scenario.spokes) {
      const port = identity.spokePorts[name];
      const keys = identity.spokes[name];
      const clock = this.#clock;
      this.spokes.set(name, new Spoke({ name, keys, clock, port }));
    }
    for (const name of settings.scenario.hubs ?? [FIRST_HUB]) {
      this.hubs.set(name, this.#createHub(name, identity.hubs[name]));
    }
    const control = new ControlServer(controlRoutes(this));
    this.#control = control;
    this.#controlListener = new Listener({
      server: createServer((request, response) =>
        control.handle(request, response),
      ),
      port: settings.controlPort ?? identity.controlPort,
    });
    this.#temporary = settings.data
      ? undefined
      : mkdtempSync(join(tmpdir(), 'hub-simulator-'));
    this.#directory = settings.data ?? this.#temporary!;
  }

  /** The first hub, the only one in most worlds. */
  get hub(): Hub {
    return this.hubs.values().next().value!;
  }

  /** What a client needs to know, kubeconfig files included. */
  describe() {
    const hubs = [...this.hubs.values()];
    return {
      hub: this.hub.describe(),
      ...(hubs.length > 1 && {
        hubs: hubs.map(hub => ({ name: hub.name, ...hub.describe() })),
      }),
      control: { url: `http://127.0.0.1:${this.#controlListener.port}` },
      spokes: [...this.spokes.values()].map(spoke => ({
        name: spoke.name,
        url: spoke.url,
        caData: spoke.caData,
        kubeconfigPath: this.#kubeconfigPath(spoke),
        registered: hubs.some(({ state }) => state.clusterByServer(spoke.url)),
        ...(spoke.fault && { fault: spoke.fault, faults: spoke.faults }),
        ...this.#unreachableFrom(spoke),
      })),
    };
  }

  /**
   * Puts another hub under the same address: made anew by the scenario, with
   * other uids, another installation id, and tokens of its own.
   */
  async replaceHub(name: string): Promise<Hub> {
    const old = this.hubs.get(name)!;
    const { port } = old.listener;
    await old.stop();
    const identity = await Hub.createIdentity(this.#settings.tls);
    this.#identity.hubs[name] = { ...identity, port };
    this.#persistence.forget(old.document);
    const hub = this.#createHub(name, this.#identity.hubs[name]);
    this.hubs.set(name, hub);
    await hub.start();
    this.#remember();
    return hub;
  }

  async stop(): Promise<void> {
    this.#clock.stop();
    // What falls over while everything stops is not worth keeping.
    await this.#persistence.close();
    await Promise.all([
      ...[...this.hubs.values()].map(hub => hub.stop()),
      this.#controlListener.stop(),
      ...[...this.spokes.values()].map(spoke => spoke.stop()),
    ]);
    if (this.#temporary) {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }

  #createHub(name: string, identity: HubIdentity): Hub {
    const { scenario, setup, port, timeScale, tls } = this.#settings;
    const isFirst = !this.hubs.size || this.hub.name === name;
    return new Hub({
      name,
      scenario,
      setup,
      identity,
      spokes: this.spokes,
      persistence: this.#persistence,
      port: (isFirst && port) || undefined,
      timeScale,
      tls,
    });
  }

  async #start(): Promise<void> {
    for (const [name, spoke] of this.spokes) {
      await spoke.start(this.#persistence.load(`spoke-${name}`));
    }
    for (const hub of this.hubs.values()) await hub.start();
    await this.#controlListener.start();
    this.#remember();
    this.#saveSpokesOnChange();
    for (const spoke of this.spokes.values()) {
      const path = this.#kubeconfigPath(spoke);
      writeFileSync(path, spoke.kubeconfig(), { mode: 0o600 });
    }
    runSteps(this.#settings.steps ?? [], {
      clock: this.#clock,
      control: this.#control,
    });
  }

  /** Which hubs' servers and controllers cannot dial a spoke that is there. */
  #unreachableFrom({ url }: Spoke) {
    const found = [...this.hubs.values()].flatMap(({ name, dialFaults }) => {
      const faults = dialFaults.describe(url);
      return faults ? [[name, faults] as const] : [];
    });
    return found.length
      ? { unreachableFrom: Object.fromEntries(found) }
      : undefined;
  }

  #kubeconfigPath({ name }: Spoke): string {
    return join(this.#directory, `${name}.kubeconfig`);
  }

  #remember(): void {
    this.#identity.controlPort = this.#controlListener.port;
    for (const [name, { port }] of this.spokes) {
      this.#identity.spokePorts[name] = port;
    }
    this.#persistence.schedule('identity', () => this.#identity);
  }

  #saveSpokesOnChange(): void {
    if (!this.#persistence.isKept) return;
    for (const [name, { store }] of this.spokes) {
      const save = (): Record<string, GenericObject[]> => store.snapshot();
      const schedule = () => this.#persistence.schedule(`spoke-${name}`, save);
      store.subscribe(schedule);
      schedule();
    }
  }
}
