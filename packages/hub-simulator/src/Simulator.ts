import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from './clock';
import { ControlServer } from './control/ControlServer';
import { controlRoutes } from './control/routes';
import { ApplicationController } from './controllers/application/ApplicationController';
import { ApplicationSetController } from './controllers/applicationset/ApplicationSetController';
import { ClusterCaches } from './controllers/ClusterCaches';
import { ClusterInfoController } from './controllers/ClusterInfoController';
import { ApplicationStreams } from './hub/ApplicationStreams';
import { HubServer } from './hub/HubServer';
import { RequestLog } from './hub/RequestLog';
import { applicationDetailRoutes } from './hub/routes/applicationDetails';
import { applicationRoutes } from './hub/routes/applications';
import { applicationWriteRoutes } from './hub/routes/applicationWrites';
import { applicationSetRoutes } from './hub/routes/applicationsets';
import { clusterRoutes } from './hub/routes/clusters';
import { projectRoutes } from './hub/routes/projects';
import { sessionRoutes } from './hub/routes/session';
import { Sessions } from './hub/Sessions';
import { Listener } from './net/Listener';
import {
  createAuthority,
  issueClient,
  issueServer,
  type KeyPair,
} from './net/pki';
import { SpokeClient } from './net/SpokeClient';
import type { Scenario } from './scenarios/Scenario';
import { Spoke, type SpokeKeys } from './spoke/Spoke';
import { TokenIssuer } from './spoke/TokenIssuer';
import { HubState } from './state/HubState';
import { loadHub, saveHub, type SavedHub } from './state/savedHub';
import { Persistence } from './state/Persistence';
import type { GenericObject } from './types/kubernetes';

/** What identifies a world: it must survive a restart. */
interface Identity {
  secret: string;
  adminPassword: string;
  installationId: string;
  ports: { hub: number; control: number; spokes: Record<string, number> };
  spokes: Record<string, SpokeKeys>;
  hubAuthority?: KeyPair;
  hubServer?: KeyPair;
}

export interface SimulatorSettings {
  scenario: Scenario;
  port?: number;
  controlPort?: number;
  data?: string;
  timeScale?: number;
  tls?: boolean;
}

/** One hub with its spokes and its control API. */
export class Simulator {
  readonly state: HubState;
  readonly spokes = new Map<string, Spoke>();
  readonly requests = new RequestLog();
  readonly applications: ApplicationController;
  readonly hubListener: Listener;
  readonly #settings: SimulatorSettings;
  readonly #clock: Clock;
  readonly #identity: Identity;
  readonly #persistence: Persistence;
  readonly #sessions: Sessions;
  readonly #controlListener: Listener;
  readonly #controllers: { start(): void }[];
  readonly #temporary: string | undefined;
  readonly #directory: string;
  #token = '';

