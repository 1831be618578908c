/**
 * Types, annotations, permissions, status rules and API client of Argo CD Hub.
 *
 * @packageDocumentation
 */

export * from './types';
export * from './refusals';
export * from './onboarding';
export * from './fleet';
export * from './explain';
export * from './applicationSets';
export * from './history';
export * from './annotations';
export * from './permissions';
export * from './client/ArgocdHubApi';
export { ArgocdHubClient } from './client/ArgocdHubClient';
export { errorCodeOf } from './client/errorCodeOf';
export type { ArgocdHubClientOptions } from './client/Transport';
export { isLabelKey, isLabelValue } from './labels';
export { IN_CLUSTER_SERVER, PLUGIN_ID, SIGNAL_CHANNEL } from './constants';
export type { ChangeSignal } from './constants';
export {
  applicationUrl,
  safeExternalUrls,
  safeUrl,
  withoutCredentials,
} from './links';

export { family } from './status/family';
export { skew } from './status/skew';
export type { SkewInput } from './status/skew';
export {
  clusterOf,
  compareDeployments,
  compareEnvironments,
} from './status/order';
export type { Sortable } from './status/order';
export { HEALTH_ORDER, rollup } from './status/rollup';
export type { RollupInput } from './status/rollup';
export { allowedOperations } from './status/operations';
export type {
  AllowedOperations,
  Allowance,
  OperableDeployment,
  OperationName,
  Refusal,
} from './status/operations';
