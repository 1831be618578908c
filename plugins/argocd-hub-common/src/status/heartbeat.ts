import type { ReasonClass } from '../types';
import type { HeartbeatFacts } from './facts';
import { hasDialText, reasonOfMessage } from './reasons';
import { past } from './time';

/** The hub's answer to `GET /applications/{app}/events` for one resource. @public */
export interface HeartbeatAnswer {
  /** HTTP status. */
  status: number;
  /** Whether the body of a good answer is a whole list of events: a front's page is not. */
  isEventList?: boolean;
  /** gRPC code in the body of an error. */
  code?: number;
  /** Text in the body of an error. */
  message?: string;
}

/** What one heartbeat proves. @public */
export type HeartbeatOutcome =
  /** The cluster answered Argo CD. */
  | { kind: 'good' }
  /** Argo CD could not talk to the cluster. */
  | { kind: 'failure'; reason: ReasonClass }
  /** A front or an overloaded API answered: never more than a suspicion. */
  | { kind: 'suspect-only' }
  /** Somebody was slow, hub or cluster: ask for the resource tree, then `resolveHubTimeout`. */
  | { kind: 'hub-timeout' }
  /** The cluster was never called. */
  | { kind: 'no-evidence' };

/** Argo CD puts this before every error that comes from the call to the cluster, and before no other. */
const FROM_CLUSTER = 'error listing resource events:';
const DEADLINE = 'context deadline exceeded';

const GRPC_UNKNOWN = 2;
const GRPC_INTERNAL = 13;
/** Which codes Argo CD answers with these statuses. An error with another one, or none, is a front's. */
const OWN_CODES: Record<number, number[]> = {
  401: [16],
  403: [7],
  429: [8],
  500: [GRPC_UNKNOWN, GRPC_INTERNAL],
  503: [14],
  504: [4],
};

/**
 * Reads one answer. Everything that does not surely come from the cluster
 * proves nothing about it.
 *
 * @public
 */
export function classifyHeartbeat(answer: HeartbeatAnswer): HeartbeatOutcome {
  const { status, isEventList, code, message = '' } = answer;
  if (status === 200) {
    return isEventList ? { kind: 'good' } : { kind: 'no-evidence' };
  }
  if (code === undefined || !OWN_CODES[status]?.includes(code)) {
    return { kind: 'no-evidence' };
  }
  if (!message.startsWith(FROM_CLUSTER)) {
    return status === 504 && message.includes(DEADLINE)
      ? { kind: 'hub-timeout' }
      : { kind: 'no-evidence' };
  }
  if (status === 403) {
    return { kind: 'good' };
  }
  if (status === 401) {
    return { kind: 'failure', reason: 'auth' };
  }
  if (status === 504 && message.includes(DEADLINE)) {
    return { kind: 'failure', reason: 'timeout' };
  }
  return code === GRPC_UNKNOWN || hasDialText(message)
    ? { kind: 'failure', reason: reasonOfMessage(message) }
    : { kind: 'suspect-only' };
}

/**
 * A deadline that passed without a word of the cluster: the cluster was slow
 * only if the hub itself is not.
 *
 * @param treeAnswered - whether the resource tree of the same application, which the hub serves alone, came at once
 * @public
 */
export function resolveHubTimeout(treeAnswered: boolean): HeartbeatOutcome {
  return treeAnswered
    ? { kind: 'failure', reason: 'timeout' }
    : { kind: 'no-evidence' };
}

/**
 * The facts after one more heartbeat. A good one ends every suspicion; one that
 * proves nothing changes none.
 *
 * @param now - when the answer came, in milliseconds since the epoch
 * @public
 */
export function nextHeartbeatFacts(
  facts: HeartbeatFacts,
  outcome: HeartbeatOutcome,
  now: number,
): HeartbeatFacts {
  switch (outcome.kind) {
    case 'good':
      return { goodAt: now, failures: 0 };
    case 'failure':
      return {
        ...facts,
        failures: facts.failures + 1,
        firstFailureAt: past(facts.firstFailureAt, now) ?? now,
        lastFailureAt: now,
        reason: outcome.reason,
      };
    case 'suspect-only':
      return { ...facts, suspectAt: past(facts.suspectAt, now) ?? now };
    default:
      return { ...facts, noEvidenceAt: now };
  }
}

/** So many must fail at once: of fewer a coincidence is likelier than a fault of the hub. */
const FEWEST = 3;
const ROUND_IN_INTERVALS = 2;

/**
 * Since when most clusters of a hub fail at once: then its own network, DNS or
 * cache is the likelier cause, and no failure that began since counts against
 * a cluster. Clusters that failed before take no part: many dead clusters make
 * no dead hub. Nor does a good answer of before: it is no news of the hub.
 *
 * @param heartbeats - of the clusters of the hub that are probed and were not yet found unreachable; not of the hub's own cluster, which it reaches otherwise
 * @param heartbeatIntervalMs - as it is stretched now
 * @returns milliseconds since the epoch, for `ClusterFacts.hubSuspectedSince`
 * @public
 */
export function hubSuspectedSince(
  heartbeats: HeartbeatFacts[],
  heartbeatIntervalMs: number,
): number | undefined {
  const wellAt = heartbeats.flatMap(({ failures, goodAt }) =>
    failures === 0 ? goodAt ?? [] : [],
  );
  const began = heartbeats
    .flatMap(({ failures, firstFailureAt }) =>
      failures > 0 ? firstFailureAt ?? [] : [],
    )
    .sort((a, b) => a - b);
  return began.find((start, before) => {
    const end = start + ROUND_IN_INTERVALS * heartbeatIntervalMs;
    const failing = began.length - before;
    const inRound = began.slice(before).filter(time => time <= end).length;
    const asked = failing + wellAt.filter(time => time >= start).length;
    return inRound >= FEWEST && inRound * 2 > asked;
  });
}

/** While a cluster is suspect or unreachable it is asked this often, in milliseconds. @public */
export function recheckIntervalMs(heartbeatIntervalMs: number): number {
  return heartbeatIntervalMs / 3;
}
