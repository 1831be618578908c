import { apiVersions } from '../spoke/discovery';
import type { HubState } from '../state/HubState';
import { IN_CLUSTER } from '../state/names';
import type { ClusterInfo } from '../types/argocd';

/** Nominally 10 s; in effect each second tick is skipped. */
const INTERVAL_MS = 20_000;

/** What the controller knows of a cluster's cache. */
export interface CacheReader {
  peek(server: string):
    | {
        objects: { readonly size: number };
        syncedAt?: string;
        serverVersion?: string;
        error?: string;
      }
    | undefined;
}

/**
 * Writes what the controller thinks of each cluster. The status is that of the
 * last cache sync: `attemptedAt` moves although nothing was attempted.
 */
export class ClusterInfoController {
  readonly #state: HubState;
  readonly #caches: CacheReader;

  constructor(options: { state: HubState; caches: CacheReader }) {
    this.#state = options.state;
    this.#caches = options.caches;
  }

  start(): void {
    this.#state.clock.after(INTERVAL_MS / 10, () => this.write());
    this.#state.clock.every(INTERVAL_MS, () => this.write());
  }

  /** Writes the information of every cluster now. */
  write(): void {
    const servers = this.#state.clusters.list().map(({ data }) => data.server);
    for (const server of new Set([...servers, IN_CLUSTER])) {
      this.#state.redis.clusterInfo.set(server, this.#infoOf(server));
    }
  }

  #infoOf(server: string): ClusterInfo {
    const applicationsCount = this.#state.countApplications(server);
    const attemptedAt = this.#state.clock.timestamp();
    const cache = this.#caches.peek(server);
    const serverVersion =
      cache?.serverVersion ??
      this.#state.redis.clusterInfo.get(server)?.serverVersion;
    const info = (
      status: string,
      message: string,
      cacheInfo: ClusterInfo['cacheInfo'] = {},
    ): ClusterInfo => ({
      connectionState: { status, message, attemptedAt },
      ...(serverVersion && { serverVersion }),
      cacheInfo,
      applicationsCount,
      ...(cache?.syncedAt && { apiVersions: apiVersions() }),
    });
    if (cache?.error) return info('Failed', cache.error);
    if (cache?.syncedAt) {
      return info('Successful', '', {
        resourcesCount: cache.objects.size,
        apisCount: apiVersions().length,
        lastCacheSyncTime: cache.syncedAt,
      });
    }
    const message = applicationsCount
      ? ''
      : 'Cluster has no applications and is not being monitored.';
    return info('Unknown', message);
  }
}
