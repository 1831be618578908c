/**
 * The frontend of Argo CD Hub, for apps on the legacy frontend system.
 *
 * @packageDocumentation
 */

import {
  createApiFactory,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { ArgocdHubClient } from 'backstage-plugin-argocd-hub-common';
import { argocdHubApiRef } from './api/argocdHubApiRef';
import { clustersRouteRef, templateRouteRef } from './routes';

/**
 * The plugin, for `createApp({ plugins })` and for binding its routes.
 *
 * @public
 */
export const argocdHubPlugin = createPlugin({
  id: 'argocd-hub',
  apis: [
    createApiFactory({
      api: argocdHubApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new ArgocdHubClient(apis),
    }),
  ],
  routes: { clusters: clustersRouteRef },
  externalRoutes: { template: templateRouteRef },
});

/**
 * The tab Clusters, for a route of the entity page.
 *
 * @public
 */
export const EntityArgocdHubContent = argocdHubPlugin.provide(
  createRoutableExtension({
    name: 'EntityArgocdHubContent',
    component: () =>
      import('./components/EntityClusters/EntityClusters').then(
        m => m.EntityClusters,
      ),
    mountPoint: clustersRouteRef,
  }),
);

export { argocdHubApiRef } from './api/argocdHubApiRef';
export { argocdHubTranslationRef } from './translation';