  /** Makes or loads the keys, and starts everything. */
  static async start(settings: SimulatorSettings): Promise<Simulator> {
    const persistence = new Persistence(settings.data);
    const identity =
      persistence.load<Identity>('identity') ?? (await createIdentity());
    for (const name of settings.scenario.spokes) {
      identity.spokes[name] ??= await createSpokeKeys(name);
    }
    if (settings.tls && !identity.hubAuthority) {
      identity.hubAuthority = await createAuthority('argocd-ca');
      identity.hubServer = await issueServer(identity.hubAuthority);
    }
    const simulator = new Simulator(settings, identity, persistence);
    await simulator.#start();
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
    this.state = new HubState(this.#clock);
    this.state.installationId = identity.installationId;
    const { state } = this;
    const clock = this.#clock;
    settings.scenario.configure(this);
    this.#sessions = new Sessions({
      secret: identity.secret,
      accounts: [
        { name: 'admin', password: identity.adminPassword },
        ...state.accounts,
      ],
    });
    const client = new SpokeClient({ scaled: ms => clock.scaled(ms) });
    const findSpoke = (server: string) =>
      [...this.spokes.values()].find(
        ({ url }) => new URL(server).origin === url,
      );
    const caches = new ClusterCaches({ state, client, findSpoke });
    this.applications = new ApplicationController({ state, caches, client });
    this.#controllers = [
      new ApplicationSetController(state),
      this.applications,
      caches,
      new ClusterInfoController({ state, caches }),
    ];
    for (const name of settings.scenario.spokes) {
      const port = identity.ports.spokes[name];
      const keys = identity.spokes[name];
      this.spokes.set(name, new Spoke({ name, keys, clock, port }));
    }
    this.hubListener = new Listener({
      server: this.#createHub(client),
      port: settings.port ?? identity.ports.hub,
    });
    const control = new ControlServer(controlRoutes(this));
    this.#controlListener = new Listener({
      server: createServer((request, response) =>
        control.handle(request, response),
      ),
      port: settings.controlPort ?? identity.ports.control,
    });
    this.#temporary = settings.data
      ? undefined
      : mkdtempSync(join(tmpdir(), 'hub-simulator-'));
    this.#directory = settings.data ?? this.#temporary!;
  }

  /** What a client needs to know, kubeconfig files included. */
  describe() {
    const { fault } = this.hubListener;
    return {
      hub: {
        url: this.#hubUrl(),
        token: this.#token,
        ...(this.#settings.tls && {
          caData: Buffer.from(this.#identity.hubAuthority!.cert).toString(
            'base64',
          ),
        }),
        ...(fault && { fault }),
      },
      control: { url: `http://127.0.0.1:${this.#controlListener.port}` },
      spokes: [...this.spokes.values()].map(spoke => ({
        name: spoke.name,
        url: spoke.url,
        caData: spoke.caData,
        kubeconfigPath: this.#kubeconfigPath(spoke),
        registered: !!this.state.clusterByServer(spoke.url),
        ...(spoke.fault && { fault: spoke.fault }),
      })),
    };
  }

  /** The hub's administrator, with a fresh session. */
  async admin() {
    const username = 'admin';
    const password = this.#identity.adminPassword;
    const token = await this.#sessions.login(username, password);
    return { username, password, token };
  }

  /** Writes the state of the hub soon; changes of objects do it by themselves. */
  save(): void {
    this.#persistence.schedule('hub', () => saveHub(this.state));
  }

  async stop(): Promise<void> {
    this.#clock.stop();
    await this.#persistence.flush();
    await Promise.all([
      this.hubListener.stop(),
      this.#controlListener.stop(),
      ...[...this.spokes.values()].map(spoke => spoke.stop()),
    ]);
    if (this.#temporary) {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }

  async #start(): Promise<void> {
    const saved = this.#persistence.load<SavedHub>('hub');
    for (const [name, spoke] of this.spokes) {
      await spoke.start(this.#loadSpoke(name));
    }
    if (saved) loadHub(this.state, saved);
    else await this.#settings.scenario.populate(this);
    await this.hubListener.start();
    await this.#controlListener.start();
    this.state.url = this.#hubUrl();
    this.#token = await this.#sessions.apiKey('backstage', 'portal');
    for (const controller of this.#controllers) controller.start();
    this.#rememberPorts();
    this.#saveOnChange();
    for (const spoke of this.spokes.values()) {
      const path = this.#kubeconfigPath(spoke);
      writeFileSync(path, spoke.kubeconfig(), { mode: 0o600 });
    }
  }

  #createHub(client: SpokeClient): Server {
    const { state } = this;
    const sessions = this.#sessions;
    const hub = new HubServer({
      state,
      sessions,
      streams: new ApplicationStreams({ state, sessions }),
      log: this.requests,
      routes: [
        ...sessionRoutes(sessions),
        ...clusterRoutes(client),
        ...applicationRoutes,
        ...applicationDetailRoutes(client),
        ...applicationWriteRoutes,
        ...applicationSetRoutes,
        ...projectRoutes,
      ],
    });
    const { hubServer } = this.#identity;
    return this.#settings.tls
      ? createTlsServer({ ...hubServer }, (request, response) =>
          hub.handle(request, response),
        )
      : createServer((request, response) => hub.handle(request, response));
  }

  #hubUrl(): string {
    const scheme = this.#settings.tls ? 'https' : 'http';
    return `${scheme}://127.0.0.1:${this.hubListener.port}`;
  }

  #kubeconfigPath({ name }: Spoke): string {
    return join(this.#directory, `${name}.kubeconfig`);
  }

  #loadSpoke(name: string): Record<string, GenericObject[]> | undefined {
    return this.#persistence.load(`spoke-${name}`);
  }

  #rememberPorts(): void {
    this.#identity.ports = {
      hub: this.hubListener.port,
      control: this.#controlListener.port,
      spokes: Object.fromEntries(
        [...this.spokes].map(([name, { port }]) => [name, port]),
      ),
    };
    this.#persistence.schedule('identity', () => this.#identity);
  }

  #saveOnChange(): void {
    const { applications, applicationSets, projects, clusters } = this.state;
    for (const store of [applications, applicationSets, projects, clusters]) {
      store.subscribe(() => this.save());
    }
    this.save();
    for (const [name, { store }] of this.spokes) {
      const save = () =>
        this.#persistence.schedule(`spoke-${name}`, () => store.snapshot());
      store.subscribe(save);
      save();
    }
  }
}

async function createIdentity(): Promise<Identity> {
  return {
    secret: randomBytes(32).toString('hex'),
    adminPassword: randomBytes(12).toString('hex'),
    installationId: randomUUID(),
    ports: { hub: 0, control: 0, spokes: {} },
    spokes: {},
  };
}

async function createSpokeKeys(name: string): Promise<SpokeKeys> {
  const authority = await createAuthority(`${name}-ca`);
  return {
    authority,
    server: await issueServer(authority),
    tokenKey: TokenIssuer.createKey(),
    adminToken: randomBytes(24).toString('hex'),
    adminCertificate: await issueClient(authority, {
      user: 'kubernetes-admin',
      groups: ['system:masters'],
    }),
  };
}
