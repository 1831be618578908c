import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import { clusterCreatePermission } from 'backstage-plugin-argocd-hub-common';

/**
 * Whether the backend would let this person register a cluster. While the
 * permission framework is off it lets nobody, though every permission then
 * counts as given, unless the configuration says otherwise.
 */
export function useMayAddClusters(): boolean {
  const { allowed } = usePermission({ permission: clusterCreatePermission });
  const config = useApi(configApiRef);
  const isWritable =
    config.getOptionalBoolean('permission.enabled') ||
    config.getOptionalBoolean(
      'argocdHub.dangerouslyAllowWritesWithoutPermissions',
    );
  return Boolean(allowed && isWritable);
}
