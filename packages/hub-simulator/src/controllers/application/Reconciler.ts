import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type { Application, ApplicationSpec, Health } from '../../types/argocd';
import type { ClusterCaches } from '../ClusterCaches';
import { REFRESH_ANNOTATION } from './ApplicationController';
import { compare, type Comparison, loadTarget } from './compare';
import {
  applyComparison,
  comparedTo,
  setConditions,
  setHealth,
} from './status';
import { buildTree } from './tree';

/** For so long a failing cache changes nothing (`ARGOCD_REPO_ERROR_GRACE_PERIOD_SECONDS`). */
const GRACE_MS = 180_000;

/** Works out what an application's status is now, and writes it. */
export class Reconciler {
  readonly #state: HubState;
  readonly #caches: ClusterCaches;
  /** since when the target or live state of an application cannot be loaded */
  readonly #failingSince = new Map<string, number>();
  readonly #overrides = new Map<string, Health>();
  readonly #specs = new Map<string, string>();

  constructor(options: { state: HubState; caches: ClusterCaches }) {
    this.#state = options.state;
    this.#caches = options.caches;
  }

  overrideHealth(key: string, health: Health | undefined): void {
    if (health) this.#overrides.set(key, health);
    else this.#overrides.delete(key);
  }

  forget(key: string): void {
    this.#overrides.delete(key);
    this.#failingSince.delete(key);
    this.#specs.delete(key);
  }

  /** Whether a spec differs from the one that was compared last. */
  isChanged(key: string, spec: ApplicationSpec): boolean {
    return this.#specs.get(key) !== JSON.stringify(spec);
  }

  /** The comparison, undefined when there was none to make. */
  async refresh(
    name: string,
    namespace: string,
  ): Promise<Comparison | undefined> {
    const app = this.#state.applications.get(name, namespace);
    if (!app) return undefined;
    const key = `${namespace}/${name}`;
    this.#specs.set(key, JSON.stringify(app.spec));
    const invalid = this.#invalidSpec(app);
    if (invalid) {
      this.#writeInvalid(app, invalid);
      return undefined;
    }
    try {
      const server = this.#state.resolve(app.spec.destination);
      const live = await this.#caches.live(server);
      const comparison = compare(loadTarget(this.#state, app), live);
      const roots = comparison.pairs.flatMap(pair => pair.live ?? []);
      const tree = buildTree(roots, live);
      const override = this.#overrides.get(key);
      const workload = tree.nodes.find(({ kind }) => kind === 'Deployment');
      if (override && workload) workload.health = override;
      this.#state.redis.trees.write(key, tree);
      this.#failingSince.delete(key);
      this.#write(app, (draft, now) => {
        applyComparison(draft, comparison, tree, now);
        if (override?.status) setHealth(draft, override.status, now);
      });
      return comparison;
    } catch (error) {
      this.#writeFailure(app, (error as Error).message);
      return undefined;
    }
  }

  #invalidSpec(app: Application): string | undefined {
    const name = app.spec.project || 'default';
    const project = this.#state.projects.get(name, CONTROL_PLANE);
    if (!project) {
      return `Application referencing project ${name} which does not exist`;
    }
    try {
      this.#state.resolve(app.spec.destination);
    } catch (error) {
      return (error as Error).message;
    }
    return this.#state.refuseDestination(project, app.spec.destination);
  }

  #writeInvalid(app: Application, message: string): void {
    const { name, namespace } = app.metadata;
    this.#state.redis.trees.set(`${namespace}/${name}`, { nodes: [] });
    this.#write(app, (draft, now) => {
      draft.status.sync = { status: 'Unknown', comparedTo: comparedTo(draft) };
      delete draft.status.resources;
      setHealth(draft, 'Unknown', now);
      const condition = { type: 'InvalidSpecError', message };
      setConditions(draft, [condition], ['InvalidSpecError'], now);
    });
  }

  /** Frozen during the grace period, unless a person asked; then Unknown, but Healthy. */
  #writeFailure(app: Application, message: string): void {
    const { name, namespace, annotations } = app.metadata;
    const key = `${namespace}/${name}`;
    const since = this.#failingSince.get(key) ?? Date.now();
    this.#failingSince.set(key, since);
    const grace = this.#state.clock.scaled(GRACE_MS);
    const asked = annotations?.[REFRESH_ANNOTATION] !== undefined;
    const isFrozen =
      !!app.status.reconciledAt && !asked && Date.now() - since < grace;
    const isCluster = message.startsWith('failed to get cluster info');
    this.#write(app, (draft, now) => {
      if (isFrozen) return;
      draft.status.sync = {
        status: 'Unknown',
        comparedTo: comparedTo(draft),
        revision: draft.status.sync.revision,
      };
      delete draft.status.resources;
      setHealth(draft, 'Healthy', now);
      const server = this.#state.tryResolve(draft.spec.destination);
      const target = isCluster
        ? `failed to get cluster version for cluster "${server}": ${message}`
        : message;
      const conditions = [
        {
          type: 'ComparisonError',
          message: `Failed to load target state: ${target}`,
        },
        ...(isCluster
          ? [
              {
                type: 'ComparisonError',
                message: `Failed to load live state: ${message}`,
              },
            ]
          : []),
      ];
      setConditions(draft, conditions, ['ComparisonError'], now);
    });
  }

  #write(
    { metadata }: Application,
    change: (draft: Application, now: string) => void,
  ): void {
    const { applications, clock } = this.#state;
    applications.update(metadata.name, metadata.namespace, draft => {
      const now = clock.timestamp();
      change(draft, now);
      draft.status.reconciledAt = now;
      draft.status.controllerNamespace = CONTROL_PLANE;
      if (draft.metadata.annotations) {
        delete draft.metadata.annotations[REFRESH_ANNOTATION];
      }
    });
  }
}
