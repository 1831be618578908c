/**
 * What other backend plugins and modules, and permission policies, share with
 * Argo CD Hub.
 *
 * @packageDocumentation
 */

export {
  argocdHubClusterPermissionResourceRef,
  argocdHubHubPermissionResourceRef,
} from './permissions/resources';
export type {
  ArgocdHubClusterFilter,
  ArgocdHubClusterResource,
  ArgocdHubHubFilter,
  ArgocdHubHubResource,
} from './permissions/resources';
export {
  argocdHubClusterPermissionRules,
  argocdHubHubPermissionRules,
} from './permissions/rules';
export {
  argocdHubClusterConditions,
  argocdHubHubConditions,
  createArgocdHubClusterConditionalDecision,
  createArgocdHubHubConditionalDecision,
} from './permissions/conditions';
export { invalidConfig } from './config/invalidConfig';
export { refuseUnknownKeys } from './config/refuseUnknownKeys';
export type { ConfigShape } from './config/refuseUnknownKeys';
