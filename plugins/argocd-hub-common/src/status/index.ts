/**
 * What a backend that mirrors hubs stores of them, and the rules that judge it:
 * from answers to facts, from facts to verdicts.
 *
 * @packageDocumentation
 */

export * from './facts';
export { freshness, isOutdated } from './freshness';
export type { HubFreshness } from './freshness';
export { verdict } from './verdict';
export { controllerSilent } from './controller';
export { clusterState, shownState } from './shown';
export type { ClusterState, ShownContext } from './shown';
export {
  classifyHeartbeat,
  hubSuspectedSince,
  nextHeartbeatFacts,
  recheckIntervalMs,
  resolveHubTimeout,
} from './heartbeat';
export type { HeartbeatAnswer, HeartbeatOutcome } from './heartbeat';
export { connectionCause, reasonOfMessage } from './reasons';
export { past } from './time';
