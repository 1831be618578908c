import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  KubernetesValidatorFunctions,
  parseEntityRef,
  type ResourceEntity,
} from '@backstage/catalog-model';
import {
  CLUSTER_ANNOTATIONS,
  type ClusterSummary,
} from 'backstage-plugin-argocd-hub-common';
import { isOwnerRef } from '../config';
import { locationOf } from './HeldClusters';

/** The label of a cluster that names the owner of its entity. */
const OWNER_LABEL = 'owner';

/**
 * The catalog entity of a cluster; undefined for one that has none. Slow facts
 * only: no verdict, no counts, no times.
 */
export function clusterEntity(
  cluster: ClusterSummary,
  options: { defaultOwner: string },
): ResourceEntity | undefined {
  if (!cluster.entityRef) {
    return undefined;
  }
  const { name, namespace } = parseEntityRef(cluster.entityRef);
  const location = locationOf(cluster.hub);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name,
      namespace,
      ...(name !== cluster.name && { title: cluster.name }),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [CLUSTER_ANNOTATIONS.hub]: cluster.hub,
        [CLUSTER_ANNOTATIONS.cluster]: cluster.name,
        [CLUSTER_ANNOTATIONS.apiServer]: cluster.server,
      },
      labels: validLabels(cluster.labels),
    },
    spec: {
      type: 'kubernetes-cluster',
      owner: ownerOf(cluster) ?? options.defaultOwner,
    },
  };
}

/** An owner that the catalog cannot read would cost the whole entity. */
function ownerOf({ labels }: ClusterSummary): string | undefined {
  const owner = Object.hasOwn(labels, OWNER_LABEL) ? labels[OWNER_LABEL] : '';
  return owner && isOwnerRef(owner) ? owner : undefined;
}

/** One label that the catalog does not take would cost the whole entity. */
function validLabels(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(
        ([key, value]) =>
          key !== OWNER_LABEL &&
          KubernetesValidatorFunctions.isValidLabelKey(key) &&
          KubernetesValidatorFunctions.isValidLabelValue(value),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
