import { createFrontendPlugin } from '@backstage/frontend-plugin-api';

/**
 * The frontend of Argo CD Hub, for the new frontend system.
 *
 * @public
 */
export const argocdHubPlugin = createFrontendPlugin({
  pluginId: 'argocd-hub',
  info: { packageJson: () => import('../package.json') },
  extensions: [],
});
