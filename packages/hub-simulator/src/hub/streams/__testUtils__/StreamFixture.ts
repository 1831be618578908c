import { get, type IncomingMessage } from 'node:http';
import { createUnzip } from 'node:zlib';
import { Hub } from '../../../Hub';
import type { Scenario } from '../../../scenarios/Scenario';
import { CONTROL_PLANE } from '../../../state/names';
import { Persistence } from '../../../state/Persistence';
import { until } from '../../../testing/Fixture';
import type { Application } from '../../../types/argocd';
import { Rbac } from '../../Rbac';

const POLICY = `
p, role:portal, applications, get, open/*, allow
p, role:portal, applications, get, other/*, allow
p, role:portal, applicationsets, get, open/*, allow
g, backstage, role:portal
`;
/** What `fields` needs so that an event tells its type, its name and its error. */
export const NAMES = 'error,result.type,result.application.metadata.name';

export interface StreamOptions {
  /** default: the stream of applications */
  path?: string;
  query?: string;
  /** default: `text/event-stream` */
  accept?: string;
  /** '' = none; default: that of an account that may see `open` and `other` */
  token?: string;
  headers?: Record<string, string>;
}

/** One open stream and what has arrived on it. */
export class TestStream {
  text = '';
  response: IncomingMessage | undefined;
  /** how it ended: in order, or with the code of an error */
  ended: string | undefined;
  readonly #request;

  constructor(url: string, headers: Record<string, string>) {
    this.#request = get(url, { headers, agent: false });
    this.#request.on('error', error => this.#end(error));
    this.#request.on('response', response => this.#read(response));
  }

  /** Everything that came as SSE. */
  get events() {
    return [...this.text.matchAll(/^data: (.*) $/gm)].map(([, json]) =>
      JSON.parse(json),
    );
  }

  /** `TYPE name` of every event. */
  get names(): string[] {
    return this.events.map(
      ({ result: { type, application } }) =>
        `${type} ${application.metadata.name}`,
    );
  }

  /** Waits until so many events have come. */
  async until(count: number) {
    await until(async () => this.events.length >= count);
    return this.events;
  }

  /** Waits until it has ended and tells how. */
  async untilEnd(): Promise<string> {
    return until(async () => this.ended);
  }

  close(): void {
    this.#request.destroy();
  }

  #read(response: IncomingMessage): void {
    this.response = response;
    const isZipped = response.headers['content-encoding'];
    const body = isZipped ? response.pipe(createUnzip()) : response;
    body.on('data', chunk => {
      this.text += chunk;
    });
    body.on('error', error => this.#end(error));
    response.on('error', error => this.#end(error));
    response.on('end', () => {
      this.ended ??= 'end';
    });
  }

  #end(error: NodeJS.ErrnoException): void {
    this.ended ??= error.code ?? error.message;
  }
}

/** A hub without controllers: its objects change only when a test changes them. */
export class StreamFixture {
  readonly hub: Hub;
  readonly #streams: TestStream[] = [];

  private constructor(hub: Hub) {
    this.hub = hub;
  }

  static async start(
    options: { timeScale?: number; packed?: boolean } = {},
  ): Promise<StreamFixture> {
    const { timeScale = 10, packed } = options;
    const scenario: Scenario = {
      spokes: [],
      packed,
      configure({ state }) {
        state.accounts = [{ name: 'backstage', apiKeys: ['portal'] }];
        state.rbac = new Rbac(POLICY);
        state.applicationNamespaces = ['tenant'];
        for (const name of ['open', 'other', 'secret']) {
          state.projects.create({
            metadata: { name, namespace: CONTROL_PLANE },
            spec: { sourceNamespaces: ['tenant'] },
            status: {},
          });
        }
      },
      populate: async () => {},
      controllers: () => [],
    };
    const hub = new Hub({
      name: 'main',
      scenario,
      identity: await Hub.createIdentity(),
      spokes: new Map(),
      persistence: new Persistence(undefined),
      timeScale,
    });
    await hub.start();
    return new StreamFixture(hub);
  }

  get state() {
    return this.hub.state;
  }

  get faults() {
    return this.hub.replicas.faults;
  }

  async stop(): Promise<void> {
    this.close();
    await this.hub.stop();
  }

  /** Closes every stream and deletes every object; what a test should end with. */
  clean(): void {
    this.close();
    this.faults.heal();
    this.state.redis.flush();
    const { applications, applicationSets } = this.state;
    for (const store of [applications, applicationSets]) {
      for (const { metadata } of store.list()) {
        store.delete(metadata.name, metadata.namespace);
      }
    }
  }

  close(): void {
    for (const stream of this.#streams.splice(0)) stream.close();
  }

  /** A new application; `namespace/name` puts it elsewhere than into argocd. */
  create(
    path: string,
    options: {
      project?: string;
      labels?: Record<string, string>;
      status?: Partial<Application['status']>;
    } = {},
  ): Application {
    const [name, namespace = CONTROL_PLANE] = path.split('/').reverse();
    const { project = 'open', labels, status } = options;
    return this.state.applications.create({
      metadata: { name, namespace, ...(labels && { labels }) },
      spec: {
        project,
        destination: { name: 'prod', namespace: 'agent' },
        source: { repoURL: 'https://git.example.com/agent', path: '.' },
      },
      status: {
        sync: { status: 'Synced' },
        health: { status: 'Healthy' },
        summary: {},
        ...status,
      },
    } as Application);
  }

  /** Changes an application in a way that everybody who may see it sees. */
  touch(path: string, change?: (app: Application) => void): void {
    const [name, namespace = CONTROL_PLANE] = path.split('/').reverse();
    this.state.applications.update(name, namespace, app => {
      if (change) change(app);
      else app.status.reconciledAt = `change ${this.state.revisions.last}`;
    });
  }

  delete(path: string): void {
    const [name, namespace = CONTROL_PLANE] = path.split('/').reverse();
    this.state.applications.delete(name, namespace);
  }

  open(options: StreamOptions = {}): TestStream {
    const { path = '/api/v1/stream/applications', query = '' } = options;
    const { accept = 'text/event-stream', headers } = options;
    const { url, token: own } = this.hub.describe();
    const token = options.token ?? own;
    const stream = new TestStream(`${url}${path}?${query}`, {
      ...(accept && { accept }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    });
    this.#streams.push(stream);
    return stream;
  }

  /** Opens a stream that has seen what there is and follows now. */
  async follow(count: number, options: StreamOptions = {}) {
    const stream = this.open(options);
    await stream.until(count);
    await pause();
    return stream;
  }
}

/** Long enough for anything under way on loopback to arrive. */
export function pause(ms = 100): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms);
  });
}
