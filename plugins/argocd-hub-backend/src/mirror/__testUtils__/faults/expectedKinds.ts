import type { HubTruth } from './SimulatedHub';

type Fields = Record<string, unknown>;

/** What must be stored of ApplicationSets, by `namespace/name`. */
export function expectedSets({ sets }: HubTruth): Map<string, Fields> {
  return new Map(
    sets.map(({ metadata, spec, status = {} }) => [
      `${metadata.namespace}/${metadata.name}`,
      {
        namespace: metadata.namespace,
        name: metadata.name,
        project: spec.template?.spec?.project ?? '',
        labels: metadata.labels ?? {},
        conditions: (status.conditions ?? []).map((one: any) => ({
          type: one.type,
          status: one.status,
          reason: one.reason || undefined,
          message: one.message.slice(0, 1_000),
          since: one.lastTransitionTime,
        })),
        health: status.health?.status || undefined,
        resources: status.resourcesCount ?? status.resources?.length,
        applicationsSync: spec.syncPolicy?.applicationsSync || 'sync',
        preserveResourcesOnDeletion: Boolean(
          spec.syncPolicy?.preserveResourcesOnDeletion,
        ),
        strategy: spec.strategy?.type || 'AllAtOnce',
        clusterSelectors: selectors(spec.generators),
        otherGenerators: [...new Set(others(spec.generators))].sort(),
      },
    ]),
  );
}

/** What must be stored of projects, by name. */
export function expectedProjects({ projects }: HubTruth): Map<string, Fields> {
  return new Map(
    projects.map(({ metadata, spec = {} }) => [
      metadata.name,
      {
        name: metadata.name,
        destinations: spec.destinations ?? [],
        sourceNamespaces: spec.sourceNamespaces ?? [],
        permitOnlyProjectScopedClusters: Boolean(
          spec.permitOnlyProjectScopedClusters,
        ),
      },
    ]),
  );
}

/** Generators may hold generators. */
function selectors(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap(selectors);
  }
  return Object.entries((value ?? {}) as object).flatMap(([key, part]) => {
    if (key === 'clusters') {
      return [part?.selector ?? {}];
    }
    return ['generators', 'matrix', 'merge'].includes(key)
      ? selectors(part)
      : [];
  });
}

function others(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(others);
  }
  return Object.entries((value ?? {}) as object).flatMap(([key, part]) => {
    const inside = part?.generators ? others(part.generators) : [];
    return ['clusters', 'matrix'].includes(key) ? inside : [key, ...inside];
  });
}
