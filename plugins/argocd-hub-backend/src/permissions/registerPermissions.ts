import type { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import {
  argocdHubPermissions,
  clusterResourceRef,
  parseClusterResourceRef,
  RESOURCE_TYPE_ARGOCD_HUB_CLUSTER,
  RESOURCE_TYPE_ARGOCD_HUB_HUB,
} from 'backstage-plugin-argocd-hub-common';
import {
  argocdHubClusterPermissionResourceRef,
  argocdHubClusterPermissionRules,
  argocdHubHubPermissionResourceRef,
  argocdHubHubPermissionRules,
  type ArgocdHubClusterResource,
} from 'backstage-plugin-argocd-hub-node';
import type { ArgocdHubConfig } from '../config';
import type { ClusterStore } from '../store/ClusterStore';

/** Tells the permission framework what there is to permit, and by which rules. */
export function registerPermissions(options: {
  permissionsRegistry: PermissionsRegistryService;
  config: Pick<ArgocdHubConfig, 'hubs'>;
  store: { clusters: ClusterStore };
}): void {
  const { permissionsRegistry, config, store } = options;
  const hubs = new Set(config.hubs.map(({ name }) => name));
  const ofType = (type: string) =>
    argocdHubPermissions.filter(it => isResourcePermission(it, type));

  permissionsRegistry.addPermissions(argocdHubPermissions);
  permissionsRegistry.addResourceType({
    resourceRef: argocdHubClusterPermissionResourceRef,
    permissions: ofType(RESOURCE_TYPE_ARGOCD_HUB_CLUSTER),
    rules: Object.values(argocdHubClusterPermissionRules),
    getResources: refs => clustersOf(refs, store.clusters),
  });
  permissionsRegistry.addResourceType({
    resourceRef: argocdHubHubPermissionResourceRef,
    permissions: ofType(RESOURCE_TYPE_ARGOCD_HUB_HUB),
    rules: Object.values(argocdHubHubPermissionRules),
    getResources: async refs =>
      refs.map(name => (hubs.has(name) ? { name } : undefined)),
  });
}

/** In the order of the refs; undefined for those that are not stored. */
async function clustersOf(
  refs: string[],
  store: ClusterStore,
): Promise<(ArgocdHubClusterResource | undefined)[]> {
  const names = new Map<string, string[]>();
  for (const { hub, name } of refs.flatMap(
    ref => parseClusterResourceRef(ref) ?? [],
  )) {
    names.set(hub, [...(names.get(hub) ?? []), name]);
  }
  const found = new Map<string, ArgocdHubClusterResource>();
  for (const [hub, ofHub] of names) {
    for (const { name, labels } of await store.list({ hub, names: ofHub })) {
      found.set(clusterResourceRef({ hub, name }), { hub, name, labels });
    }
  }
  return refs.map(ref => found.get(ref));
}
