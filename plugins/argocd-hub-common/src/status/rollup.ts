import type {
  ClusterSummary,
  Deployment,
  Freshness,
  HealthStatus,
  HubStatus,
  Offender,
  Rollup,
} from '../types';
import { clusterOf } from './order';

/** Worst first. @public */
export const HEALTH_ORDER: readonly HealthStatus[] = [
  'Degraded',
  'Missing',
  'Unknown',
  'Progressing',
  'Suspended',
  'Healthy',
];

const FRESHNESS_ORDER: readonly Freshness[] = [
  'down',
  'stale',
  'lagging',
  'live',
];

const MOST_OFFENDERS = 5;

/** The part of a deployment that its roll-up depends on. @public */
export type RollupInput = Pick<
  Deployment,
  'hub' | 'namespace' | 'name' | 'destination' | 'sync' | 'health' | 'skew'
>;

/**
 * One line about many deployments: the worst of them, counts, and the first
 * offenders by name.
 *
 * @param deployments - with their states as shown; offenders of equal rank keep this order
 * @param clusters - those that the deployments name; others are left out
 * @param hubs - every hub in scope
 * @public
 */
export function rollup(
  deployments: readonly RollupInput[],
  clusters: readonly Pick<ClusterSummary, 'hub' | 'name' | 'verdict'>[],
  hubs: readonly Pick<HubStatus, 'freshness'>[],
): Rollup {
  const healthOf = deployments.map(({ health }) => health.status);
  const byCluster = rowsByCluster(deployments);
  return {
    health: worst(HEALTH_ORDER, healthOf) ?? 'None',
    freshness:
      worst(
        FRESHNESS_ORDER,
        hubs.map(hub => hub.freshness),
      ) ?? 'live',
    deployments: deployments.length,
    clusters: byCluster.size,
    healthyClusters: [...byCluster.values()].filter(rows =>
      rows.every(({ health }) => health.status === 'Healthy'),
    ).length,
    unreachableClusters: clusters.filter(
      ({ hub, name, verdict }) =>
        verdict.reachability === 'unreachable' &&
        byCluster.has(clusterKey(hub, name)),
    ).length,
    byHealth: count(healthOf),
    bySync: count(deployments.map(({ sync }) => sync.status)),
    skewed: deployments.filter(row => row.skew?.length).length,
    offenders: offenders(deployments),
  };
}

function offenders(deployments: readonly RollupInput[]): Offender[] {
  return deployments
    .flatMap(row => offender(row) ?? [])
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_OFFENDERS);
}

function offender(row: RollupInput): Offender | undefined {
  const unhealthy = row.health.status !== 'Healthy';
  if (!unhealthy && row.sync.status !== 'OutOfSync') {
    return undefined;
  }
  const cluster = clusterOf(row);
  const { reason, since } = unhealthy ? row.health : row.sync;
  return {
    hub: row.hub,
    ...(cluster !== undefined && { cluster }),
    namespace: row.namespace,
    name: row.name,
    status: unhealthy ? row.health.status : 'OutOfSync',
    ...(reason && { reason }),
    ...(since && { since }),
  };
}

/** OutOfSync alone comes after every health that is not Healthy. */
function rank({ status }: Offender): number {
  return status === 'OutOfSync'
    ? HEALTH_ORDER.length
    : HEALTH_ORDER.indexOf(status);
}

function rowsByCluster(
  deployments: readonly RollupInput[],
): Map<string, RollupInput[]> {
  const rows = new Map<string, RollupInput[]>();
  for (const row of deployments) {
    const cluster = clusterOf(row);
    if (cluster !== undefined) {
      const key = clusterKey(row.hub, cluster);
      rows.set(key, [...(rows.get(key) ?? []), row]);
    }
  }
  return rows;
}

function clusterKey(hub: string, cluster: string): string {
  return JSON.stringify([hub, cluster]);
}

function worst<T>(order: readonly T[], present: readonly T[]): T | undefined {
  return order.find(value => present.includes(value));
}

function count<T extends string>(
  values: readonly T[],
): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
