import {
  compareEnvironments,
  type Placement,
} from 'backstage-plugin-argocd-hub-common';
import type {
  ApplicationRecord,
  StoredApplication,
} from '../store/ApplicationStore';
import { clusterKey } from '../store/ClusterStore';
import { keyInHub, objectKey } from '../store/objectKeys';
import type { ClaimedBy } from './ClaimIndex';

/** What a placement says of a cluster. */
export interface PlacedCluster {
  /** Of its catalog entity. */
  entityName: string;
  environment?: string;
}

/** Applications without an entity: `keyInHub` of each, sorted, by `unmappedAt`. */
export type Unmapped = ReadonlyMap<string, readonly string[]>;

/** Which entity is where, by all that is needed to look it up. */
export interface PlacementSnapshot {
  /** By entity ref. */
  placements: Map<string, Placement>;
  /** Entities of each application that has any, by `objectKey`. */
  byApplication: Map<string, string[]>;
  unmapped: Unmapped;
  /** Entities on each cluster, by `clusterKey`. */
  byCluster: Map<string, Set<string>>;
  /** Every hub has been mirrored completely, and the catalog was read. */
  trustworthy: boolean;
  /** Names of the entities of all clusters whose hubs have been mirrored completely. */
  settled: string[];
}

/** A cluster, or all of a hub that goes to none. */
export function unmappedAt(place: { hub: string; cluster?: string }): string {
  const { hub, cluster } = place;
  return cluster === undefined ? hub : clusterKey({ hub, name: cluster });
}

/** Collects, application by application, which entity is on which clusters. */
export class PlacementCollector {
  readonly #placed = new Map<
    string,
    { clusters: Set<string>; environments: Set<string> }
  >();
  readonly #byApplication = new Map<string, string[]>();
  readonly #byCluster = new Map<string, Set<string>>();
  readonly #unmapped = new Map<string, string[]>();
  readonly #options: {
    entitiesOf: (application: ApplicationRecord) => ClaimedBy[];
    clusterOf: (hub: string, name: string) => PlacedCluster | undefined;
    environments: readonly string[];
  };

  constructor(options: {
    entitiesOf: (application: ApplicationRecord) => ClaimedBy[];
    clusterOf: (hub: string, name: string) => PlacedCluster | undefined;
    /** In order of promotion. */
    environments: readonly string[];
  }) {
    this.#options = options;
  }

  add(application: StoredApplication): void {
    const { hub } = application;
    const cluster =
      'name' in application.cluster ? application.cluster.name : undefined;
    const entityRefs = this.#options
      .entitiesOf(application)
      .map(({ entityRef }) => entityRef);
    if (entityRefs.length === 0) {
      const at = unmappedAt({ hub, cluster });
      const there = this.#unmapped.get(at) ?? [];
      this.#unmapped.set(at, there);
      there.push(keyInHub(application));
      return;
    }
    this.#byApplication.set(objectKey(application), entityRefs);
    if (cluster !== undefined) {
      this.#place(entityRefs, hub, cluster);
    }
  }

  result(options: {
    trustworthy: boolean;
    settled: string[];
  }): PlacementSnapshot {
    const compare = compareEnvironments(this.#options.environments);
    this.#unmapped.forEach(keys => keys.sort());
    const placements = new Map(
      [...this.#placed].map(([entityRef, { clusters, environments }]) => [
        entityRef,
        {
          entityRef,
          clusters: [...clusters].sort(),
          environments: [...environments].sort(compare),
        },
      ]),
    );
    return {
      placements,
      byApplication: this.#byApplication,
      byCluster: this.#byCluster,
      unmapped: this.#unmapped,
      ...options,
    };
  }

  #place(entityRefs: string[], hub: string, name: string) {
    const cluster = this.#options.clusterOf(hub, name);
    if (!cluster) {
      return;
    }
    const key = clusterKey({ hub, name });
    const there = this.#byCluster.get(key) ?? new Set();
    this.#byCluster.set(key, there);
    for (const entityRef of entityRefs) {
      there.add(entityRef);
      const placed = this.#of(entityRef);
      placed.clusters.add(cluster.entityName);
      if (cluster.environment) {
        placed.environments.add(cluster.environment);
      }
    }
  }

  #of(entityRef: string) {
    let placed = this.#placed.get(entityRef);
    if (!placed) {
      placed = { clusters: new Set(), environments: new Set() };
      this.#placed.set(entityRef, placed);
    }
    return placed;
  }
}
