import { Clock } from '../../../clock';
import { HubState } from '../../../state/HubState';
import { CONTROL_PLANE } from '../../../state/names';
import type { ApplicationSet } from '../../../types/applicationset';
import type { Application } from '../../../types/argocd';
import { ApplicationSetController } from '../ApplicationSetController';

/** A set named `set` over the clusters a, b and c, and its controller, for tests. */
export class SetWorld {
  readonly clock: Clock;
  readonly state: HubState;
  readonly controller: ApplicationSetController;

  constructor(options: { timeScale?: number; clusters?: string[] } = {}) {
    const { timeScale = 100, clusters = ['a', 'b', 'c'] } = options;
    this.clock = new Clock(timeScale);
    this.state = new HubState(this.clock);
    this.controller = new ApplicationSetController(this.state);
    this.state.projects.create({
      metadata: { name: 'default', namespace: CONTROL_PLANE },
      spec: {},
    });
    for (const name of clusters) this.addCluster(name);
  }

  stop(): void {
    this.clock.stop();
  }

  addCluster(name: string): void {
    this.state.clusters.create({
      metadata: { name, namespace: CONTROL_PLANE, labels: { env: name } },
      data: { name, server: `https://${name}`, config: {} },
    });
  }

  addSet(
    spec: Partial<ApplicationSet['spec']> = {},
    metadata: object = {},
  ): ApplicationSet {
    const matchExpressions = [{ key: 'env', operator: 'Exists' }];
    return this.state.applicationSets.create({
      metadata: { name: 'set', namespace: CONTROL_PLANE, ...metadata },
      spec: {
        generators: [{ clusters: { selector: { matchExpressions } } }],
        template: {
          metadata: { name: 'app-{{name}}', labels: { env: '{{name}}' } },
          spec: {
            project: 'default',
            source: { repoURL: 'r', path: '.', targetRevision: 'main' },
            destination: { server: '{{server}}', namespace: 'x' },
            syncPolicy: { automated: { prune: true } },
          },
        },
        ...spec,
      },
    });
  }

  reconcile(): void {
    this.controller.reconcile('set', CONTROL_PLANE);
  }

  set(): ApplicationSet {
    return this.state.applicationSets.get('set', CONTROL_PLANE)!;
  }

  app(name: string): Application {
    return this.state.applications.get(`app-${name}`, CONTROL_PLANE)!;
  }

  names(): string[] {
    return this.state.applications.list().map(({ metadata }) => metadata.name);
  }

  editSet(change: (draft: ApplicationSet) => void): void {
    this.state.applicationSets.update('set', CONTROL_PLANE, change);
  }

  editApp(name: string, change: (draft: Application) => void): void {
    this.state.applications.update(`app-${name}`, CONTROL_PLANE, change);
  }

  /** Status, reason and message of every condition by its type. */
  conditions(): Record<string, string[]> {
    return Object.fromEntries(
      this.set().status!.conditions!.map(
        ({ type, status, reason, message }) => [
          type,
          [status, reason, message],
        ],
      ),
    );
  }

  async until(condition: () => boolean): Promise<void> {
    const end = Date.now() + 5000;
    while (!condition()) {
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
}
