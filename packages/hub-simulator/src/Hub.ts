import { randomBytes, randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Clock } from './clock';
import { ApplicationController } from './controllers/application/ApplicationController';
import { ApplicationSetController } from './controllers/applicationset/ApplicationSetController';
import { ClusterCaches } from './controllers/cluster/ClusterCaches';
import { ClusterInfoController } from './controllers/cluster/ClusterInfoController';
import { Shards } from './controllers/Shards';
import { HubServer } from './hub/HubServer';
import { Replicas } from './hub/streams/Replicas';
import { redirectPlain } from './hub/redirectPlain';
import { RequestLog } from './hub/RequestLog';
import { hubRoutes } from './hub/routes/hubRoutes';
import { Sessions } from './hub/Sessions';
import { ServerCertificates } from './net/certificates';
import { DialFaults } from './net/DialFaults';
import { GO_SERVER } from './net/goServer';
import { Listener } from './net/Listener';
import { createServerKeys, type KeyPair } from './net/pki';
import { type Caller, SpokeClient, type SpokeTarget } from './net/SpokeClient';
import type { Controller, Scenario } from './scenarios/Scenario';
import { registerCluster } from './scenarios/registerCluster';
import { createSpokeKeys } from './spoke/createSpokeKeys';
import { Spoke } from './spoke/Spoke';
import { ArgoVersion } from './state/ArgoVersion';
import { GRPC_MAX_BYTES, HubState } from './state/HubState';
import { IN_CLUSTER, trimServer } from './state/names';
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

/** How a hub is built and run. */
export interface HubSetup {
  /** `2.14`, `3.4` or `3.5`, the default */
  argocdVersion?: string;
  /** answers take the time that argocd-server would need; default: no time */
  trueCost?: boolean;
  /** number of application controllers; default 1 */
  shards?: number;
  /** one replica of argocd-server per lag in simulated milliseconds; default: one without */
  replicaLagsMs?: number[];
  /** argocd-server's `--rootpath`: what stands before every path; default: nothing */
  rootPath?: string;
  /** `application.namespaces`: where applications may live beside argocd; default: nowhere */
  applicationNamespaces?: string[];
}

