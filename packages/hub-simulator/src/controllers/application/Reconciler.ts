import type { HubState } from '../../state/HubState';
import type { Application, ApplicationTree, Health } from '../../types/argocd';
import { autoSync } from './autoSync';
import { type Comparison, compare, type LiveReader } from './compare';
import { managedResources } from './managedResources';
import { orphansOf, orphanWarning } from './orphans';
import { permitsObject } from './permissions';
import { Level, REFRESH_ANNOTATION } from './refresh';
import { applyComparison, applyInvalidSpec } from './status';
import { syncWindows } from './syncWindows';
import { hasManySources, sourcesOf } from './target';
import { overrideHealth, buildTree } from './tree';
import { type Validated, validateSpec } from './validation';

/** For so long a failing cache changes nothing (`ARGOCD_REPO_ERROR_GRACE_PERIOD_SECONDS`). */
const GRACE_MS = 180_000;

type Project = NonNullable<Validated['project']>;

/** What follows from a refresh. */
export interface Refreshed {
  /** look again after so many simulated milliseconds */
  again?: number;
}

/** Works out what an application's status is now, and writes it. */
export class Reconciler {
  readonly #state: HubState;
  readonly #caches: LiveReader;
  /** simulated time since which the target state of an application cannot be loaded */
  readonly #failingSince = new Map<string, number>();
  readonly #overrides = new Map<string, Health>();

  constructor(options: { state: HubState; caches: LiveReader }) {
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
  }

  /** A controller that starts anew does not know since when something fails. */
  forgetFailures(key: string): void {
    this.#failingSince.delete(key);
  }

  async refresh(app: Application, level: Level): Promise<Refreshed> {
    const { project, conditions } = validateSpec(this.#state, app);
    if (!project || conditions.length) {
      const key = keyOf(app);
      this.#state.redis.trees.write(key, { nodes: [] });
      this.#state.redis.managedResources.write(key, []);
      this.#write(app, (draft, now) =>
        applyInvalidSpec(draft, conditions, now),
      );
      return {};
    }
    const comparison = await this.#compare(app, project, level);
    if (!comparison) return {};
    return this.#publish(app, project, comparison, level);
  }

  /** Undefined while a failure is not to be noticed yet. */
  #compare(
    app: Application,
    project: Project,
    level: Level,
  ): Promise<Comparison | undefined> {
    const sources = sourcesOf(app);
    const { sync } = app.status;
    const recent = hasManySources(app) ? sync.revisions : [sync.revision];
    const revisions =
      level === Level.Recent && recent?.length === sources.length
        ? recent
        : sources.map(({ targetRevision }) => targetRevision);
    return compare(
      {
        state: this.#state,
        caches: this.#caches,
        app,
        project,
        sources,
        revisions,
      },
      isFailing => this.#mayFail(keyOf(app), isFailing, level),
    );
  }

  /** Frozen during the grace period, unless a person asked. */
  #mayFail(key: string, isFailing: boolean, level: Level): boolean {
    if (!isFailing) {
      this.#failingSince.delete(key);
      return true;
    }
    if (level === Level.Forced) return true;
    const now = this.#state.clock.now();
    const since = this.#failingSince.get(key);
    if (since === undefined) this.#failingSince.set(key, now);
    return since !== undefined && now - since > GRACE_MS;
  }

  #publish(
    app: Application,
    project: Project,
    comparison: Comparison,
    level: Level,
  ): Refreshed {
    const key = keyOf(app);
    const override = this.#overrides.get(key);
    if (override?.status) comparison.health = override.status;
    const published = this.#publishTree(app, project, comparison, override);
    const canSync = this.#canSync(app, project);
    const decision = canSync ? autoSync(this.#state, app, comparison) : {};
    const { operation, error, again } = decision;
    if (operation) this.#request(app, operation);
    this.#write(app, (draft, now) =>
      applyComparison(
        draft,
        {
          comparison,
          orphanWarnings: orphanWarning(project, published?.orphans ?? 0),
          isLatest: level >= Level.Latest,
          ...(published && { tree: published.tree }),
          ...(canSync && { syncError: error ? [error] : [] }),
        },
        now,
      ),
    );
    return again === undefined ? {} : { again };
  }

  /** Trees stay as they were while the cluster cannot be read (F10.2.4). */
  #publishTree(
    app: Application,
    project: Project,
    { pairs, live }: Comparison,
    override: Health | undefined,
  ): { tree: ApplicationTree; orphans: number } | undefined {
    if (!live) return undefined;
    const state = this.#state;
    const server = state.resolve(app.spec.destination);
    const managed = new Set(pairs.flatMap(pair => pair.live ?? []));
    const orphans = orphansOf({ state, app, project, managed, live });
    const tree = buildTree({
      pairs,
      live,
      orphans,
      isPermitted: object => permitsObject(state, project, server, object),
    });
    if (override) overrideHealth(tree, override);
    const key = keyOf(app);
    state.redis.trees.write(key, tree);
    state.redis.managedResources.write(key, managedResources(pairs));
    return { tree, orphans: tree.orphanedNodes?.length ?? 0 };
  }

  #canSync(app: Application, project: Project): boolean {
    try {
      return syncWindows(project, app, Date.now()).canSync({ isManual: false });
    } catch {
      return false;
    }
  }

  /** A new operation takes the place of the last one's state. */
  #request(
    { metadata }: Application,
    operation: NonNullable<Application['operation']>,
  ): void {
    this.#state.applications.update(
      metadata.name,
      metadata.namespace,
      draft => {
        if (draft.operation) return;
        draft.operation = operation;
        delete draft.status.operationState;
      },
    );
  }

  #write(
    { metadata }: Application,
    change: (draft: Application, now: string) => void,
  ): void {
    const { applications, clock } = this.#state;
    applications.update(metadata.name, metadata.namespace, draft => {
      change(draft, clock.timestamp());
      const { annotations } = draft.metadata;
      if (!annotations) return;
      delete annotations[REFRESH_ANNOTATION];
      if (!Object.keys(annotations).length) delete draft.metadata.annotations;
    });
  }
}

function keyOf({ metadata }: Application): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
