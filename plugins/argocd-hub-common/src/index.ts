/**
 * Types, annotations, permissions, status rules and API client of Argo CD Hub.
 *
 * @packageDocumentation
 */

export * from './types';
export * from './onboarding';
export * from './annotations';
export * from './permissions';
export * from './client';
export { isLabelKey, isLabelValue } from './labels';
export { IN_CLUSTER_SERVER, PLUGIN_ID, SIGNAL_CHANNEL } from './constants';
export type { ChangeSignal } from './constants';
export {
  applicationUrl,
  safeExternalUrls,
  safeUrl,
  withoutCredentials,
} from './links';

export * from './status/facts';
export { freshness, isOutdated } from './status/freshness';
export type { HubFreshness } from './status/freshness';
export { verdict } from './status/verdict';
export { controllerSilent } from './status/controller';
export { clusterState, shownState } from './status/shown';
export type { ClusterState, ShownContext } from './status/shown';
export {
  classifyHeartbeat,
  hubSuspectedSince,
  nextHeartbeatFacts,
  recheckIntervalMs,
  resolveHubTimeout,
} from './status/heartbeat';
export type { HeartbeatAnswer, HeartbeatOutcome } from './status/heartbeat';
export { connectionCause, reasonOfMessage } from './status/reasons';
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
