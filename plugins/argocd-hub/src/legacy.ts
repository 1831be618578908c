import { createPlugin } from '@backstage/core-plugin-api';

/**
 * The frontend of Argo CD Hub, for apps on the legacy frontend system.
 *
 * @packageDocumentation
 */
export const argocdHubPlugin = createPlugin({ id: 'argocd-hub' });
