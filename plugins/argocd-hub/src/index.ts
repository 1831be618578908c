/**
 * The frontend of Argo CD Hub: the entity tabs Clusters and
 * Deployments, for the new frontend
 * system. Apps on the legacy system import from `./legacy`.
 *
 * @packageDocumentation
 */

export { argocdHubPlugin as default } from './plugin';
export { isArgocdHubCluster } from './isArgocdHubCluster';
export { argocdHubApiRef } from './api/argocdHubApiRef';
export { argocdHubTranslationRef } from './translation';
