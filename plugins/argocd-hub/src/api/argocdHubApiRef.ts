import { createApiRef } from '@backstage/core-plugin-api';
import type { ArgocdHubApi } from 'backstage-plugin-argocd-hub-common';

/**
 * The client of the backend, for the components of this plugin and for others.
 *
 * @public
 */
export const argocdHubApiRef = createApiRef<ArgocdHubApi>({
  id: 'plugin.argocd-hub.client',
});
