import { tmpdir } from 'node:os';
import type { Hub, HubSetup } from '../../Hub';
import { Repository } from '../../repository/Repository';
import { registerCluster } from '../../scenarios/registerCluster';
import { Simulator } from '../../Simulator';
import type { Spoke } from '../../spoke/Spoke';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type {
  Application,
  ApplicationSpec,
  AppProject,
} from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { EMPTY_STATUS } from '../application/status';
import { until } from '../../testing/Fixture';

export const REPOSITORY = 'https://git.example.com/shop';
/** waits are that much shorter */
const TIME_SCALE = 50;

const PROJECT: AppProject = {
  metadata: { name: 'default', namespace: CONTROL_PLANE },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
  status: {},
};

/** A hub with two clusters, `edge` and `core`, and one repository of plain manifests. */
export class World {
  readonly #simulator: Simulator;
  readonly repository: Repository;

  private constructor(simulator: Simulator, repository: Repository) {
    this.#simulator = simulator;
    this.repository = repository;
  }

  static async start(
    options: { setup?: HubSetup; timeScale?: number } = {},
  ): Promise<World> {
    const repository = new Repository({
      url: REPOSITORY,
      directory: tmpdir(),
    });
    const simulator = await Simulator.start({
      timeScale: options.timeScale ?? TIME_SCALE,
      ...(options.setup && { setup: options.setup }),
      scenario: {
        spokes: ['edge', 'core'],
        configure: ({ state }) => {
          state.repositories.set(REPOSITORY, repository);
        },
        populate: async ({ state, spokes }) => {
          state.projects.create(PROJECT);
          for (const spoke of spokes.values()) {
            state.clusters.create(await registerCluster(spoke, {}));
            spoke.store.create('namespaces', { metadata: { name: 'shop' } });
          }
        },
      },
    });
    const world = new World(simulator, repository);
    world.commit([]);
    return world;
  }

  get hub(): Hub {
    return this.#simulator.hub;
  }

  get state(): HubState {
    return this.hub.state;
  }

  stop(): Promise<void> {
    return this.#simulator.stop();
  }

  spoke(name: string): Spoke {
    return this.#simulator.spokes.get(name)!;
  }

  /** The objects of a kind on a cluster, by name. */
  objects(resource: string, spoke = 'edge'): string[] {
    return this.spoke(spoke)
      .store.of(resource)
      .list()
      .filter(({ metadata }) => metadata.namespace === 'shop')
      .map(({ metadata }) => metadata.name)
      .filter(name => name !== 'default' && name !== 'kube-root-ca.crt');
  }

  /** A commit whose directory holds just these manifests; its revision. */
  commit(manifests: GenericObject[], path = 'app'): string {
    return this.repository.commit({
      author: 'Ada Example <ada@example.com>',
      message: `Commit ${this.repository.commits.length + 1}`,
      date: this.state.clock.timestamp(),
      values: {},
      manifests: { [path]: manifests },
    }).revision;
  }

  create(name: string, spec: Partial<ApplicationSpec> = {}): Application {
    return this.state.applications.create({
      metadata: { name, namespace: CONTROL_PLANE },
      spec: {
        project: 'default',
        source: { repoURL: REPOSITORY, path: 'app', targetRevision: 'main' },
        destination: { server: this.spoke('edge').url, namespace: 'shop' },
        ...spec,
      },
      status: structuredClone(EMPTY_STATUS),
    });
  }

  app(name: string): Application {
    return this.state.applications.get(name, CONTROL_PLANE)!;
  }

  update(name: string, change: (draft: Application) => void): void {
    this.state.applications.update(name, CONTROL_PLANE, change);
  }

  /** Asks for a refresh as argocd-server does, and waits until it is done. */
  async refresh(name: string): Promise<Application> {
    const annotation = 'argocd.argoproj.io/refresh';
    this.update(name, draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [annotation]: 'normal',
      };
    });
    return this.when(name, app => !app.metadata.annotations?.[annotation]);
  }

  /** Requests a sync, and waits until it has ended. */
  async sync(
    name: string,
    operation: NonNullable<Application['operation']> = {},
  ): Promise<Application> {
    this.request(name, operation);
    return this.when(name, ({ operation: open }) => !open);
  }

  request(
    name: string,
    operation: NonNullable<Application['operation']> = {},
  ): void {
    this.update(name, draft => {
      draft.operation = {
        initiatedBy: { username: 'ada' },
        ...operation,
        sync: { ...operation.sync },
      };
      delete draft.status.operationState;
    });
  }

  /** Waits until an application satisfies a condition. */
  when(
    name: string,
    condition: (app: Application) => boolean,
  ): Promise<Application> {
    return until(async () => {
      const app = this.app(name);
      return app && condition(app) && app;
    });
  }

  /** Waits so many simulated milliseconds. */
  pass(ms: number): Promise<void> {
    const scaled = this.state.clock.scaled(ms);
    return new Promise(resolve => setTimeout(resolve, scaled));
  }
}

type Annotations = Record<string, string>;

export function configMap(
  name: string,
  data: Record<string, string> = { a: '1' },
  annotations?: Annotations,
): GenericObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(annotations && { annotations }) },
    data,
  };
}

export function hookPod(name: string, annotations: Annotations): GenericObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'hook', image: 'registry.example.com/hook:1' }],
    },
  };
}
