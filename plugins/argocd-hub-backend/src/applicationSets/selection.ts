import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ClusterRecord } from '../store/ClusterStore';
import { labelsOfSecret } from './clusterLabels';
import {
  failedTerms,
  type FailedTerm,
  isEmptySelector,
  type LabelSelector,
} from './selector';

/** Whether the cluster generators of a set take a cluster, as far as can be told from here. */
export type Selection =
  | { outcome: 'taken' }
  /** Why not, for each generator. */
  | { outcome: 'not-taken'; generators: GeneratorMiss[] }
  /** It has no cluster generator. */
  | { outcome: 'not-judged' };

export interface GeneratorMiss {
  failed: FailedTerm[];
  /** The hub's own cluster has no Secret, and only an empty selector takes it. */
  withoutSecret?: true;
}

type SelectableCluster = Pick<ClusterRecord, 'server' | 'labels'>;

/** Generators inside a matrix or merge count like others: what these combine is not known. */
export function selectionOf(
  { clusterSelectors }: Pick<ApplicationSetRecord, 'clusterSelectors'>,
  cluster: SelectableCluster,
): Selection {
  if (clusterSelectors.length === 0) {
    return { outcome: 'not-judged' };
  }
  const generators: GeneratorMiss[] = [];
  for (const selector of clusterSelectors) {
    const miss = missOf(selector, cluster);
    if (!miss) {
      return { outcome: 'taken' };
    }
    generators.push(miss);
  }
  return { outcome: 'not-taken', generators };
}

function missOf(
  selector: LabelSelector,
  cluster: SelectableCluster,
): GeneratorMiss | undefined {
  if (hasNoSecret(cluster)) {
    return isEmptySelector(selector)
      ? undefined
      : { failed: failedTerms(selector, {}), withoutSecret: true };
  }
  const failed = failedTerms(selector, labelsOfSecret(cluster.labels));
  return failed.length > 0 ? { failed } : undefined;
}

/** The hub lists its own cluster also without a Secret, and then without labels. */
function hasNoSecret({ server, labels }: SelectableCluster): boolean {
  return server === IN_CLUSTER_SERVER && Object.keys(labels).length === 0;
}
