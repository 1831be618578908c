import type { Entity } from '@backstage/catalog-model';
import {
  PLACEMENT_ANNOTATIONS,
  type Placement,
} from 'backstage-plugin-argocd-hub-common';

/** An annotation is for people and filters; the count tells when names were left out. */
const MAX_NAMES = 100;
const WRITTEN = new Set<string>(Object.values(PLACEMENT_ANNOTATIONS));

/** What is written on an entity. */
export type PlacedOn = Pick<Placement, 'clusters' | 'environments'>;

export function placementAnnotations(
  placed: PlacedOn | undefined,
): Record<string, string> {
  if (!placed || placed.clusters.length === 0) {
    return {};
  }
  return {
    [PLACEMENT_ANNOTATIONS.clusters]: placed.clusters
      .slice(0, MAX_NAMES)
      .join(),
    [PLACEMENT_ANNOTATIONS.clusterCount]: String(placed.clusters.length),
    ...(placed.environments.length > 0 && {
      [PLACEMENT_ANNOTATIONS.environments]: placed.environments
        .slice(0, MAX_NAMES)
        .join(),
    }),
  };
}

/** What was written on an entity, as far as it can be told: of many clusters the first. */
export function placedOnAsWritten(entity: Entity): PlacedOn | undefined {
  const { annotations = {} } = entity.metadata;
  const clusters = annotations[PLACEMENT_ANNOTATIONS.clusters];
  return clusters
    ? {
        clusters: clusters.split(','),
        environments:
          annotations[PLACEMENT_ANNOTATIONS.environments]?.split(',') ?? [],
      }
    : undefined;
}

/** The entity with what we know, and without what its source says about placement itself. */
export function annotated(
  entity: Entity,
  placed: PlacedOn | undefined,
): Entity {
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
