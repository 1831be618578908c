import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import type { Application, Health } from '../../types/argocd';
import type { ClusterCaches } from '../ClusterCaches';
import type { Comparison } from './compare';
import { deleteResources } from './deletion';
import { Operations } from './Operations';
import { Reconciler } from './Reconciler';
import { setConditions } from './status';

const REFRESH_MS = 120_000;
const REFRESH_JITTER_MS = 60_000;
const REACTION_MS = 300;
const DELETION_RETRY_MS = 5000;
export const REFRESH_ANNOTATION = 'argocd.argoproj.io/refresh';

/**
 * Argo CD's application controller: compares, syncs, heals and deletes, one
 * application at a time and each in the order of its changes.
 */
export class ApplicationController {
  readonly #state: HubState;
  readonly #caches: ClusterCaches;
  readonly #client: SpokeClient;
  readonly #reconciler: Reconciler;
  readonly #operations: Operations;
  readonly #waiting = new Map<string, () => void>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();

  constructor(options: {
    state: HubState;
    caches: ClusterCaches;
    client: SpokeClient;
  }) {
    this.#state = options.state;
    this.#caches = options.caches;
    this.#client = options.client;
    this.#reconciler = new Reconciler(options);
    this.#operations = new Operations(options);
  }

  start(): void {
    const { applications, clock } = this.#state;
    applications.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#forget(entry.object);
      else if (this.#wantsAttention(entry.object)) this.enqueue(entry.object);
    });
    this.#caches.subscribe(server => this.enqueueCluster(server));
    for (const app of applications.list()) {
      this.enqueue(app);
    }
    clock.every(REFRESH_MS, () => {
      for (const app of applications.list()) {
        this.enqueue(app, Math.random() * REFRESH_JITTER_MS);
      }
    });
  }

  /** Looks at an application soon. */
  enqueue({ metadata }: Application, delay = REACTION_MS): void {
    const key = keyOf(metadata);
    if (this.#waiting.has(key)) return;
    const { name, namespace = '' } = metadata;
    this.#waiting.set(
      key,
      this.#state.clock.after(delay, () => {
        this.#waiting.delete(key);
        void this.#process(name, namespace);
      }),
    );
  }

  /** Looks at every application that goes to a cluster. */
  enqueueCluster(server: string): void {
    for (const { object } of this.#state.applicationsOn(server)) {
      this.enqueue(object);
    }
  }

  /** Looks at every application of a repository, as a webhook makes it do. */
  enqueueRepository(url: string): void {
    const { applications } = this.#state;
    for (const { object } of applications.indexed('repository', url)) {
      this.enqueue(object);
    }
  }

  /** Makes an application report a health of our choosing; undefined ends that. */
  overrideHealth(app: Application, health: Health | undefined): void {
    this.#reconciler.overrideHealth(keyOf(app.metadata), health);
    this.enqueue(app, 0);
  }

  #forget({ metadata }: Application): void {
    const key = keyOf(metadata);
    this.#waiting.get(key)?.();
    this.#waiting.delete(key);
    this.#state.redis.trees.delete(key);
    this.#reconciler.forget(key);
  }

  /** Its own status writes must not wake the controller up again. */
  #wantsAttention({ metadata, status, operation, spec }: Application): boolean {
    return (
      !status.reconciledAt ||
      !!metadata.deletionTimestamp ||
      !!operation ||
      metadata.annotations?.[REFRESH_ANNOTATION] !== undefined ||
      this.#reconciler.isChanged(keyOf(metadata), spec)
    );
  }

  async #process(name: string, namespace: string): Promise<void> {
    const key = keyOf({ name, namespace });
    if (this.#busy.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#busy.add(key);
    try {
      await this.#handle(name, namespace);
    } finally {
      this.#busy.delete(key);
      const app = this.#state.applications.get(name, namespace);
      if (this.#again.delete(key) && app) this.enqueue(app);
    }
  }

  async #handle(name: string, namespace: string): Promise<void> {
    const app = this.#state.applications.get(name, namespace);
    if (!app) return;
    if (app.metadata.deletionTimestamp) {
      if (await deleteResources(this.#state, this.#client, app)) return;
      this.enqueue(app, DELETION_RETRY_MS);
      return;
    }
    if (app.operation) await this.#operate(name, namespace);
    const comparison = await this.#reconciler.refresh(name, namespace);
    if (comparison) this.#autoSync(name, namespace, comparison);
  }

  async #operate(name: string, namespace: string): Promise<void> {
    await this.#operations.run(name, namespace);
    const app = this.#state.applications.get(name, namespace);
    const retryCount = app?.status.operationState?.retryCount ?? 0;
    if (!app?.operation) return;
    const delay = this.#operations.retryDelay(app, retryCount - 1);
    const retry = setTimeout(() => this.enqueue(app, 0), delay);
    retry.unref();
  }

  /** Starts a sync where the policy says so and this revision was not tried yet. */
  #autoSync(name: string, namespace: string, comparison: Comparison): void {
    const { applications, clock } = this.#state;
    const app = applications.get(name, namespace);
    const automated = app?.spec.syncPolicy?.automated;
    if (!app || !automated || automated.enabled === false || app.operation) {
      return;
    }
    if (comparison.status !== 'OutOfSync') return;
    const last = app.status.operationState;
    const tried = last?.syncResult?.revision === comparison.revision;
    if (tried && last?.phase !== 'Succeeded') {
      applications.update(name, namespace, draft => {
        const message = `Failed last sync attempt to [${comparison.revision}]: ${last?.message}`;
        const types = ['SyncError'];
        const condition = { type: 'SyncError', message };
        setConditions(draft, [condition], types, clock.timestamp());
      });
      return;
    }
    if (tried && !automated.selfHeal) return;
    applications.update(name, namespace, draft => {
      setConditions(draft, [], ['SyncError'], clock.timestamp());
      draft.operation = {
        sync: {
          revision: comparison.revision,
          ...(automated.prune && { prune: true }),
          ...(app.spec.syncPolicy?.syncOptions && {
            syncOptions: app.spec.syncPolicy.syncOptions,
          }),
        },
        initiatedBy: { automated: true },
        retry: app.spec.syncPolicy?.retry ?? { limit: 5 },
      };
    });
  }
}

function keyOf(metadata: { name: string; namespace?: string }): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
