import type { SkippedBySet } from 'backstage-plugin-argocd-hub-common';
import { type Known, type SetFacts, setReasons } from './setReasons';
import type { ClusterRecord } from '../store/ClusterStore';
import { selectionOf } from '../applicationSets/selection';
import { compareText } from '../compareText';

/** Clusters that the generators of a set select and that have none of its applications, by name. */
export function skippedBy(options: {
  set: SetFacts;
  /** Of the hub of the set, as far as they may be told of. */
  clusters: ClusterRecord[];
  /** Names of those that have one. */
  occupied: ReadonlySet<string>;
  known: Known;
  environmentLabel: string;
}): SkippedBySet[] {
  const { set, clusters, occupied, known, environmentLabel } = options;
  return clusters
    .filter(
      cluster =>
        !occupied.has(cluster.name) &&
        selectionOf(set.record, cluster).outcome === 'taken',
    )
    .map(cluster => {
      const environment = cluster.labels[environmentLabel];
      return {
        cluster: cluster.name,
        ...(environment && { environment }),
        reasons: setReasons(set, cluster, known),
      };
    })
    .sort((a, b) => compareText(a.cluster, b.cluster));
}
