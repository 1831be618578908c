import {
  PLACEMENT_ANNOTATIONS,
  type Placement,
} from 'backstage-plugin-argocd-hub-common';

/** An annotation is for people and filters; the count tells when names were left out. */
const MAX_NAMES = 100;

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

/** Both together, while one of them may lack something. */
export function merged(
  known: PlacedOn | undefined,
  before: PlacedOn | undefined,
): PlacedOn | undefined {
  if (!known || !before) {
    return known ?? before;
  }
  return {
    clusters: [...new Set([...known.clusters, ...before.clusters])].sort(),
    environments: [...new Set([...known.environments, ...before.environments])],
  };
}
