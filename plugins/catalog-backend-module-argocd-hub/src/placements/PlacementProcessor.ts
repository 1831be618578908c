import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  type CatalogProcessor,
  type CatalogProcessorCache,
  type CatalogProcessorEmit,
  type LocationSpec,
  processingResult,
} from '@backstage/plugin-catalog-node';
import { annotated, type PlacedOn } from './annotations';
import type { PlacementSnapshot } from './PlacementSnapshot';
import { clusterRelations } from './relations';

const CACHE_KEY = 'placed-on';
const NOWHERE: PlacedOn = { clusters: [], environments: [] };
/** Kinds that no application can be. */
const SKIPPED_KINDS = new Set(['location', 'user', 'group', 'template']);

/** The refresh key of an entity whose placement may change. */
export function refreshKey(entityRef: string): string {
  return `argocd-hub:${entityRef}`;
}

/**
 * Writes on which clusters an entity is. Looks at memory only. While nothing is
 * known, after a start, it repeats what it wrote before.
 */
export class PlacementProcessor implements CatalogProcessor {
  readonly #snapshot: PlacementSnapshot;
  readonly #dependsOn: boolean;

  constructor(options: {
    snapshot: PlacementSnapshot;
    /** Whether relations are written beside the annotations. */
    dependsOn: boolean;
  }) {
    this.#snapshot = options.snapshot;
    this.#dependsOn = options.dependsOn;
  }

  /** Never change it: what was written before is kept under this name. */
  getProcessorName(): string {
    return 'ArgocdHubPlacementProcessor';
  }

  async preProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    emit: CatalogProcessorEmit,
    _originLocation: LocationSpec,
    cache: CatalogProcessorCache,
  ): Promise<Entity> {
    if (
      SKIPPED_KINDS.has(entity.kind.toLocaleLowerCase('en-US')) ||
      !entity.metadata?.name
    ) {
      return entity;
    }
    const entityRef = stringifyEntityRef(entity);
    // Before there is a placement, so that the first one is told of too.
    emit(processingResult.refresh(refreshKey(entityRef)));
    const placed = await this.#placedOn(entityRef, cache);
    if (this.#dependsOn) {
      clusterRelations(entity, placed).forEach(relation => emit(relation));
    }
    return annotated(entity, placed);
  }

  async #placedOn(
    entityRef: string,
    cache: CatalogProcessorCache,
  ): Promise<PlacedOn | undefined> {
    const before = (await cache.get<PlacedOn & {}>(CACHE_KEY)) || undefined;
    const placed = this.#snapshot.placedOn(entityRef, before);
    if (this.#snapshot.loaded && (placed || before)) {
      // Kept only where there is something to remember: a write costs a row.
      const { clusters, environments } = placed ?? NOWHERE;
      await cache.set(CACHE_KEY, { clusters, environments });
    }
    return placed;
  }
}
