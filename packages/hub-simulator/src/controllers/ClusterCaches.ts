import type { SpokeClient } from '../net/SpokeClient';
import type { Spoke } from '../spoke/Spoke';
import type { SpokeEvent } from '../spoke/SpokeStore';
import { RESOURCE_TYPES, type ResourceType } from '../spoke/resources';
import type { HubState } from '../state/HubState';
import type { ClusterSecret } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import { collectionPath, objectKey } from './application/objects';

/** A failed cache is tried again at most this often. */
const RETRY_MS = 10_000;
/** How often a broken watch tries to come back. */
const WATCH_RETRY_MS = 1000;

interface Cache {
  objects: Map<string, GenericObject>;
  /** RFC 3339 time of the last full sync */
  syncedAt?: string;
  serverVersion?: string;
  error?: string;
  failedAt?: number;
  syncing?: Promise<void>;
  stopWatch?: () => void;
}

/**
 * The controller's live state caches, one per cluster that an application
 * targets. A cache is filled by listing every kind over TLS with the registered
 * credential; changes then come in-process from the spoke's store, as a watch
 * would bring them, and only while the spoke is reachable. As in Argo CD, a
 * synced cache does not notice that its spoke has gone.
 */
export class ClusterCaches {
  readonly #state: HubState;
  readonly #client: SpokeClient;
  readonly #findSpoke: (server: string) => Spoke | undefined;
  readonly #caches = new Map<string, Cache>();
  readonly #listeners = new Set<(server: string, event?: SpokeEvent) => void>();

  constructor(options: {
    state: HubState;
    client: SpokeClient;
    findSpoke: (server: string) => Spoke | undefined;
  }) {
    this.#state = options.state;
    this.#client = options.client;
    this.#findSpoke = options.findSpoke;
  }

  /** A changed Secret, or the annotation of invalidate-cache, drops a cache. */
  start(): void {
    const seen = new Map(
      this.#state.clusters
        .list()
        .map(({ data, metadata }) => [
          data.server,
          fingerprint(data, metadata.annotations),
        ]),
    );
    this.#state.clusters.subscribe(({ type, entry }) => {
      const { data, metadata } = entry.object;
      const now = fingerprint(data, metadata.annotations);
      const isSame = seen.get(data.server) === now;
      if (type === 'DELETED') seen.delete(data.server);
      else seen.set(data.server, now);
      if (isSame && type !== 'DELETED') return;
      this.invalidate(data.server);
      this.#tell(data.server);
    });
  }

  /** What is known of a cluster's cache, undefined when nothing asked for it yet. */
  peek(server: string): Readonly<Cache> | undefined {
    return this.#caches.get(server);
  }

  /** Tells when objects of a cluster have changed. */
  subscribe(listener: (server: string, event?: SpokeEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** The live objects of a cluster; throws Argo CD's text while they cannot be listed. */
  async live(server: string): Promise<Map<string, GenericObject>> {
    let cache = this.#caches.get(server);
    if (!cache) {
      cache = { objects: new Map() };
      this.#caches.set(server, cache);
    }
    const mayRetry =
      !cache.failedAt ||
      Date.now() - cache.failedAt >= this.#state.clock.scaled(RETRY_MS);
    if (!cache.syncedAt && mayRetry) {
      cache.syncing ??= this.#sync(server, cache);
      await cache.syncing;
    }
    if (cache.error) throw new Error(cache.error);
    return cache.objects;
  }

  /** Throws a cache away, as a changed Secret or invalidate-cache does. */
  invalidate(server: string): void {
    this.#caches.get(server)?.stopWatch?.();
    this.#caches.delete(server);
  }

  async #sync(server: string, cache: Cache): Promise<void> {
    try {
      await this.#list(server, cache);
      cache.syncedAt = this.#state.clock.timestamp();
      cache.error = undefined;
      cache.failedAt = undefined;
      this.#watch(server, cache);
    } catch (error) {
      cache.error = `failed to get cluster info for "${server}": error synchronizing cache state : ${
        (error as Error).message
      }`;
      cache.failedAt = Date.now();
    } finally {
      cache.syncing = undefined;
    }
  }

  /** Lists every kind, and adds what changes meanwhile. */
  async #list(server: string, cache: Cache): Promise<void> {
    const secret = this.#state.clusterByServer(server);
    if (!secret) throw new Error(`cluster "${server}" not found`);
    const meanwhile: SpokeEvent[] = [];
    const unsubscribe = this.#findSpoke(server)?.store.subscribe(event =>
      meanwhile.push(event),
    );
    try {
      const { gitVersion } = await this.#client.call<{ gitVersion: string }>(
        secret.data,
        { path: '/version?timeout=32s' },
      );
      const objects = new Map<string, GenericObject>();
      for (const type of RESOURCE_TYPES) {
        for (const object of await this.#listKind(secret, type)) {
          objects.set(objectKey(object), object);
        }
      }
      for (const event of meanwhile) applyEvent(objects, event);
      cache.serverVersion = gitVersion;
      cache.objects = objects;
    } finally {
      unsubscribe?.();
    }
  }

  /** One kind that cannot be listed fails the whole cache. */
  async #listKind(
    { data }: ClusterSecret,
    type: ResourceType,
  ): Promise<GenericObject[]> {
    const path = `${collectionPath(type)}?limit=500&resourceVersion=0`;
    try {
      const { items } = await this.#client.call<{ items: GenericObject[] }>(
        data,
        { path },
      );
      return items;
    } catch (error) {
      const kind = type.group ? `${type.kind}.${type.group}` : type.kind;
      throw new Error(
        `failed to load initial state of resource ${kind}: ${
          (error as Error).message
        }`,
      );
    }
  }

  #watch(server: string, cache: Cache): void {
    const spoke = this.#findSpoke(server);
    if (!spoke) return;
    let missed = false;
    const unsubscribe = spoke.store.subscribe(event => {
      if (spoke.fault) missed = true;
      else this.#take(server, cache, event);
    });
    const unpoll = this.#state.clock.every(WATCH_RETRY_MS, () => {
      if (!missed || spoke.fault) return;
      missed = false;
      this.#list(server, cache).then(
        () => this.#tell(server),
        () => {
          missed = true;
        },
      );
    });
    cache.stopWatch = () => {
      unsubscribe();
      unpoll();
    };
  }

  #take(server: string, cache: Cache, event: SpokeEvent): void {
    applyEvent(cache.objects, event);
    this.#tell(server, event);
  }

  #tell(server: string, event?: SpokeEvent): void {
    for (const listener of this.#listeners) listener(server, event);
  }
}

function applyEvent(
  objects: Map<string, GenericObject>,
  { type, entry }: SpokeEvent,
): void {
  const key = objectKey(entry.object);
  if (type === 'DELETED') objects.delete(key);
  else objects.set(key, entry.object);
}

/** What of a cluster Secret makes a difference to its cache. */
function fingerprint(
  { config, namespaces, clusterResources }: ClusterSecret['data'],
  annotations: Record<string, string> | undefined,
): string {
  const refresh = annotations?.['argocd.argoproj.io/refresh'];
  return JSON.stringify([config, namespaces, clusterResources, refresh]);
}
