import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import type { Application, Health } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { ClusterCaches } from '../cluster/ClusterCaches';
import { isApplicationHandled } from '../reconcilable';
import { WorkQueue } from '../WorkQueue';
import { Deletion } from './deletion';
import { Reconciler } from './Reconciler';
import { Level, REFRESH_ANNOTATION, wantedLevel } from './refresh';
import { Operations } from './sync/Operations';
import { applicationOfInstance } from './tracking';

const REFRESH_MS = 120_000;
const REFRESH_JITTER_MS = 60_000;
const REACTION_MS = 300;

/**
 * Argo CD's application controller: compares, syncs, heals and deletes. Each
 * application is compared in one row of work, and synced or deleted in another.
 */
export class ApplicationController {
  readonly #state: HubState;
  readonly #caches: ClusterCaches;
  readonly #reconciler: Reconciler;
  readonly #operations: Operations;
  readonly #deletion: Deletion;
  readonly #refreshes: WorkQueue;
  readonly #operating: WorkQueue;
  /** what was asked for and not done yet */
  readonly #levels = new Map<string, Level>();
  /** the spec that was looked at last, as JSON */
  readonly #looked = new Map<string, string>();
  /** simulated time at which the reconcile clock strikes for an application */
  readonly #due = new Map<string, number>();

  constructor(options: {
    state: HubState;
    caches: ClusterCaches;
    client: SpokeClient;
  }) {
    const { clock } = options.state;
    this.#state = options.state;
    this.#caches = options.caches;
    this.#reconciler = new Reconciler(options);
    this.#operations = new Operations(options);
    this.#deletion = new Deletion(options);
    this.#refreshes = new WorkQueue({ clock, work: key => this.#refresh(key) });
    this.#operating = new WorkQueue({ clock, work: key => this.#operate(key) });
  }

