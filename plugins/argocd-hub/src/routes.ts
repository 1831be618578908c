import {
  createExternalRouteRef,
  createRouteRef,
} from '@backstage/core-plugin-api';

/** The entity tab Clusters. */
export const clustersRouteRef = createRouteRef({ id: 'argocd-hub:clusters' });

/** The tab Deployments of a cluster's entity. */
export const clusterRouteRef = createRouteRef({ id: 'argocd-hub:cluster' });

/** The form of a scaffolder template: behind the button "Add a cluster". */
export const templateRouteRef = createExternalRouteRef({
  id: 'argocd-hub:template',
  params: ['namespace', 'templateName'],
  optional: true,
  defaultTarget: 'scaffolder.selectedTemplate',
});
