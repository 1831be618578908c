import type { Evidence, ReasonClass } from '../types';
import type { ClusterFacts } from './facts';
import { controllerSilent } from './controller';
import { recheckIntervalMs } from './heartbeat';
import { iso, latest, past } from './time';

/** A sign of life counts for this many heartbeat intervals. */
const GOOD_FOR_INTERVALS = 3;

/** So many applications must turn Unknown: one alone may have a cause of its own. */
const ENOUGH_CONNECTION_ERRORS = 2;

/** One kind of evidence that speaks against a cluster. */
export interface Suspicion {
  kind: 'heartbeat' | 'connection' | 'condition';
  /** When it began, in milliseconds since the epoch. */
  since: number;
  reason: ReasonClass;
  /** Proves by itself that the cluster cannot be reached. */
  proof: boolean;
  /** Confirms, and is confirmed by, another kind: it began after the last sign of life. */
  confirms: boolean;
  /** Something answers at the address of the cluster, though not as it should: nothing is confirmed then. */
  answered?: true;
}

/** Last sign of life of a cluster: a good heartbeat or an operation that succeeded. */
export function lastGood(
  cluster: ClusterFacts,
  now: number,
): number | undefined {
  return latest(
    goodHeartbeat(cluster, now),
    past(cluster.lastSucceededAt, now),
  );
}

/** Until when a sign of life counts, in milliseconds since the epoch. */
export function goodUntil(cluster: ClusterFacts, good: number): number {
  return good + GOOD_FOR_INTERVALS * cluster.heartbeatIntervalMs;
}

/** Everything that speaks against a cluster, strongest first. */
export function suspicions(cluster: ClusterFacts, now: number): Suspicion[] {
  return [
    heartbeatSuspicion(cluster, now),
    connectionSuspicion(cluster, now),
    conditionSuspicion(cluster, now),
  ].filter((suspicion): suspicion is Suspicion => suspicion !== undefined);
}

function heartbeatSuspicion(
  cluster: ClusterFacts,
  now: number,
): Suspicion | undefined {
  if (!cluster.heartbeatEnabled) {
    return undefined;
  }
  const { firstFailureAt, lastFailureAt, suspectAt } = cluster.heartbeat;
  if (
    failuresCount(cluster) &&
    firstFailureAt !== undefined &&
    lastFailureAt !== undefined
  ) {
    const recheck = recheckIntervalMs(cluster.heartbeatIntervalMs);
    const contradicted =
      (past(cluster.lastSucceededAt, now) ?? -Infinity) > lastFailureAt;
    return {
      kind: 'heartbeat',
      since: firstFailureAt,
      reason: cluster.heartbeat.reason ?? 'other',
      proof: !contradicted && lastFailureAt - firstFailureAt >= recheck,
      confirms: !contradicted,
    };
  }
  if (suspectAt !== undefined) {
    return {
      kind: 'heartbeat',
      since: suspectAt,
      reason: 'other',
      proof: false,
      confirms: false,
      answered: true,
    };
  }
  return undefined;
}

function connectionSuspicion(
  cluster: ClusterFacts,
  now: number,
): Suspicion | undefined {
  const { status, since, reason } = cluster.connection;
  if (status !== 'Failed') {
    return undefined;
  }
  const began = since ?? cluster.firstSeenAt;
  return {
    kind: 'connection',
    since: began,
    reason: reason ?? 'other',
    proof: false,
    confirms: began > (lastGood(cluster, now) ?? -Infinity),
  };
}

/** Unlike a failed connection it is over with the next sign of life: Argo CD itself may need minutes to see it. */
function conditionSuspicion(
  cluster: ClusterFacts,
  now: number,
): Suspicion | undefined {
  if (cluster.connectionErrors < ENOUGH_CONNECTION_ERRORS) {
    return undefined;
  }
  const began = cluster.connectionErrorsSince ?? cluster.firstSeenAt;
  if (began <= (lastGood(cluster, now) ?? -Infinity)) {
    return undefined;
  }
  return {
    kind: 'condition',
    since: began,
    reason: cluster.connectionErrorsReason ?? 'other',
    proof: false,
    confirms: true,
  };
}

