import type {
  HubDetails,
  NameConflict,
} from 'backstage-plugin-argocd-hub-common';
import type { ClusterView, HubView } from './Estate';
import { clusterEntityRef, defined } from './clusterSummary';

/** A hub for those who operate it. */
export function hubDetails(options: {
  hub: HubView;
  /** All clusters of this hub. */
  clusters: ClusterView[];
  /** Of all hubs. */
  conflicts: NameConflict[];
  /** Milliseconds until the lease of the hub would run out; undefined while nobody holds it. */
  leaseLeftMs: number | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}): HubDetails {
  const { hub, clusters, conflicts, leaseLeftMs, now } = options;
  const { status, config, facts, record } = hub;
  return {
    ...status,
    ...(record?.lastError && { lastError: record.lastError }),
    mirror: defined({
      running: leaseLeftMs !== undefined,
      since: record && iso(facts.startedAt),
      until: leaseLeftMs === undefined ? undefined : iso(now + leaseLeftMs),
      repairs: facts.repairs ?? 0,
      reconnects: facts.reconnects ?? 0,
      eventLoopDelay: facts.work?.eventLoopDelay,
    }),
    ...defined({ calls: facts.work?.calls, batch: batchOf(facts.work) }),
    list: defined({
      lastAt: iso(facts.lastListAt),
      durationMs: facts.lastListMs,
      intervalMs: facts.listIntervalMs,
    }),
    stream: defined({ lastAt: iso(facts.lastStreamAt) }),
    heartbeat: heartbeatOf(hub, clusters),
    readable: defined({
      applicationSets: record?.readableSets,
      projects: record?.readableProjects,
    }),
    skippedApplications: record?.skipped ?? [],
    skippedClusters: record?.skippedClusters ?? [],
    skippedClusterCount: record?.skippedClusterCount ?? 0,
    nameConflicts: conflicts.filter(conflict =>
      conflict.clusters.some(cluster => cluster.hub === config.name),
    ),
  };
}

/** Clusters that ask for the same catalog entity. */
export function nameConflicts(
  clusters: { cluster: ClusterView; hub: HubView }[],
): NameConflict[] {
  const byRef = new Map<string, NameConflict['clusters']>();
  for (const { cluster, hub } of clusters) {
    const { record } = cluster;
    const entityRef = clusterEntityRef(record, hub);
    const named = byRef.get(entityRef) ?? [];
    byRef.set(entityRef, [...named, { hub: record.hub, name: record.name }]);
  }
  return [...byRef]
    .filter(([, named]) => named.length > 1)
    .map(([entityRef, named]) => ({ entityRef, clusters: named }));
}

/** The pace is stored with the clusters: it follows from how many there are. */
function heartbeatOf(
  { config: { heartbeat }, facts }: HubView,
  clusters: ClusterView[],
): HubDetails['heartbeat'] {
  if (!heartbeat) {
    return { enabled: false };
  }
  const { intervalMs, maxPerSecond } = heartbeat;
  const stretched = clusters.map(
    ({ record }) => record.facts.heartbeatIntervalMs,
  );
  return {
    enabled: true,
    intervalMs: Math.max(intervalMs, ...stretched),
    maxPerSecond,
    ...defined({ outcomes: facts.work?.heartbeats }),
  };
}

function batchOf(work: HubView['facts']['work']): HubDetails['batch'] {
  const { batch } = work ?? {};
  return batch && { ...batch, at: new Date(batch.at).toISOString() };
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
