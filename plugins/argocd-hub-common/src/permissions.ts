import { createPermission } from '@backstage/plugin-permission-common';
import { RESOURCE_TYPE_CATALOG_ENTITY } from './constants';

/** Of permissions that are asked for a cluster: see `clusterResourceRef`. @public */
export const RESOURCE_TYPE_ARGOCD_HUB_CLUSTER = 'argocd-hub-cluster';

/** Of permissions that are asked for a hub, whose resource ref is its name. @public */
export const RESOURCE_TYPE_ARGOCD_HUB_HUB = 'argocd-hub-hub';

/**
 * The resource ref of a cluster, for permissions that are asked for one.
 *
 * @param cluster - with its name as `ClusterSummary.name` has it
 * @public
 */
export function clusterResourceRef(cluster: {
  hub: string;
  name: string;
}): string {
  return `${cluster.hub}/${cluster.name}`;
}

/**
 * What `clusterResourceRef` was made of; undefined for any other text.
 *
 * @public
 */
export function parseClusterResourceRef(
  ref: string,
): { hub: string; name: string } | undefined {
  // Names of hubs have no slash, names of clusters may.
  const slash = ref.indexOf('/');
  return slash < 1 || slash === ref.length - 1
    ? undefined
    : { hub: ref.slice(0, slash), name: ref.slice(slash + 1) };
}

/** Reads the deployments of a catalog entity. @public */
export const deploymentReadPermission = createPermission({
  name: 'argocd-hub.deployment.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Asks the hub to compare a deployment with its source again. @public */
export const deploymentRefreshPermission = createPermission({
  name: 'argocd-hub.deployment.refresh',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** @public */
export const deploymentSyncPermission = createPermission({
  name: 'argocd-hub.deployment.sync',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** @public */
export const deploymentRollbackPermission = createPermission({
  name: 'argocd-hub.deployment.rollback',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Reads a cluster and what runs there. @public */
export const clusterReadPermission = createPermission({
  name: 'argocd-hub.cluster.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
});

/** Registers clusters. @public */
export const clusterCreatePermission = createPermission({
  name: 'argocd-hub.cluster.create',
  attributes: { action: 'create' },
});

/** Changes labels of a cluster, and operates what runs there and belongs to no entity. @public */
export const clusterUpdatePermission = createPermission({
  name: 'argocd-hub.cluster.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
});

/** @public */
export const clusterDeletePermission = createPermission({
  name: 'argocd-hub.cluster.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
});

/** Reads how a hub and its mirror are. @public */
export const hubReadPermission = createPermission({
  name: 'argocd-hub.hub.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_ARGOCD_HUB_HUB,
});

/** Every permission of the plugin. @public */
export const argocdHubPermissions = [
  deploymentReadPermission,
  deploymentRefreshPermission,
  deploymentSyncPermission,
  deploymentRollbackPermission,
  clusterReadPermission,
  clusterCreatePermission,
  clusterUpdatePermission,
  clusterDeletePermission,
  hubReadPermission,
];
