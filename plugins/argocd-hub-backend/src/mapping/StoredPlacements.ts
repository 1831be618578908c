import { hash } from 'node:crypto';
import type { ArgocdHubConfig } from '../config';
import { clusterKey, type ClusterRecord } from '../store/ClusterStore';
import { LastRead } from '../store/LastRead';
import type { Revisions } from '../store/Revisions';
import type { Store } from '../store/Store';
import type { Claims } from './Claims';
import { clusterEntityName } from './clusterEntityName';
import type { PlacementSource } from './PlacementFeed';
import {
  type PlacedCluster,
  PlacementCollector,
  type PlacementSnapshot,
} from './placements';

interface Options {
  claims: Pick<Claims, 'areKnown' | 'newestIndex'>;
  config: ArgocdHubConfig;
  store: Pick<Store, 'applications' | 'clusters' | 'hubs' | 'revisions'>;
}

/** By `clusterKey`. */
type PlacedClusters = ReadonlyMap<string, PlacedCluster & { hub: string }>;

/** Placements by what all replicas have stored. */
export class StoredPlacements implements PlacementSource {
  readonly #options: Options;
  readonly #prefixed: ReadonlySet<string>;
  readonly #clusters = new LastRead<PlacedClusters>();
  readonly #complete = new LastRead<ReadonlySet<string>>();

  constructor(options: Options) {
    this.#options = options;
    this.#prefixed = new Set(
      options.config.hubs
        .filter(({ prefixClusterEntities }) => prefixClusterEntities)
        .map(({ name }) => name),
    );
  }

  /**
   * Every heartbeat writes a cluster, and every list a hub: what placements have
   * of these counts, and not that they were written.
   */
  async version(): Promise<string> {
    const revisions = await this.#options.store.revisions.current();
    const { applications, claims } = revisions;
    const clusters = [...(await this.#clustersAt(revisions))];
    const complete = [...(await this.#completeAt(revisions))];
    return hash(
      'sha256',
      JSON.stringify([applications, claims, clusters, complete]),
      'base64url',
    );
  }

  async compute(): Promise<PlacementSnapshot> {
    const { claims, config, store } = this.#options;
    const areClaimsKnown = await claims.areKnown();
    const index = await claims.newestIndex();
    const revisions = await store.revisions.current();
    const clusters = await this.#clustersAt(revisions);
    const before = await this.#completeAt(revisions);
    const configured = new Set(config.hubs.map(({ name }) => name));
    const collector = new PlacementCollector({
      entitiesOf: application => index.entitiesOf(application),
      clusterOf: (hub, name) => clusters.get(clusterKey({ hub, name })),
      environments: config.environments,
    });
    for await (const page of store.applications.pages()) {
      page
        .filter(({ hub }) => configured.has(hub))
        .forEach(application => collector.add(application));
    }
    // Of a hub that was completed meanwhile, what was read need not be all.
    const after = await this.#completeHubs();
    const complete = new Set([...before].filter(hub => after.has(hub)));
    return collector.result({
      trustworthy:
        areClaimsKnown && [...configured].every(hub => complete.has(hub)),
      settled: areClaimsKnown
        ? settledNames([...clusters.values()], complete)
        : [],
    });
  }

  async #clustersAt({ clusters }: Revisions): Promise<PlacedClusters> {
    return this.#clusters.at(clusters, async () => {
      const records = await this.#options.store.clusters.list();
      return new Map(
        records.map(record => [clusterKey(record), this.#placed(record)]),
      );
    });
  }

  #placed({ hub, name, labels }: ClusterRecord): PlacedCluster & {
    hub: string;
  } {
    const prefix = this.#prefixed.has(hub);
    return {
      hub,
      entityName: clusterEntityName({ hub, cluster: name, prefix }),
      environment: labels[this.#options.config.clusterLabels.environment],
    };
  }

  async #completeAt({ hubs }: Revisions): Promise<ReadonlySet<string>> {
    return this.#complete.at(hubs, () => this.#completeHubs());
  }

  /** Names of hubs that have been mirrored completely. */
  async #completeHubs(): Promise<Set<string>> {
    const hubs = await this.#options.store.hubs.list();
    return new Set(
      hubs.filter(({ complete }) => complete).map(({ name }) => name),
    );
  }
}

/** Of two hubs that share a name both must be complete. */
function settledNames(
  clusters: (PlacedCluster & { hub: string })[],
  complete: ReadonlySet<string>,
): string[] {
  const open = clusters.filter(({ hub }) => !complete.has(hub));
  const unsettled = new Set(open.map(({ entityName }) => entityName));
  const names = new Set(clusters.map(({ entityName }) => entityName));
  return [...names].filter(name => !unsettled.has(name)).sort();
}
