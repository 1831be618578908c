import type { StoredApplication } from '../store/ApplicationStore';
import { clusterKey, type ClusterName } from '../store/ClusterStore';

/** The clusters that a caller may be told of, and what runs there, as it was when asked. */
export class VisibleClusters {
  readonly #keys: ReadonlySet<string> | undefined;
  readonly #hasOutside: (hub: string) => boolean;

  static readonly all = new VisibleClusters({
    keys: undefined,
    outside: () => true,
  });
  static readonly none = new VisibleClusters({
    keys: new Set(),
    outside: () => false,
  });

  constructor(options: {
    /** Of each cluster, by `clusterKey`; undefined for all that there are. */
    keys: ReadonlySet<string> | undefined;
    /** Whether it may see applications of a hub that go to no cluster. */
    outside: (hub: string) => boolean;
  }) {
    this.#keys = options.keys;
    this.#hasOutside = options.outside;
  }

  /** Whether it may see every cluster. */
  get isAll(): boolean {
    return this.#keys === undefined;
  }

  has(cluster: ClusterName): boolean {
    return this.#keys?.has(clusterKey(cluster)) ?? true;
  }

  /** Whether it may see applications of a hub that go to no cluster. */
  hasOutside(hub: string): boolean {
    return this.#hasOutside(hub);
  }

  /**
   * Whether it may see all clusters of a hub, and what goes to none: then also
   * words of Argo CD, which may speak of any of it.
   */
  hasAllOf(
    hub: string,
    clusters: readonly { hub: string; name: string }[],
  ): boolean {
    return (
      this.hasOutside(hub) &&
      clusters.every(cluster => cluster.hub !== hub || this.has(cluster))
    );
  }

  /** Whether it may see an application, wherever that goes. */
  shows({ hub, cluster }: Pick<StoredApplication, 'hub' | 'cluster'>): boolean {
    return 'name' in cluster
      ? this.has({ hub, name: cluster.name })
      : this.hasOutside(hub);
  }
}
