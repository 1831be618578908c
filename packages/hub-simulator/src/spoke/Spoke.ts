import { createServer, type Server } from 'node:https';
import type { Clock } from '../clock';
import { ServerCertificates } from '../net/certificates';
import { statusAnswer } from '../net/clientGoErrors';
import type { ListenerFault, SimpleFault } from '../net/faults';
import { Listener } from '../net/Listener';
import type { KeyPair } from '../net/pki';
import type { GenericObject } from '../types/kubernetes';
import { ResourceReader } from './api/ResourceReader';
import { ResourceRemover } from './api/ResourceRemover';
import { ResourceRouter } from './api/ResourceRouter';
import { ResourceWriter } from './api/ResourceWriter';
import { Watches } from './api/Watches';
import { Authenticator } from './auth/Authenticator';
import { Authorizer } from './auth/Authorizer';
import { Reviews } from './auth/reviews';
import { bootstrap } from './bootstrap';
import { GarbageCollector } from './lifecycle/GarbageCollector';
import { Lifecycle } from './lifecycle/Lifecycle';
import { NamespaceController } from './lifecycle/NamespaceController';
import { JobController } from './JobController';
import { SpokeServer } from './SpokeServer';
import { SpokeStore } from './SpokeStore';
import { TokenController } from './TokenController';
import { TokenIssuer } from './TokenIssuer';
import { Workloads } from './Workloads';

/** What must survive a restart so that credentials stay valid. */
export interface SpokeKeys {
  authority: KeyPair;
  server: KeyPair;
  tokenKey: string;
  adminToken: string;
  adminCertificate: KeyPair;
}

/** A Kubernetes cluster as far as its API is concerned. */
export class Spoke {
  readonly name: string;
  readonly store: SpokeStore;
  readonly tokens: TokenController;
  readonly workloads: Workloads;
  readonly #lifecycle: Lifecycle;
  readonly #keys: SpokeKeys;
  readonly #server: Server;
  readonly #listener: Listener;
  readonly #clock: Clock;

  constructor(options: {
    name: string;
    keys: SpokeKeys;
    clock: Clock;
    port?: number;
  }) {
    this.name = options.name;
    this.#keys = options.keys;
    this.#clock = options.clock;
    const { clock } = options;
    this.store = new SpokeStore(() => clock.timestamp());
    const { authority, server, tokenKey, adminToken } = options.keys;
    const { store } = this;
    const issuer = new TokenIssuer(tokenKey);
    this.tokens = new TokenController({ store, issuer, ca: authority.cert });
    this.workloads = new Workloads(store);
    this.#lifecycle = new Lifecycle({ store, clock });
    const authorizer = new Authorizer(store);
    const authenticator = new Authenticator({ store, issuer, adminToken });
    const reader = new ResourceReader({ store, clock });
    const router = new ResourceRouter({
      store,
      issuer,
      reader,
      writer: new ResourceWriter({ store, authorizer }),
      remover: new ResourceRemover({ reader, lifecycle: this.#lifecycle }),
      reviews: new Reviews({ authorizer, authenticator }),
      watches: new Watches({ store, clock }),
    });
    const handler = new SpokeServer({ authenticator, authorizer, router });
    this.#server = createServer(
      {
        cert: server.cert,
        key: server.key,
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => handler.handle(request, response),
    );
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    // It is argocd-server that lets go of idle connections (F10.2.5).
    this.#server.keepAliveTimeout = Math.max(clock.scaled(300_000), 5000);
    this.#listener = new Listener({
      server: this.#server,
      port: options.port,
      certificates: new ServerCertificates({
        authority,
        own: server,
        trustsClients: true,
      }),
      plainAnswer: statusAnswer,
      scaled: ms => options.clock.scaled(ms),
    });
  }

  get url(): string {
    return `https://127.0.0.1:${this.#listener.port}`;
  }

  get port(): number {
    return this.#listener.port;
  }

  get fault(): ListenerFault['kind'] | undefined {
    return this.#listener.fault;
  }

  get faults(): ListenerFault[] {
    return this.#listener.faults;
  }

  /** The CA certificate as Kubernetes configuration carries it: base64 of PEM. */
  get caData(): string {
    return base64(this.#keys.authority.cert);
  }

  /** Starts with the saved objects, or as a new cluster. */
  async start(saved?: Record<string, GenericObject[]>): Promise<void> {
    if (saved) this.store.restore(saved);
    else bootstrap(this.store);
    this.#startControllers();
    await this.#listener.start();
  }

  break(how: ListenerFault | SimpleFault): Promise<void> {
    return this.#listener.break(how);
  }

  heal(): Promise<void> {
    return this.#listener.heal();
  }

  async stop(): Promise<void> {
    await this.#listener.stop();
  }

  /** What a real cluster's own controllers do. */
  #startControllers(): void {
    const { store } = this;
    const lifecycle = this.#lifecycle;
    const clock = this.#clock;
    const ca = this.#keys.authority.cert;
    this.tokens.start(clock);
    this.workloads.start(clock);
    new JobController({ store, clock }).start();
    new NamespaceController({ store, lifecycle, clock, ca }).start();
    new GarbageCollector({ store, lifecycle }).start();
    lifecycle.resume();
  }

  /** The administrator's kubeconfig, with inline data only. */
  kubeconfig(credential: 'token' | 'certificate' = 'token'): string {
    const { name } = this;
    const { adminToken, adminCertificate } = this.#keys;
    const user =
      credential === 'token'
        ? [`token: ${adminToken}`]
        : [
            `client-certificate-data: ${base64(adminCertificate.cert)}`,
            `client-key-data: ${base64(adminCertificate.key)}`,
          ];
    return [
      'apiVersion: v1',
      'kind: Config',
      'clusters:',
      `  - name: ${name}`,
      '    cluster:',
      `      server: ${this.url}`,
      `      certificate-authority-data: ${this.caData}`,
      'users:',
      `  - name: ${name}-admin`,
      '    user:',
      ...user.map(line => `      ${line}`),
      'contexts:',
      `  - name: ${name}`,
      '    context:',
      `      cluster: ${name}`,
      `      user: ${name}-admin`,
      `current-context: ${name}`,
      '',
    ].join('\n');
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
