import type { Hub } from '../../../../Hub';
import { Simulator } from '../../../../Simulator';
import { Rbac } from '../../../Rbac';
import { Repository } from '../../../../repository/Repository';
import { EMPTY_STATUS } from '../../../../controllers/application/status';
import type { Scenario } from '../../../../scenarios/Scenario';
import type { HubState } from '../../../../state/HubState';
import { CONTROL_PLANE } from '../../../../state/names';
import type { Spoke } from '../../../../spoke/Spoke';
import type { Application, AppProject } from '../../../../types/argocd';

export const LIST = '/api/v1/applications';
export const REPOSITORY = 'https://git.example.com/agent';
/** a server that is registered and that nobody ever dials */
export const SERVER = 'https://east.example.com:6443';

const POLICY = `
p, role:all, applications, *, */*, allow
p, role:all, logs, get, */*, allow
g, tester, role:all
p, reader, applications, get, default/*, allow
p, syncer, applications, get, */*, allow
p, syncer, applications, sync, */*, allow
`;

export interface Answer {
  status: number;
  text: string;
  // Tests read answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** account that calls; default: one that may do everything with applications */
  as?: 'tester' | 'reader' | 'syncer' | 'nobody';
}

/**
 * A hub without controllers, so that nothing changes unless a test does it. Has
 * two projects, a repository with one commit, and the cluster east, which does
 * not exist, beside the spokes that a test asks for.
 */
export class World {
  readonly #simulator: Simulator;

  private constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  static async start(
    options: { spokes?: string[]; timeScale?: number } = {},
  ): Promise<World> {
    const { spokes = [], timeScale = 10 } = options;
    const scenario: Scenario = {
      spokes,
      controllers: () => [],
      configure,
      async populate(hub) {
        populate(hub);
      },
    };
    return new World(await Simulator.start({ scenario, timeScale }));
  }

  get hub(): Hub {
    return this.#simulator.hub;
  }

  get state(): HubState {
    return this.hub.state;
  }

  spoke(name: string): Spoke {
    return this.#simulator.spokes.get(name)!;
  }

  stop(): Promise<void> {
    return this.#simulator.stop();
  }

  async call(path: string, options: CallOptions = {}): Promise<Answer> {
    const { method = 'GET', body, headers, as = 'tester' } = options;
    const token = await this.hub.sessions.apiKey(as, 'test');
    const response = await fetch(`${this.hub.url}${path}`, {
      method,
      headers: {
        ...(method !== 'GET' && { 'Content-Type': 'application/json' }),
        Authorization: `Bearer ${token}`,
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, body: parse(text) };
  }

  post(path: string, body: unknown = {}, options: CallOptions = {}) {
    return this.call(path, { method: 'POST', body, ...options });
  }

  /** Stores an application as it stands after a sync. */
  add(name: string, change: (app: Application) => void = () => {}): void {
    const app = application(name);
    change(app);
    this.state.applications.create(app);
  }

  app(name: string, namespace = CONTROL_PLANE): Application {
    return this.state.applications.get(name, namespace)!;
  }

  change(name: string, change: (draft: Application) => void): void {
    this.state.applications.update(name, CONTROL_PLANE, change);
  }

  changeProject(change: (spec: AppProject['spec']) => void): void {
    this.state.projects.update('default', CONTROL_PLANE, draft =>
      change(draft.spec),
    );
  }

  get revision(): string {
    return this.state.repositories.get(REPOSITORY)!.head.revision;
  }

  /** Takes away the refresh annotation, as the controller does when it has looked. */
  refreshes(): () => void {
    return this.state.applications.subscribe(({ entry }) => {
      const { annotations } = entry.object.metadata;
      if (!annotations?.['argocd.argoproj.io/refresh']) return;
      setImmediate(() =>
        this.change(entry.name, draft => {
          delete draft.metadata.annotations!['argocd.argoproj.io/refresh'];
          draft.status.reconciledAt = '2026-01-01T00:00:00Z';
        }),
      );
    });
  }
}

export function application(name: string): Application {
  return {
    metadata: { name, namespace: CONTROL_PLANE, labels: { app: name } },
    spec: {
      destination: { server: SERVER, namespace: 'web' },
      project: 'default',
      source: { repoURL: REPOSITORY, path: 'plain', targetRevision: 'main' },
    },
    status: {
      ...EMPTY_STATUS,
      health: { status: 'Healthy' },
      sync: {
        ...EMPTY_STATUS.sync,
        status: 'Synced',
        revision: 'a'.repeat(40),
      },
    },
  };
}

function configure({ state }: Hub): void {
  const apiKeys = ['test'];
  const names = ['tester', 'reader', 'syncer', 'nobody', 'backstage'];
  state.accounts = names.map(name => ({
    name,
    apiKeys: [...apiKeys, 'portal'],
  }));
  state.rbac = new Rbac(POLICY);
  const repository = new Repository({ url: REPOSITORY, directory: '/nowhere' });
  repository.commit({
    author: 'Ada <ada@example.com>',
    message: 'First',
    date: '2026-01-01T00:00:00Z',
    values: {},
    manifests: { plain: [] },
  });
  state.repositories.set(REPOSITORY, repository);
}

function populate({ state }: Hub): void {
  for (const name of ['default', 'other']) {
    state.projects.create({
      metadata: { name, namespace: CONTROL_PLANE },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
      },
    });
  }
  state.clusters.create({
    metadata: { name: 'cluster-east', namespace: CONTROL_PLANE },
    data: { name: 'east', server: SERVER, config: {} },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
