import type { RunningSimulator } from 'hub-simulator';
import { Agent, fetch } from 'undici';
import type { ArgoApplication, ArgoCluster } from '../../../hub/types';

/** A fault of the control API; see the README of the simulator. */
export interface Fault {
  kind: string;
  [option: string]: unknown;
}

/** What the hub really holds, asked as its administrator. */
export interface HubTruth {
  applications: ArgoApplication[];
  clusters: ArgoCluster[];
  sets: any[];
  projects: any[];
}

/** One hub of the simulator from behind: its truth, its faults, its changes. */
export class SimulatedHub {
  readonly name: string;
  readonly #control: string;
  readonly #agent: Agent;
  #url: string;
  #token: string;
  #admin?: string;

  constructor(simulator: RunningSimulator, name: string) {
    const { hub, hubs = [{ ...hub, name }] } = simulator;
    const found = hubs.find(one => one.name === name)!;
    const ca = found.caData && Buffer.from(found.caData, 'base64');
    this.name = name;
    this.#control = simulator.control.url;
    this.#url = found.url;
    this.#token = found.token;
    this.#agent = new Agent(ca ? { connect: { ca: ca.toString() } } : {});
  }

  get url(): string {
    return this.#url;
  }

  /** Of the account that the product uses. */
  get token(): string {
    return this.#token;
  }

  /** Calls the control API; `/hub/…` is about this hub. */
  async control(path: string, body?: object): Promise<any> {
    const own = path.replace(/^\/hub\//, `/hubs/${this.name}/`);
    const response = await fetch(`${this.#control}${own}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
      dispatcher: this.#agent,
    });
    if (!response.ok) {
      throw new Error(`${own}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  }

  /** Calls the hub itself as its administrator, past everything of ours. */
  async call(method: string, path: string, body?: object): Promise<any> {
    this.#admin ??= (await this.control('/hub/admin')).token as string;
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${this.#admin}`,
      },
      body: body && JSON.stringify(body),
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    }
    return JSON.parse(text || '{}');
  }

  /** What the product's own account is answered, whatever that is. */
  async asAccount(path: string): Promise<{ status: number; body?: any }> {
    const answer = await fetch(`${this.#url}${path}`, {
      headers: { Authorization: `Bearer ${this.#token}` },
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(5_000),
    });
    const body = await answer.json().catch(() => undefined);
    return { status: answer.status, body };
  }

  /**
   * Membership by lists of each project, which an answer limit bears; every
   * application singly, as only that is read past the hub's own caches.
   */
  async truth(): Promise<HubTruth> {
    const projects = (await this.call('GET', '/api/v1/projects')).items ?? [];
    const lists = await Promise.all(
      projects.map(({ metadata }: any) =>
        this.call('GET', `/api/v1/applications?projects=${metadata.name}`),
      ),
    );
    const listed: ArgoApplication[] = lists.flatMap(({ items }) => items ?? []);
    const applications = await Promise.all(
      listed.map(one => this.application(one.metadata)),
    );
    const [clusters, sets] = await Promise.all(
      ['clusters', 'applicationsets'].map(kind =>
        this.call('GET', `/api/v1/${kind}`),
      ),
    );
    return {
      applications: applications.flatMap(one => one ?? []),
      clusters: clusters.items ?? [],
      sets: sets.items ?? [],
      projects,
    };
  }

  /** Undefined where the hub does not have it. */
  async application(key: {
    namespace?: string;
    name: string;
  }): Promise<ArgoApplication | undefined> {
    const { namespace = 'argocd', name } = key;
    try {
      return await this.call(
        'GET',
        `/api/v1/applications/${name}?appNamespace=${namespace}`,
      );
    } catch (error) {
      if (/: 40[34] /.test((error as Error).message)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Puts another hub under the same address; its token is another too. */
  async replace(): Promise<void> {
    const { hub, hubs = [{ ...hub, name: this.name }] } = await this.control(
      '/hub/replace',
      {},
    );
    const found = hubs.find(({ name }: any) => name === this.name);
    this.#url = found.url;
    this.#token = found.token;
    this.#admin = undefined;
  }

  /** One more token of the account that the product uses. */
  async newToken(): Promise<string> {
    const { token } = await this.call(
      'POST',
      '/api/v1/account/backstage/token',
      {},
    );
    this.#token = token;
    return token;
  }

  async createApplication(
    name: string,
    change: {
      namespace?: string;
      labels?: Record<string, string>;
      spec?: object;
    } = {},
  ): Promise<void> {
    const { spec, labels, namespace } = change;
    await this.call('POST', '/api/v1/applications?upsert=true', {
      metadata: { name, namespace, labels },
      spec: {
        project: 'default',
        source: {
          repoURL: 'https://github.com/example/agent',
          path: 'helm',
          targetRevision: 'HEAD',
        },
        destination: { name: 'staging', namespace: name },
        ...spec,
      },
    });
  }

  async removeApplication(name: string, namespace = 'argocd'): Promise<void> {
    await this.call(
      'DELETE',
      `/api/v1/applications/${name}?cascade=false&appNamespace=${namespace}`,
    );
  }

  async label(name: string, labels: Record<string, string>): Promise<void> {
    const path = `/api/v1/applications/${name}`;
    const { metadata, spec } = await this.call('GET', path);
    await this.call('PUT', `${path}?validate=false`, {
      metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
      spec,
    });
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
  }
}
