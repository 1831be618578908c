import { createPermission } from '@backstage/plugin-permission-common';
import { RESOURCE_TYPE_CATALOG_ENTITY } from './constants';

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

/** @public */
export const clusterReadPermission = createPermission({
  name: 'argocd-hub.cluster.read',
  attributes: { action: 'read' },
});

/** Registers clusters. @public */
export const clusterCreatePermission = createPermission({
  name: 'argocd-hub.cluster.create',
  attributes: { action: 'create' },
});

/** Changes labels of clusters. @public */
export const clusterUpdatePermission = createPermission({
  name: 'argocd-hub.cluster.update',
  attributes: { action: 'update' },
});

/** @public */
export const clusterDeletePermission = createPermission({
  name: 'argocd-hub.cluster.delete',
  attributes: { action: 'delete' },
});

/** @public */
export const hubReadPermission = createPermission({
  name: 'argocd-hub.hub.read',
  attributes: { action: 'read' },
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
