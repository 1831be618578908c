import { selectionOf } from '../applicationSets/selection';
import type { StoredApplication } from '../store/ApplicationStore';
import type { ApplicationSetKey } from '../store/ApplicationSetStore';
import type { ClusterRecord } from '../store/ClusterStore';
import type { RelevantSet } from './sets';
import type { VisibleClusters } from '../permissions/VisibleClusters';

/**
 * How much of a set may be told. Its name alone where applications of the entity
 * are of it, as each of their rows says so.
 */
export type Sight = 'all' | 'name' | 'none';

/** All that decides how much a caller may be told of a set. */
export interface Onlooker {
  visible: VisibleClusters;
  /** Of the hubs in scope. */
  clusters: ClusterRecord[];
  /** All that the entity has. */
  taken: StoredApplication[];
}

/** Where the caller sees none of what a set takes, what the set says is nothing that it may know of. */
export function sightOf(
  { record, occupied }: Pick<RelevantSet, 'record' | 'occupied'>,
  { visible, clusters, taken }: Onlooker,
): Sight {
  if (visible.isAll) {
    return 'all';
  }
  const owned = taken.filter(application => isOf(application, record));
  const isSeen =
    owned.some(application => visible.shows(application)) ||
    clusters.some(
      cluster =>
        cluster.hub === record.hub &&
        visible.has(cluster) &&
        (occupied.has(cluster.name) ||
          selectionOf(record, cluster).outcome === 'taken'),
    );
  if (isSeen) {
    return 'all';
  }
  return owned.length > 0 ? 'name' : 'none';
}

/** Was it made by this set? */
export function isOf(
  { hub, namespace, applicationSet }: StoredApplication,
  set: ApplicationSetKey,
): boolean {
  return (
    hub === set.hub &&
    namespace === set.namespace &&
    applicationSet === set.name
  );
}
