import type {
  HealthStatus,
  Shown,
  SyncStatus,
  UnknownReason,
  Verdict,
} from '../types';
import { controllerSilent } from './controller';
import type { ClusterFacts, ReportedState } from './facts';
import { isOutdated, type HubFreshness } from './freshness';
import { iso } from './time';
import { verdict } from './verdict';

/** What the states of all deployments on one cluster depend on. @public */
export interface ClusterState {
  verdict: Verdict;
  controllerSilent: boolean;
  /** ISO 8601: last sign of life of the controller. */
  controllerSilentSince?: string;
  /** The cluster carries skip-reconcile. */
  frozen: boolean;
}

/** @public */
export interface ShownContext {
  hub: HubFreshness;
  /** Absent where the destination resolves to no cluster or to two. */
  cluster?: ClusterState;
}

/**
 * Computed once per cluster, used for each of its deployments.
 *
 * @param now - milliseconds since the epoch
 * @public
 */
export function clusterState(
  cluster: ClusterFacts,
  hub: HubFreshness,
  now: number,
): ClusterState {
  return {
    verdict: verdict(cluster, hub, now),
    controllerSilent: controllerSilent(cluster, now),
    controllerSilentSince: iso(cluster.connection.attemptedMovedAt),
    frozen: cluster.skipReconcile,
  };
}

/**
 * Health and sync as they are shown: Argo CD's word, unless there is a reason
 * not to repeat it. Then both are Unknown, with the word in `reported`.
 *
 * Where several reasons hold, the first of this order is given; each makes the
 * evidence for those after it worthless:
 * `hub-down`, `hub-stale`, `cluster-unreachable`, `controller-silent`, `frozen`,
 * `invalid-spec`, `comparison-error`, `not-reconciled`.
 *
 * @public
 */
export function shownState(
  reported: ReportedState,
  context: ShownContext,
): { sync: Shown<SyncStatus>; health: Shown<HealthStatus> } {
  const doubt = findDoubt(reported, context);
  if (doubt) {
    return {
      sync: unknown(reported.sync, doubt),
      health: unknown(reported.health, doubt),
    };
  }
  const unverified = !isVerified(context.cluster);
  return {
    sync: asReported(reported.sync, reported.syncSince, unverified),
    health: asReported(reported.health, reported.healthSince, unverified),
  };
}

interface Doubt {
  reason: UnknownReason;
  /** ISO 8601: until when Argo CD's word had evidence. */
  since?: string;
}

function findDoubt(
  reported: ReportedState,
  context: ShownContext,
): Doubt | undefined {
  return (
    doubtOfHub(context.hub) ??
    doubtOfCluster(context.cluster, reported) ??
    doubtOfApplication(reported)
  );
}

function doubtOfHub(hub: HubFreshness): Doubt | undefined {
  if (!isOutdated(hub)) {
    return undefined;
  }
  return {
    reason: hub.freshness === 'down' ? 'hub-down' : 'hub-stale',
    since: hub.observedAt ?? hub.since,
  };
}

function doubtOfCluster(
  cluster: ClusterState | undefined,
  reported: ReportedState,
): Doubt | undefined {
  if (cluster?.verdict.reachability === 'unreachable') {
    return { reason: 'cluster-unreachable', since: cluster.verdict.since };
  }
  if (cluster?.controllerSilent) {
    return {
      reason: 'controller-silent',
      since: cluster.controllerSilentSince,
    };
  }
  return cluster?.frozen || reported.skipReconcile
    ? { reason: 'frozen' }
    : undefined;
}

/** Argo CD reports Healthy for an application that it cannot compare: sync tells, health does not. */
function doubtOfApplication(reported: ReportedState): Doubt | undefined {
  if (reported.sync === undefined || reported.health === undefined) {
    return { reason: 'not-reconciled' };
  }
  if (reported.sync !== 'Unknown') {
    return undefined;
  }
  const invalid = conditionSince(reported, 'InvalidSpecError');
  if (invalid) {
    return { reason: 'invalid-spec', since: invalid.since };
  }
  const comparison = conditionSince(reported, 'ComparisonError');
  return {
    reason: 'comparison-error',
    since: comparison?.since ?? reported.syncSince,
  };
}

/** The oldest condition of a type: Argo CD stamps a second one of the same type anew at each refresh. */
function conditionSince(
  reported: ReportedState,
  type: string,
): { since?: string } | undefined {
  const found = reported.conditions.filter(
    condition => condition.type === type,
  );
  if (found.length === 0) {
    return undefined;
  }
  const times = found.flatMap(condition => condition.since ?? []);
  return { since: times.sort()[0] };
}

/** Whether something of ours, not Argo CD alone, has lately seen the cluster answer. */
function isVerified(cluster: ClusterState | undefined): boolean {
  if (!cluster) {
    return false;
  }
  const { reachability, evidence } = cluster.verdict;
  if (reachability === 'reachable') {
    return true;
  }
  return (
    reachability === 'suspect' &&
    evidence.some(
      ({ kind, says }) => says === 'reachable' && kind !== 'connection',
    )
  );
}

function unknown<S extends string>(
  reported: S | undefined,
  { reason, since }: Doubt,
): Shown<S | 'Unknown'> {
  return {
    status: 'Unknown',
    ...(reported && reported !== 'Unknown' && { reported }),
    reason,
    ...(since && { since }),
  };
}

function asReported<S extends string>(
  reported: S | undefined,
  since: string | undefined,
  unverified: boolean,
): Shown<S | 'Unknown'> {
  return {
    status: reported ?? 'Unknown',
    ...(since && { since }),
    ...(unverified && { unverified: true as const }),
  };
}
