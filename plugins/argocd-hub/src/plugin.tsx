import { discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import {
  ApiBlueprint,
  createFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { ArgocdHubClient } from 'backstage-plugin-argocd-hub-common';
import { argocdHubApiRef } from './api/argocdHubApiRef';
import { isArgocdHubCluster } from './isArgocdHubCluster';
import { clusterRouteRef, clustersRouteRef, templateRouteRef } from './routes';

const clientApi = ApiBlueprint.make({
  name: 'client',
  params: defineParams =>
    defineParams({
      api: argocdHubApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: apis => new ArgocdHubClient(apis),
    }),
});

const clustersContent = EntityContentBlueprint.make({
  name: 'clusters',
  params: {
    path: '/clusters',
    title: 'Clusters',
    group: 'deployment',
    filter: { kind: 'component' },
    routeRef: clustersRouteRef,
    loader: () =>
      import('./components/EntityClusters/EntityClusters').then(m => (
        <m.EntityClusters />
      )),
  },
});

const clusterContent = EntityContentBlueprint.make({
  name: 'cluster',
  params: {
    path: '/deployments',
    title: 'Deployments',
    group: 'deployment',
    filter: isArgocdHubCluster,
    routeRef: clusterRouteRef,
    loader: () =>
      import('./components/ClusterDeployments/ClusterDeployments').then(m => (
        <m.ClusterDeployments />
      )),
  },
});

/**
 * The frontend of Argo CD Hub, for the new frontend system.
 *
 * @public
 */
export const argocdHubPlugin = createFrontendPlugin({
  pluginId: 'argocd-hub',
  title: 'Argo CD Hub',
  info: { packageJson: () => import('../package.json') },
  routes: { clusters: clustersRouteRef, cluster: clusterRouteRef },
  externalRoutes: { template: templateRouteRef },
  extensions: [clientApi, clustersContent, clusterContent],
});
