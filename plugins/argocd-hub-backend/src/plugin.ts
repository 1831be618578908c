import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { argocdHubPermissions } from 'backstage-plugin-argocd-hub-common';

/**
 * Mirrors the configured Argo CD hubs and serves what runs where.
 *
 * @public
 */
export const argocdHubPlugin = createBackendPlugin({
  pluginId: 'argocd-hub',
  register(env) {
    env.registerInit({
      deps: {
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({ permissionsRegistry }) {
        permissionsRegistry.addPermissions(argocdHubPermissions);
      },
    });
  },
});
