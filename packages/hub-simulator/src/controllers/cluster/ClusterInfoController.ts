import type { HubState } from '../../state/HubState';
import { IN_CLUSTER, trimServer } from '../../state/names';
import type { ClusterInfo, ClusterSecret } from '../../types/argocd';
import { isClusterHandled } from '../reconcilable';
import { apiVersionsOf } from './apiVersions';
import { countPermitted } from './applicationsCount';
import { isExcluded, type ServedKind } from './discovery';

/** Nominally 10 s; in effect each second tick is skipped. */
const INTERVAL_MS = 20_000;
const FIRST_MS = 2000;
/** A new cluster without applications is found out within this time. */
const NEW_CLUSTER_MS = 9000;
const AUTO_LABEL = 'argocd.argoproj.io/auto-label-cluster-info';
const VERSION_LABEL = 'argocd.argoproj.io/kubernetes-version';

/** What the controller knows of a cluster's cache. */
export interface CacheReader {
  peek(server: string):
    | {
        objects: { readonly size: number };
        /** what the cluster serves; default: what every cluster does */
        kinds?: readonly ServedKind[];
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
  /** clusters that serve the same share one list */
  readonly #apiVersions = new Map<string, string[]>();

  constructor(options: { state: HubState; caches: CacheReader }) {
    this.#state = options.state;
    this.#caches = options.caches;
  }

  start(): void {
    const { clock, clusters, shards } = this.#state;
    clock.after(FIRST_MS, () => this.write());
    clock.every(INTERVAL_MS, () => this.write());
    clusters.subscribe(({ type, entry }) => {
      if (type === 'ADDED') this.#watchNew(entry.object);
    });
    shards.subscribe((_shard, isAlive) => {
      if (isAlive) clock.after(FIRST_MS, () => this.write());
    });
  }

  /** Writes the information of every cluster that a living controller looks after. */
  write(): void {
    const clusters = new Map<string, ClusterSecret | undefined>();
    clusters.set(IN_CLUSTER, undefined);
    for (const cluster of this.#state.clusters.list()) {
      clusters.set(trimServer(cluster.data.server), cluster);
    }
    for (const [server, cluster] of clusters) this.#write(server, cluster);
  }

  #write(server: string, cluster: ClusterSecret | undefined): void {
    if (!isClusterHandled(this.#state, cluster)) return;
    const info = this.#infoOf(server);
    // A declarative Secret may end its server with a slash.
    for (const key of new Set([server, cluster?.data.server ?? server])) {
      this.#state.redis.clusterInfo.set(key, info);
    }
    if (cluster) this.#label(cluster, info);
  }

  #watchNew({ metadata, data }: ClusterSecret): void {
    const server = trimServer(data.server);
    this.#state.clock.after(NEW_CLUSTER_MS, () => {
      const { clusters } = this.#state;
      const current = clusters.get(metadata.name, metadata.namespace);
      if (current && !this.#state.countApplications(server)) {
        this.#write(server, current);
      }
    });
  }

  #infoOf(server: string): ClusterInfo {
    const applicationsCount = countPermitted(this.#state, server);
    const attemptedAt = this.#state.clock.timestamp();
    const cache = this.#caches.peek(server);
    const info = (
      status: string,
      message: string,
      cacheInfo: ClusterInfo['cacheInfo'] = {},
    ): ClusterInfo => ({
      connectionState: { status, message, attemptedAt },
      ...(cache?.serverVersion && { serverVersion: cache.serverVersion }),
      cacheInfo,
      applicationsCount,
      ...(cache?.serverVersion && {
        apiVersions: this.#apiVersionsOf(cache.kinds ?? []),
      }),
    });
    if (!cache) {
      const idle = 'Cluster has no applications and is not being monitored.';
      return info('Unknown', applicationsCount ? '' : idle);
    }
    if (cache.error) return info('Failed', cache.error);
    if (!cache.syncedAt) return info('Unknown', '');
    const kinds = cache.kinds ?? [];
    return info('Successful', '', {
      resourcesCount: cache.objects.size,
      apisCount: kinds.length
        ? kinds.filter(({ group, kind }) => !isExcluded(group, kind)).length
        : this.#apiVersionsOf(kinds).length,
      lastCacheSyncTime: cache.syncedAt,
    });
  }

  #apiVersionsOf(kinds: readonly ServedKind[]): string[] {
    const key = kinds.map(({ group, kind }) => `${group}/${kind}`).join();
    const known = this.#apiVersions.get(key) ?? apiVersionsOf(kinds);
    this.#apiVersions.set(key, known);
    return known;
  }

  /** Writes the Kubernetes version where the Secret asks for it (F2.1). */
  #label({ metadata }: ClusterSecret, { serverVersion }: ClusterInfo): void {
    const { labels } = metadata;
    if (!serverVersion || labels?.[AUTO_LABEL] !== 'true') return;
    if (labels[VERSION_LABEL] === serverVersion) return;
    this.#state.clusters.update(metadata.name, metadata.namespace, draft => {
      draft.metadata.labels![VERSION_LABEL] = serverVersion;
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        'managed-by': 'argocd.argoproj.io',
      };
    });
  }
}
