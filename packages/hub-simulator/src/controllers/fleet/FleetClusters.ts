import type { Hub } from '../../Hub';
import { trimServer } from '../../state/names';
import type { ClusterSecret } from '../../types/argocd';

const RETRY_MS = 10_000;

interface PaperCache {
  /** only the number of objects is known */
  objects: { size: number };
  syncedAt?: string;
  serverVersion?: string;
  error?: string;
  /** simulated time since which the cluster cannot be synced */
  failingSince?: number;
}

/**
 * The controller's caches of a fleet on paper: nothing is listed, but a cache
 * that must be synced again really asks the cluster for its version.
 */
export class FleetClusters {
  readonly #hub: Hub;
  readonly #caches = new Map<string, PaperCache>();
  readonly #fingerprints = new Map<string, string>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  start(): void {
    const { clusters } = this.#hub.state;
    for (const { object } of clusters.entries()) {
      this.#remember(object);
      this.#caches.set(trimServer(object.data.server), this.#synced('v1.34.1'));
    }
    clusters.subscribe(({ type, entry: { object } }) => {
      const server = trimServer(object.data.server);
      if (type === 'DELETED') {
        this.#caches.delete(server);
        this.#fingerprints.delete(server);
      } else if (this.#remember(object)) void this.#sync(server);
    });
  }

  peek(server: string): PaperCache | undefined {
    return this.#caches.get(trimServer(server));
  }

  /** True when the Secret differs in what matters to a cache. */
  #remember({ data, metadata }: ClusterSecret): boolean {
    const server = trimServer(data.server);
    const refresh = metadata.annotations?.['argocd.argoproj.io/refresh'];
    const now = JSON.stringify([data.config, data.namespaces, refresh]);
    if (this.#fingerprints.get(server) === now) return false;
    this.#fingerprints.set(server, now);
    return true;
  }

  async #sync(server: string): Promise<void> {
    const { state, client } = this.#hub;
    const secret = state.clusterByServer(server);
    if (!secret) return;
    try {
      const { gitVersion } = await client.call<{ gitVersion: string }>(
        secret.data,
        { path: '/version?timeout=32s' },
      );
      this.#caches.set(server, this.#synced(gitVersion));
    } catch (error) {
      const before = this.#caches.get(server);
      this.#caches.set(server, {
        objects: { size: 0 },
        serverVersion: before?.serverVersion,
        error: `failed to get cluster info for "${server}": error synchronizing cache state : ${
          (error as Error).message
        }`,
        failingSince: before?.failingSince ?? state.clock.now(),
      });
      state.clock.after(RETRY_MS, () => void this.#sync(server));
    }
  }

  #synced(serverVersion: string): PaperCache {
    const { clock } = this.#hub.state;
    return {
      objects: { size: 1200 },
      syncedAt: clock.timestamp(),
      serverVersion,
    };
  }
}
