import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Clock } from './clock';
import { ApplicationController } from './controllers/application/ApplicationController';
import { ApplicationSetController } from './controllers/applicationset/ApplicationSetController';
import { ClusterCaches } from './controllers/ClusterCaches';
import { ClusterInfoController } from './controllers/ClusterInfoController';
import { HubServer } from './hub/HubServer';
import { Replicas } from './hub/Replicas';
import { RequestLog } from './hub/RequestLog';
import { hubRoutes } from './hub/routes/hubRoutes';
import { Sessions } from './hub/Sessions';
import { Listener } from './net/Listener';
import { createAuthority, issueServer, type KeyPair } from './net/pki';
import { SpokeClient } from './net/SpokeClient';
import type { Controller, Scenario } from './scenarios/Scenario';
import type { Spoke } from './spoke/Spoke';
import { HubState } from './state/HubState';
import type { Persistence } from './state/Persistence';
import { loadHub, saveHub, type SavedHub } from './state/savedHub';

/** What makes a hub this one and no other; survives a restart. */
export interface HubIdentity {
  secret: string;
  adminPassword: string;
  installationId: string;
  port: number;
  authority?: KeyPair;
  server?: KeyPair;
}

export interface HubOptions {
  name: string;
  scenario: Scenario;
  identity: HubIdentity;
  /** every Kubernetes cluster there is, by name */
  spokes: ReadonlyMap<string, Spoke>;
  persistence: Persistence;
  port?: number;
  timeScale?: number;
  tls?: boolean;
}

/** One Argo CD: its objects, its controllers and argocd-server on one port. */
export class Hub {
  readonly name: string;
  readonly state: HubState;
  readonly clock: Clock;
  readonly spokes: ReadonlyMap<string, Spoke>;
  readonly client: SpokeClient;
  readonly caches: ClusterCaches;
  readonly applications: ApplicationController;
  readonly requests = new RequestLog();
  readonly replicas: Replicas;
  readonly sessions: Sessions;
  readonly listener: Listener;
  readonly #options: HubOptions;
  readonly #controllers: Controller[];
  #token = '';

  static async createIdentity(tls = false): Promise<HubIdentity> {
    const identity = {
      secret: randomBytes(32).toString('hex'),
      adminPassword: randomBytes(12).toString('hex'),
      installationId: randomUUID(),
      port: 0,
    };
    return tls ? Hub.withCertificate(identity) : identity;
  }

  /** The identity with a key pair for https, made when there is none yet. */
  static async withCertificate(identity: HubIdentity): Promise<HubIdentity> {
    if (identity.server) return identity;
    const authority = await createAuthority('argocd-ca');
    const server = await issueServer(authority);
    return { ...identity, authority, server };
  }

  constructor(options: HubOptions) {
    const { name, scenario, identity, spokes } = options;
    this.#options = options;
    this.name = name;
    this.spokes = spokes;
    this.clock = new Clock(options.timeScale);
    this.state = new HubState(this.clock, {
      packed: scenario.packed,
      seed: scenario.seed,
    });
    this.state.installationId = identity.installationId;
    scenario.configure(this);
    const { state, clock } = this;
    this.sessions = new Sessions({
      secret: identity.secret,
      accounts: [
        { name: 'admin', password: identity.adminPassword },
        ...state.accounts,
      ],
      state,
    });
    const scaled = (ms: number) => clock.scaled(ms);
    this.client =
      scenario.createClient?.(this, { scaled }) ?? new SpokeClient({ scaled });
    const { client } = this;
    this.caches = new ClusterCaches({
      state,
      client,
      findSpoke: server => this.spokeOf(server),
    });
    const { caches } = this;
    this.applications = new ApplicationController({ state, caches, client });
    this.#controllers = scenario.controllers?.(this) ?? [
      new ApplicationSetController(state),
      this.applications,
      caches,
      new ClusterInfoController({ state, caches }),
    ];
    this.replicas = new Replicas({ state, sessions: this.sessions });
    this.listener = new Listener({
      server: this.#createServer(),
      port: options.port ?? identity.port,
    });
  }

  get url(): string {
    const scheme = this.#options.tls ? 'https' : 'http';
    return `${scheme}://127.0.0.1:${this.listener.port}`;
  }

  /** The spoke that a server URL leads to. */
  spokeOf(server: string): Spoke | undefined {
    const { origin } = new URL(server);
    return [...this.spokes.values()].find(({ url }) => url === origin);
  }

  /** What a client needs to know. */
  describe() {
    const { fault } = this.listener;
    const { authority } = this.#options.identity;
    return {
      url: this.url,
      token: this.#token,
      ...(this.#options.tls && {
        caData: Buffer.from(authority!.cert).toString('base64'),
      }),
      ...(fault && { fault }),
    };
  }

  /** The hub's administrator, with a fresh session. */
  async admin() {
    const username = 'admin';
    const password = this.#options.identity.adminPassword;
    const token = this.sessions.loginAs(username);
    return { username, password, token };
  }

  async start(): Promise<void> {
    const { scenario, persistence, identity } = this.#options;
    const saved = persistence.load<SavedHub>(this.document);
    if (saved) loadHub(this.state, saved);
    else await scenario.populate(this);
    await this.listener.start();
    identity.port = this.listener.port;
    this.state.url = this.url;
    this.#token = await this.sessions.apiKey('backstage', 'portal');
    for (const controller of this.#controllers) controller.start();
    this.#saveOnChange();
  }

  async stop(): Promise<void> {
    this.clock.stop();
    await this.listener.stop();
  }

  /** Writes the state of the hub soon; changes of objects do it by themselves. */
  save(): void {
    this.#options.persistence.schedule(this.document, () =>
      saveHub(this.state),
    );
  }

  /** the name under which the hub is saved */
  get document(): string {
    return this.name === 'main' ? 'hub' : `hub-${this.name}`;
  }

  #createServer(): Server {
    const hub = new HubServer({
      state: this.state,
      sessions: this.sessions,
      replicas: this.replicas,
      log: this.requests,
      routes: hubRoutes({ sessions: this.sessions, client: this.client }),
    });
    const { identity, tls } = this.#options;
    return tls
      ? createTlsServer({ ...identity.server }, (request, response) =>
          hub.handle(request, response),
        )
      : createServer((request, response) => hub.handle(request, response));
  }

  #saveOnChange(): void {
    if (!this.#options.persistence.isKept) return;
    const { applications, applicationSets, projects, clusters } = this.state;
    for (const store of [applications, applicationSets, projects, clusters]) {
      store.subscribe(() => this.save());
    }
    this.save();
  }
}
