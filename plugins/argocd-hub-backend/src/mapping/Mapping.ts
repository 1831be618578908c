import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import type { ArgocdHubConfig } from '../config';
import { clusterKey } from '../store/ClusterStore';
import { withoutStatement } from '../store/databaseError';
import type { Store, StoreChange } from '../store/Store';
import { ChangeKeys } from './ChangeKeys';
import { ChangeSignals } from './ChangeSignals';
import { ClaimSync } from './ClaimSync';
import { Claims } from './Claims';
import { namedEntity } from '../store/namedEntity';
import { objectKey } from '../store/objectKeys';
import { PlacementFeed } from './PlacementFeed';
import { StoredPlacements } from './StoredPlacements';

/** Applications of one change that are read; of more, the last placements tell. */
const MAX_READ = 100;

interface MappingOptions {
  config: ArgocdHubConfig;
  store: Store;
  catalog: CatalogService;
  auth: AuthService;
  signals: SignalsService;
  logger: LoggerService;
}

/**
 * Which applications belong to which entity, kept up to date and told to others.
 *
 * Entity -> selectors lives in the store's table of claims, which `ClaimSync`
 * fills from the catalog, in bulk; each replica holds it as a `ClaimIndex`,
 * made anew when another revision of the table was written. Application ->
 * entity is the snapshot of `PlacementFeed`, in the memory of each replica: every
 * change of claims or applications makes it stale, and it is computed anew in
 * the background, at a share of the time. Where nothing was written by any
 * replica, it never is. Who needs all of a fleet asks that; for the few
 * applications of a page the index is asked, which is no staler than the database
 * allows.
 */
export class Mapping {
  readonly claims: Claims;
  readonly changeKeys: ChangeKeys;
  readonly feed: PlacementFeed;
  readonly #options: MappingOptions;
  readonly #signals: ChangeSignals;
  readonly #sync: ClaimSync;

  constructor(options: MappingOptions) {
    const { config, store, logger } = options;
    this.#options = options;
    this.claims = new Claims({
      ...options,
      config: config.mapping,
    });
    this.changeKeys = new ChangeKeys(store);
    this.feed = new PlacementFeed(
      new StoredPlacements({ config, store, claims: this.claims }),
    );
    this.#signals = new ChangeSignals({
      signals: options.signals,
      keyOf: entityRef => this.changeKeys.of(entityRef),
      logger,
    });
    this.#sync = new ClaimSync({
      ...options,
      claims: this.claims,
      leases: store.leases,
      config: config.mapping,
      namedByApplications: () => this.#namedByApplications(),
      onChange: entityRefs => {
        this.feed.invalidate();
        this.#signals.add(entityRefs);
      },
    });
  }

  /** Runs until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.#signals.stop();
      this.feed.stop();
    });
    await this.#sync.run(signal);
  }

  /** Reads the catalog once, now. */
  async sync(): Promise<void> {
    await this.#sync.sync();
  }

  /** To be called after every batch that the mirror wrote; never rejects. */
  async onStoreChange(change: StoreChange): Promise<void> {
    if (!change.applications.length && !change.clusters.length) {
      // Sets and projects place nothing.
      return;
    }
    this.feed.invalidate();
    try {
      this.#signals.add(await this.#touchedBy(change));
    } catch (error) {
      this.#options.logger.debug(
        `Cannot tell whom a change concerns: ${withoutStatement(error)}`,
      );
    }
  }

  /** Entities before the change, as last placed, and after it. */
  async #touchedBy(change: StoreChange): Promise<Set<string>> {
    const { byApplication, byCluster } = await this.feed.snapshot();
    const touched = new Set<string>();
    for (const name of change.clusters) {
      const there = byCluster.get(clusterKey({ hub: change.hub, name }));
      there?.forEach(entityRef => touched.add(entityRef));
    }
    for (const application of change.applications) {
      const before = byApplication.get(objectKey(application));
      before?.forEach(entityRef => touched.add(entityRef));
    }
    const index = await this.claims.index();
    const after = await this.#options.store.applications.some(
      change.hub,
      change.applications.slice(0, MAX_READ),
    );
    for (const application of after) {
      const entities = index.entitiesOf(application);
      entities.forEach(({ entityRef }) => touched.add(entityRef));
    }
    return touched;
  }

  async #namedByApplications(): Promise<string[]> {
    const { config, store } = this.#options;
    const key = config.mapping.applicationEntityRefKey;
    const values = await store.applications.valuesOf(key);
    return [...new Set(values.flatMap(value => namedEntity(value) ?? []))];
  }
}