  start(): void {
    const { applications, shards } = this.#state;
    applications.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#forget(keyOf(entry.object));
      else this.#notice(entry.object);
    });
    this.#caches.subscribe((server, object) =>
      object ? this.#noticeObject(server, object) : this.enqueueCluster(server),
    );
    shards.subscribe((_shard, isAlive) => {
      if (isAlive) this.#resume();
    });
    for (const app of applications.list()) this.#request(app, Level.Latest);
  }

  /** Looks at an application soon. */
  enqueue(app: Application, delay = REACTION_MS): void {
    this.#request(app, Level.Latest, delay);
  }

  /** Looks at every application that goes to a cluster. */
  enqueueCluster(server: string): void {
    for (const { object } of this.#state.applicationsOn(server)) {
      this.#request(object, Level.Latest);
    }
  }

  /** Asks for a refresh of every application of a repository, as a webhook does. */
  enqueueRepository(url: string): void {
    const { applications } = this.#state;
    for (const { name, namespace } of applications.indexed('repository', url)) {
      applications.update(name, namespace, draft => {
        draft.metadata.annotations = {
          ...draft.metadata.annotations,
          [REFRESH_ANNOTATION]: 'normal',
        };
      });
    }
  }

  /** Makes an application report a health of our choosing; undefined ends that. */
  overrideHealth(app: Application, health: Health | undefined): void {
    this.#reconciler.overrideHealth(keyOf(app), health);
    this.#request(app, Level.Recent, 0);
  }

  #request(app: Application, level: Level, delay = REACTION_MS): void {
    const key = keyOf(app);
    this.#levels.set(key, Math.max(level, this.#levels.get(key) ?? level));
    this.#refreshes.add(key, delay);
  }

  /** An application has changed; its own status writes are nothing new. */
  #notice(app: Application): void {
    const key = keyOf(app);
    const level = wantedLevel(app, this.#looked.get(key));
    if (level !== undefined) this.#request(app, level);
    else if (!this.#due.has(key)) this.#refreshes.add(key, REACTION_MS);
    if (app.operation || app.metadata.deletionTimestamp) {
      this.#operating.add(key, REACTION_MS);
    }
  }

  /** An object has changed: its application is compared with the known revision. */
  #noticeObject(server: string, object: GenericObject): void {
    const { applications } = this.#state;
    const instance = this.#caches.peek(server)?.objects.applicationOf(object);
    if (!instance) {
      this.#noticeOrphan(server, object);
      return;
    }
    const { name, namespace } = applicationOfInstance(instance);
    const app = applications.get(name, namespace);
    if (!app) return;
    this.#request(app, Level.Recent);
    if (app.operation || app.metadata.deletionTimestamp) {
      this.#operating.add(keyOf(app), REACTION_MS);
    }
  }

  /** What belongs to nobody concerns those whose project wants to know of it. */
  #noticeOrphan(server: string, { metadata }: GenericObject): void {
    const { projects } = this.#state;
    const watches = projects
      .list()
      .some(({ spec }) => spec.orphanedResources !== undefined);
    if (!watches || !metadata.namespace) return;
    for (const { object } of this.#state.applicationsOn(server)) {
      if (object.spec.destination.namespace === metadata.namespace) {
        this.#request(object, Level.Recent);
      }
    }
  }

  /** A controller that starts anew finds what was left undone. */
  #resume(): void {
    for (const app of this.#state.applications.list()) {
      const key = keyOf(app);
      this.#reconciler.forgetFailures(key);
      this.#due.delete(key);
      this.#notice(app);
    }
  }

  #forget(key: string): void {
    this.#refreshes.forget(key);
    this.#operating.forget(key);
    this.#levels.delete(key);
    this.#looked.delete(key);
    this.#due.delete(key);
    this.#reconciler.forget(key);
    this.#operations.forget(key);
    this.#state.redis.trees.delete(key);
    this.#state.redis.managedResources.delete(key);
  }

  async #refresh(key: string): Promise<void> {
    const app = this.#find(key);
    if (!app) return;
    const now = this.#state.clock.now();
    if (!isApplicationHandled(this.#state, app)) {
      this.#due.delete(key);
      return;
    }
    const isDue = now >= (this.#due.get(key) ?? 0);
    const wanted = [
      this.#levels.get(key),
      wantedLevel(app, this.#looked.get(key)),
      isDue ? Level.Latest : undefined,
    ].filter(level => level !== undefined);
    this.#levels.delete(key);
    if (wanted.length) {
      const level = Math.max(...wanted);
      this.#looked.set(key, JSON.stringify(app.spec));
      if (level >= Level.Latest) this.#wind(key);
      const { again } = await this.#reconciler.refresh(app, level);
      if (again !== undefined && this.#find(key)) {
        this.#request(app, Level.Latest, again);
      }
    }
    if (!this.#find(key)) return;
    const due = this.#due.get(key) ?? this.#wind(key);
    this.#refreshes.add(key, Math.max(0, due - this.#state.clock.now()));
  }

  /** Sets the reconcile clock of an application (F5.10). */
  #wind(key: string): number {
    const { clock, random } = this.#state;
    const jitter = random.next() * REFRESH_JITTER_MS;
    const due = clock.now() + REFRESH_MS + jitter;
    this.#due.set(key, due);
    return due;
  }

  async #operate(key: string): Promise<void> {
    const app = this.#find(key);
    if (!app || !isApplicationHandled(this.#state, app)) return;
    const { name, namespace = '' } = app.metadata;
    if (!app.operation) {
      if (!app.metadata.deletionTimestamp) return;
      const again = await this.#deletion.finalize(app);
      if (again !== undefined) this.#operating.add(key, again);
      return;
    }
    const progress = await this.#operations.process(name, namespace);
    if (progress.again !== undefined) {
      this.#operating.add(key, progress.again);
    }
    if (!progress.isDone) return;
    const current = this.#find(key);
    if (!current) return;
    const { isAutomated } = progress;
    this.#request(current, isAutomated ? Level.Latest : Level.Forced, 0);
  }

  #find(key: string): Application | undefined {
    const at = key.indexOf('/');
    const { applications } = this.#state;
    return applications.get(key.slice(at + 1), key.slice(0, at));
  }
}

function keyOf({ metadata }: Application): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
