import type { SpokeClient } from '../../net/SpokeClient';
import type { Spoke } from '../../spoke/Spoke';
import type { HubState } from '../../state/HubState';
import { trimServer } from '../../state/names';
import type { ClusterSecret } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { isClusterHandled } from '../reconcilable';
import { ClusterCache } from './ClusterCache';
import type { LiveObjects } from './LiveObjects';

const REFRESH = 'argocd.argoproj.io/refresh';

/** A change in a cluster: of one object, or of undefined when much may have changed. */
export type ClusterListener = (server: string, object?: GenericObject) => void;

export interface ClusterCachesOptions {
  state: HubState;
  client: SpokeClient;
  findSpoke: (server: string) => Spoke | undefined;
  /** whether the network lets the controller reach a server now; default: always */
  reaches?: (server: string) => boolean;
}

/** The controller's live state caches, one per cluster that an application targets. */
export class ClusterCaches {
  readonly #options: ClusterCachesOptions;
  readonly #state: HubState;
  readonly #caches = new Map<string, ClusterCache>();
  readonly #seen = new Map<string, ClusterSecret>();
  readonly #listeners = new Set<ClusterListener>();

  constructor(options: ClusterCachesOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  start(): void {
    const { clusters, shards } = this.#state;
    for (const cluster of clusters.list()) {
      this.#seen.set(trimServer(cluster.data.server), cluster);
    }
    clusters.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#remove(entry.object);
      else this.#upsert(entry.object);
    });
    shards.subscribe((shard, isAlive) => {
      for (const cluster of clusters.list()) {
        if (shards.shardOf(cluster) !== shard) continue;
        const server = trimServer(cluster.data.server);
        this.#drop(server);
        if (isAlive) this.#warmUp(server);
      }
    });
  }

  /** What is known of a cluster, undefined when nothing asked for it yet. */
  peek(server: string): ClusterCache | undefined {
    return this.#caches.get(trimServer(server));
  }

  /** Tells when objects of a cluster have changed. */
  subscribe(listener: ClusterListener): void {
    this.#listeners.add(listener);
  }

  /** The live objects of a cluster; throws Argo CD's text while they cannot be listed. */
  async live(server: string): Promise<LiveObjects> {
    const cache = this.#cacheOf(trimServer(server));
    try {
      await cache.ensureSynced();
    } catch (error) {
      throw new Error(
        `failed to get cluster info for "${server}": error synchronizing cache state : ${
          (error as Error).message
        }`,
      );
    }
    return cache.objects;
  }

  #cacheOf(server: string): ClusterCache {
    let cache = this.#caches.get(server);
    if (!cache) {
      const { state, client, findSpoke, reaches } = this.#options;
      const spoke = URL.canParse(server) ? findSpoke(server) : undefined;
      cache = new ClusterCache({
        server,
        state,
        client,
        spoke,
        reaches: () => isUp(spoke) && (reaches?.(server) ?? true),
        onChange: object => this.#tell(server, object),
      });
      this.#caches.set(server, cache);
    }
    return cache;
  }

  #upsert(cluster: ClusterSecret): void {
    const server = trimServer(cluster.data.server);
    const before = this.#seen.get(server);
    this.#seen.set(server, cluster);
    if (!isClusterHandled(this.#state, cluster)) {
      this.#drop(server);
      return;
    }
    const wasHandled = before && isClusterHandled(this.#state, before);
    const cache = this.#caches.get(server);
    if (!cache || !wasHandled) {
      this.#warmUp(server);
      if (!wasHandled) this.#tell(server);
      return;
    }
    const isChanged = settingsOf(before) !== settingsOf(cluster);
    const isAsked = refreshOf(before) !== refreshOf(cluster);
    if (!isChanged && !(isAsked && isOutdated(cache, cluster))) return;
    cache.invalidate();
    void cache.ensureSynced().then(
      () => isChanged && this.#tell(server),
      () => {},
    );
  }

  #remove({ data }: ClusterSecret): void {
    const server = trimServer(data.server);
    this.#seen.delete(server);
    this.#drop(server);
    this.#tell(server);
  }

  #drop(server: string): void {
    this.#caches.get(server)?.invalidate();
    this.#caches.delete(server);
  }

  /** Only a cluster with applications is looked at. */
  #warmUp(server: string): void {
    if (!this.#state.countApplications(server)) return;
    this.#cacheOf(server)
      .ensureSynced()
      .catch(() => {});
  }

  #tell(server: string, object?: GenericObject): void {
    for (const listener of this.#listeners) listener(server, object);
  }
}

/** A slow answer comes too; every other fault ends a watch. */
function isUp(spoke: Spoke | undefined): boolean {
  return !spoke?.fault || spoke.fault === 'slow';
}

/** What of a cluster Secret makes a difference to its cache. */
function settingsOf({ data }: ClusterSecret): string {
  return JSON.stringify([data.config, data.namespaces, data.clusterResources]);
}

/** Whether invalidate-cache was called after the last sync; it tells whole seconds. */
function isOutdated(cache: ClusterCache, cluster: ClusterSecret): boolean {
  const wanted = Date.parse(refreshOf(cluster));
  const { attemptedAt } = cache;
  return attemptedAt !== undefined && attemptedAt < wanted + 1000;
}

function refreshOf({ metadata }: ClusterSecret): string {
  return metadata.annotations?.[REFRESH] ?? '';
}
