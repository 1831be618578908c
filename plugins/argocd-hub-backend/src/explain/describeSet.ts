import type { ApplicationSetDetails } from 'backstage-plugin-argocd-hub-common';
import { upToDateOf } from './sets';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';

/** What is said of a set itself. */
export function describeSet(
  set: ApplicationSetRecord,
  options: { tellsMessage: boolean },
): Omit<
  ApplicationSetDetails,
  'hubStatus' | 'counts' | 'applications' | 'skipped'
> {
  const { hub, namespace, name, project, health, resources } = set;
  const upToDate = upToDateOf(set);
  return {
    ...{ hub, namespace, name, project },
    conditions: set.conditions.map(({ message, ...condition }) => ({
      ...condition,
      ...(options.tellsMessage && { message }),
    })),
    ...(health && { health }),
    ...(upToDate !== undefined && { upToDate }),
    ...(resources !== undefined && { resources }),
    applicationsSync: set.applicationsSync,
    preserveResourcesOnDeletion: set.preserveResourcesOnDeletion,
    strategy: set.strategy,
    clusterGenerators: set.clusterSelectors.length,
    otherGenerators: set.otherGenerators,
  };
}
