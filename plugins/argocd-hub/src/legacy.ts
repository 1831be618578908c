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
import { clusterRouteRef, clustersRouteRef, templateRouteRef } from './routes';

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
  routes: { clusters: clustersRouteRef, cluster: clusterRouteRef },
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

/**
 * The tab Deployments of a cluster's entity, for a route of the page of
 * resources; `isArgocdHubCluster` tells where it belongs.
 *
 * @public
 */
export const EntityArgocdHubClusterContent = argocdHubPlugin.provide(
  createRoutableExtension({
    name: 'EntityArgocdHubClusterContent',
    component: () =>
      import('./components/ClusterDeployments/ClusterDeployments').then(
        m => m.ClusterDeployments,
      ),
    mountPoint: clusterRouteRef,
  }),
);

export { isArgocdHubCluster } from './isArgocdHubCluster';
export { argocdHubApiRef } from './api/argocdHubApiRef';
export { argocdHubTranslationRef } from './translation';
