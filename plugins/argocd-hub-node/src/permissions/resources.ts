import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import {
  PLUGIN_ID,
  RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
  RESOURCE_TYPE_ARGOCD_HUB_HUB,
} from 'backstage-plugin-argocd-hub-common';

/** A cluster as permission rules see it. @public */
export interface ArgocdHubClusterResource {
  /** Name of its hub. */
  hub: string;
  /** Unique in its hub. */
  name: string;
  /** All labels that it has at the hub, not only those that are shown. */
  labels: Record<string, string>;
}

/**
 * What a rule about clusters asks of the database: clusters of any of some hubs,
 * or those that have a label, with any value where none is given.
 *
 * @public
 */
export type ArgocdHubClusterFilter =
  | { hubs: string[] }
  | { label: string; value?: string };

/** A hub as permission rules see it. @public */
export interface ArgocdHubHubResource {
  name: string;
}

/** What a rule about hubs asks: any of those that are named. @public */
export interface ArgocdHubHubFilter {
  hubs: string[];
}

/** For rules of your own about clusters. @public */
export const argocdHubClusterPermissionResourceRef =
  createPermissionResourceRef<
    ArgocdHubClusterResource,
    ArgocdHubClusterFilter
  >().with({
    pluginId: PLUGIN_ID,
    resourceType: RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
  });

/** For rules of your own about hubs. @public */
export const argocdHubHubPermissionResourceRef = createPermissionResourceRef<
  ArgocdHubHubResource,
  ArgocdHubHubFilter
>().with({
  pluginId: PLUGIN_ID,
  resourceType: RESOURCE_TYPE_ARGOCD_HUB_HUB,
});
