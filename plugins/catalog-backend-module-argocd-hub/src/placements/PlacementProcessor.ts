import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  type CatalogProcessor,
  type CatalogProcessorCache,
  type CatalogProcessorEmit,
  type LocationSpec,
  processingResult,
} from '@backstage/plugin-catalog-node';
import { PLACEMENT_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';
import { merged, type PlacedOn, placementAnnotations } from './annotations';
import type { PlacementSnapshot } from './PlacementSnapshot';

const CACHE_KEY = 'placed-on';
/** Kinds that no application can be. */
const SKIPPED_KINDS = new Set(['location', 'user', 'group', 'template']);
const WRITTEN = new Set<string>(Object.values(PLACEMENT_ANNOTATIONS));

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

  constructor(snapshot: PlacementSnapshot) {
    this.#snapshot = snapshot;
  }

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
    return annotated(entity, await this.#placedOn(entityRef, cache));
  }

  async #placedOn(
    entityRef: string,
    cache: CatalogProcessorCache,
  ): Promise<PlacedOn | undefined> {
    const before = (await cache.get<PlacedOn & {}>(CACHE_KEY)) || undefined;
    const snapshot = this.#snapshot;
    if (!snapshot.loaded) {
      return before;
    }
    const known = snapshot.get(entityRef);
    const placed = snapshot.trustworthy ? known : merged(known, before);
    if (placed || before) {
      // Kept only where there is something to remember: a write costs a row.
      const { clusters, environments } = placed ?? {
        clusters: [],
        environments: [],
      };
      await cache.set(CACHE_KEY, { clusters, environments });
    }
    return placed;
  }
}

/** What the source says about placement itself is not believed. */
function annotated(entity: Entity, placed: PlacedOn | undefined): Entity {
  const { annotations = {} } = entity.metadata;
  const own = Object.entries(annotations).filter(([key]) => !WRITTEN.has(key));
  const written = placementAnnotations(placed);
  if (
    own.length === Object.keys(annotations).length &&
    Object.keys(written).length === 0
  ) {
    return entity;
  }
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      annotations: { ...Object.fromEntries(own), ...written },
    },
  };
}