/** What is shown beside a verdict, so that people can judge for themselves. */
export function evidence(cluster: ClusterFacts, now: number): Evidence[] {
  return [
    ...heartbeatEvidence(cluster, now),
    ...syncEvidence(cluster, now),
    ...connectionEvidence(cluster),
    ...conditionEvidence(cluster, now),
    ...controllerEvidence(cluster, now),
  ];
}

function heartbeatEvidence(cluster: ClusterFacts, now: number): Evidence[] {
  const { lastFailureAt, suspectAt, noEvidenceAt, reason } = cluster.heartbeat;
  const good = goodHeartbeat(cluster, now);
  const found: Evidence[] = [];
  if (good !== undefined && now <= goodUntil(cluster, good)) {
    found.push({ kind: 'heartbeat', says: 'reachable', at: iso(good) });
  }
  if (!cluster.heartbeatEnabled) {
    return found;
  }
  if (lastFailureAt !== undefined) {
    const suspicion = heartbeatSuspicion(cluster, now);
    const says = suspicion?.proof ? 'unreachable' : 'suspect';
    found.push({
      kind: 'heartbeat',
      says: failuresCount(cluster) ? says : 'unknown',
      at: iso(lastFailureAt),
      reason: reason ?? 'other',
    });
  } else if (suspectAt !== undefined) {
    found.push({ kind: 'heartbeat', says: 'suspect', at: iso(suspectAt) });
  }
  if (noEvidenceAt !== undefined && found.length === 0) {
    found.push({
      kind: 'heartbeat',
      says: 'unknown',
      at: iso(noEvidenceAt),
      reason: 'no-probe',
    });
  }
  return found;
}

function syncEvidence(cluster: ClusterFacts, now: number): Evidence[] {
  const lastSucceededAt = past(cluster.lastSucceededAt, now);
  return lastSucceededAt !== undefined &&
    now <= goodUntil(cluster, lastSucceededAt)
    ? [{ kind: 'sync', says: 'reachable', at: iso(lastSucceededAt) }]
    : [];
}

function connectionEvidence(cluster: ClusterFacts): Evidence[] {
  const { status, since, reason } = cluster.connection;
  const at = iso(since ?? cluster.firstSeenAt);
  if (status === 'Successful') {
    return [{ kind: 'connection', says: 'reachable', at }];
  }
  if (status === 'Failed') {
    const says = cluster.agent ? 'unreachable' : 'suspect';
    return [{ kind: 'connection', says, at, reason: reason ?? 'other' }];
  }
  return [{ kind: 'connection', says: 'unknown', at }];
}

function conditionEvidence(cluster: ClusterFacts, now: number): Evidence[] {
  const suspicion = conditionSuspicion(cluster, now);
  return suspicion
    ? [
        {
          kind: 'condition',
          says: 'suspect',
          at: iso(suspicion.since),
          reason: suspicion.reason,
        },
      ]
    : [];
}

/** A silent controller proves nothing about the cluster, but nobody else's word about it is fresh. */
function controllerEvidence(cluster: ClusterFacts, now: number): Evidence[] {
  if (!controllerSilent(cluster, now)) {
    return [];
  }
  const at = cluster.connection.attemptedMovedAt ?? cluster.connection.since;
  return [
    { kind: 'controller', says: 'unknown', at: iso(at ?? cluster.firstSeenAt) },
  ];
}

function goodHeartbeat(cluster: ClusterFacts, now: number): number | undefined {
  return cluster.heartbeatEnabled
    ? past(cluster.heartbeat.goodAt, now)
    : undefined;
}

/** Whether failed heartbeats say something about this cluster at all. */
function failuresCount(cluster: ClusterFacts): boolean {
  const { failures, goodAt, firstFailureAt = 0 } = cluster.heartbeat;
  const proven = goodAt !== undefined || cluster.provenElsewhere === true;
  const { hubSuspectedSince } = cluster;
  const ofTheHub =
    hubSuspectedSince !== undefined && firstFailureAt >= hubSuspectedSince;
  return failures > 0 && proven && !ofTheHub;
}
