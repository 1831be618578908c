import type { Reachability, ReasonClass, Verdict } from '../types';
import { evidence, goodUntil, lastGood, suspicions } from './evidence';
import type { ClusterFacts } from './facts';
import { isOutdated, type HubFreshness } from './freshness';
import { iso, latest, past } from './time';

interface Finding {
  reachability: Reachability;
  /** When it began as far as the facts tell, in milliseconds since the epoch. */
  began: number;
  reason?: ReasonClass;
}

/**
 * Our own verdict about a cluster; Argo CD's word alone never makes it.
 *
 * The first that holds:
 * 1. unknown: the hub is stale or down;
 * 2. clusters of argocd-agent: what their connection says, which is live there;
 * 3. not-monitored: no application goes there;
 * 4. unreachable: a second failed heartbeat at least one recheck after the
 *    first, or two kinds of evidence against it that began after the last sign
 *    of life. It stays until the next sign of life, while anything speaks
 *    against the cluster;
 * 5. suspect: any one kind of evidence against it;
 * 6. reachable: a good heartbeat, or an operation that succeeded, within three intervals;
 * 7. unknown with `no-probe`: nothing of ours could check.
 *
 * @param hub - the answer of `freshness`
 * @param now - milliseconds since the epoch
 * @public
 */
export function verdict(
  cluster: ClusterFacts,
  hub: HubFreshness,
  now: number,
): Verdict {
  const { reachability, began, reason } = find(cluster, hub, now);
  const stored = cluster.verdict;
  const since =
    stored?.reachability === reachability ? past(stored.since, now) : undefined;
  return {
    reachability,
    ...(reason && { reason }),
    since: iso(since ?? Math.min(began, now)),
    observedAt: observedAt(cluster, hub, now),
    evidence: evidence(cluster, now),
  };
}

function find(cluster: ClusterFacts, hub: HubFreshness, now: number): Finding {
  if (isOutdated(hub)) {
    const began = hub.since ? Date.parse(hub.since) : now;
    return { reachability: 'unknown', began };
  }
  if (cluster.agent) {
    return ofAgent(cluster);
  }
  if (cluster.applications === 0) {
    return { reachability: 'not-monitored', began: cluster.firstSeenAt };
  }
  return ofSuspicions(cluster, now) ?? ofSignsOfLife(cluster, now);
}

function ofAgent(cluster: ClusterFacts): Finding {
  const { status, since, reason } = cluster.connection;
  const began = since ?? cluster.firstSeenAt;
  switch (status) {
    case 'Successful':
      return { reachability: 'reachable', began };
    case 'Failed':
      return { reachability: 'unreachable', began, reason: reason ?? 'other' };
    default:
      return { reachability: 'unknown', began, reason: 'no-probe' };
  }
}

function ofSuspicions(cluster: ClusterFacts, now: number): Finding | undefined {
  const found = suspicions(cluster, now);
  if (found.length === 0) {
    return undefined;
  }
  const answered = found.some(suspicion => suspicion.answered);
  const confirmed = answered ? [] : found.filter(({ confirms }) => confirms);
  const unreachable =
    found.some(suspicion => suspicion.proof) ||
    confirmed.length >= 2 ||
    staysUnreachable(cluster, now);
  const telling = unreachable && confirmed.length > 0 ? confirmed : found;
  return {
    reachability: unreachable ? 'unreachable' : 'suspect',
    began: Math.min(...telling.map(suspicion => suspicion.since)),
    reason: telling.find(({ reason }) => reason !== 'other')?.reason ?? 'other',
  };
}

/**
 * Evidence that fades is no sign of life. A sign of life in the very millisecond
 * in which the verdict began is taken for the later one.
 */
function staysUnreachable(cluster: ClusterFacts, now: number): boolean {
  const stored = cluster.verdict;
  return (
    stored?.reachability === 'unreachable' &&
    (lastGood(cluster, now) ?? -Infinity) <
      (past(stored.since, now) ?? -Infinity)
  );
}

function ofSignsOfLife(cluster: ClusterFacts, now: number): Finding {
  const good = lastGood(cluster, now);
  if (good === undefined) {
    return {
      reachability: 'unknown',
      began: cluster.firstSeenAt,
      reason: 'no-probe',
    };
  }
  const until = goodUntil(cluster, good);
  return now <= until
    ? { reachability: 'reachable', began: good }
    : { reachability: 'unknown', began: until, reason: 'no-probe' };
}

function observedAt(
  cluster: ClusterFacts,
  hub: HubFreshness,
  now: number,
): string | undefined {
  return cluster.agent
    ? hub.observedAt
    : iso(latest(lastGood(cluster, now), cluster.heartbeat.lastFailureAt));
}