export interface HubOptions {
  name: string;
  scenario: Scenario;
  identity: HubIdentity;
  /** every Kubernetes cluster there is, by name */
  spokes: ReadonlyMap<string, Spoke>;
  persistence: Persistence;
  setup?: HubSetup;
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
  /** how argocd-server calls the clusters */
  readonly client: SpokeClient;
  /** which clusters are out of reach for whom */
  readonly dialFaults = new DialFaults();
  readonly caches: ClusterCaches;
  /** undefined where a scenario brings its own controllers */
  readonly applications: ApplicationController | undefined;
  readonly requests = new RequestLog();
  readonly replicas: Replicas;
  readonly sessions: Sessions;
  readonly listener: Listener;
  readonly #options: HubOptions;
  readonly #controllerClient: SpokeClient;
  readonly #controllers: Controller[];
  /** the cluster that the hub itself runs in, with its own way into it */
  #own: { spoke: Spoke; target: SpokeTarget } | undefined;
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
    return { ...identity, ...(await createServerKeys('argocd-ca')) };
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
    this.#setUp(options.setup ?? {});
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
    this.client = this.#createClient('argocd-server');
    const client = this.#createClient('controller');
    this.#controllerClient = client;
    this.caches = new ClusterCaches({
      state,
      client,
      findSpoke: server => this.spokeOf(server),
      reaches: server => !this.dialFaults.find(server, 'controller'),
    });
    const { caches } = this;
    const own = scenario.controllers?.(this);
    if (!own) {
      this.applications = new ApplicationController({ state, caches, client });
    }
    this.#controllers = own ?? [
      new ApplicationSetController(state),
      this.applications!,
      caches,
      new ClusterInfoController({ state, caches }),
    ];
    this.replicas = new Replicas({
      state,
      sessions: this.sessions,
      seed: scenario.seed,
    });
    this.listener = new Listener({
      server: this.#createServer(),
      port: options.port ?? identity.port,
      scaled: ms => clock.scaled(ms),
      random: () => state.random.next(),
      certificates:
        identity.authority && identity.server
          ? new ServerCertificates({
              authority: identity.authority,
              own: identity.server,
            })
          : undefined,
    });
  }

  get url(): string {
    const scheme = this.#options.tls ? 'https' : 'http';
    return `${scheme}://127.0.0.1:${this.listener.port}${this.#rootPath}`;
  }

  /** `''`, or a path that begins with a slash and ends with none. */
  get #rootPath(): string {
    const root = this.#options.setup?.rootPath?.replace(/^\/+|\/+$/g, '');
    return root ? `/${root}` : '';
  }

  /** The spoke that a server URL leads to. */
  spokeOf(server: string): Spoke | undefined {
    if (trimServer(server) === IN_CLUSTER) return this.#own?.spoke;
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
      ...(fault && { fault, faults: this.listener.faults }),
      ...this.#troubles(),
    };
  }

  /** What is wrong behind the port; nothing where all is well. */
  #troubles() {
    const { shards, limits } = this.state;
    const deadShards = Array.from(
      { length: shards.count },
      (_, at) => at,
    ).filter(shard => !shards.isAlive(shard));
    const { faults } = this.replicas;
    return {
      ...(deadShards.length && { deadShards }),
      ...(faults.isOn && { streams: faults.settings }),
      ...(limits.grpcMaxBytes !== GRPC_MAX_BYTES && { limits }),
    };
  }

  /** The hub's administrator, with a fresh session. */
  async admin() {
    const username = 'admin';
    const { password = '' } = this.sessions.accounts.get(username);
    const token = this.sessions.loginAs(username);
    return { username, password, token };
  }

  async start(): Promise<void> {
    this.#own = await this.#startOwnCluster();
    const { scenario, persistence, identity } = this.#options;
    const saved = persistence.load<SavedHub>(this.document);
    if (saved) {
      loadHub(this.state, saved);
      this.sessions.accounts.restore(saved.accounts ?? {});
    } else await scenario.populate(this);
    await this.listener.start();
    identity.port = this.listener.port;
    this.state.url = this.url;
    this.#token = await this.sessions.apiKey('backstage', 'portal');
    const { replicaLagsMs } = this.#options.setup ?? {};
    if (replicaLagsMs) this.replicas.restart(replicaLagsMs);
    for (const controller of this.#controllers) controller.start();
    this.#saveOnChange();
  }

  async stop(): Promise<void> {
    this.clock.stop();
    this.client.stop();
    this.#controllerClient.stop();
    await this.listener.stop();
    await this.#own?.spoke.stop();
  }

  /** Ends every fault of the hub; what was lost stays lost. */
  async heal(): Promise<void> {
    await this.listener.heal();
    this.replicas.faults.heal();
    this.dialFaults.heal();
    this.sessions.unexpireAll();
    this.state.limits.grpcMaxBytes = GRPC_MAX_BYTES;
    const { shards } = this.state;
    for (let shard = 0; shard < shards.count; shard += 1) {
      shards.revive(shard);
    }
  }

  /** Writes the state of the hub soon; changes of objects do it by themselves. */
  save(): void {
    this.#options.persistence.schedule(this.document, () => ({
      ...saveHub(this.state),
      accounts: this.sessions.accounts.snapshot(),
    }));
  }

  /** the name under which the hub is saved */
  get document(): string {
    return this.name === 'main' ? 'hub' : `hub-${this.name}`;
  }

  /** The cluster behind `https://kubernetes.default.svc`; nobody else dials it. */
  async #startOwnCluster() {
    const name = 'in-cluster';
    const keys = await createSpokeKeys(name);
    const spoke = new Spoke({ name, keys, clock: this.clock });
    await spoke.start();
    const { data } = await registerCluster(spoke, {});
    return { spoke, target: data };
  }

  #setUp(setup: HubSetup): void {
    const { argocdVersion, trueCost, shards, applicationNamespaces } = setup;
    this.state.applicationNamespaces = applicationNamespaces ?? [];
    this.state.version = ArgoVersion.of(argocdVersion);
    this.state.cost.mode = trueCost ? 'true' : 'fast';
    this.state.shards = new Shards(shards);
  }

  #createClient(from: Caller): SpokeClient {
    const { clock, dialFaults, state } = this;
    const options = {
      from,
      scaled: (ms: number) => clock.scaled(ms),
      policy: (server: string) => dialFaults.find(server, from),
      locate: (server: string) =>
        trimServer(server) === IN_CLUSTER ? this.#own?.target : undefined,
      get closesIdle() {
        return state.cost.mode === 'fast';
      },
    };
    const { scenario } = this.#options;
    return scenario.createClient?.(this, options) ?? new SpokeClient(options);
  }

  #createServer(): Server {
    const hub = new HubServer({
      state: this.state,
      sessions: this.sessions,
      replicas: this.replicas,
      log: this.requests,
      routes: hubRoutes({ sessions: this.sessions, client: this.client }),
      rootPath: this.#rootPath,
    });
    const { identity, tls } = this.#options;
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      hub.handle(request, response);
    if (!tls) return createServer(GO_SERVER, handle);
    const server = createTlsServer(
      { ...GO_SERVER, ...identity.server },
      handle,
    );
    redirectPlain(server, this.#rootPath);
    return server;
  }

  #saveOnChange(): void {
    if (!this.#options.persistence.isKept) return;
    const { applications, applicationSets, projects, clusters } = this.state;
    for (const store of [applications, applicationSets, projects, clusters]) {
      store.subscribe(() => this.save());
    }
    this.sessions.accounts.onChange(() => this.save());
    this.save();
  }
}
