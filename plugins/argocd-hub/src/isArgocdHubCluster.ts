import type { Entity } from '@backstage/catalog-model';
import { CLUSTER_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';

/**
 * Whether an entity is a cluster that a hub deploys to, as the catalog module
 * makes them.
 *
 * @public
 */
export function isArgocdHubCluster(entity: Entity): boolean {
  const { annotations = {} } = entity.metadata;
  return (
    entity.kind.toLocaleLowerCase('en-US') === 'resource' &&
    entity.spec?.type === 'kubernetes-cluster' &&
    Boolean(annotations[CLUSTER_ANNOTATIONS.hub]) &&
    Boolean(annotations[CLUSTER_ANNOTATIONS.cluster])
  );
}
