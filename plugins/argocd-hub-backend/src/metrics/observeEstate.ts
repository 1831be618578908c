import type { Reachability } from 'backstage-plugin-argocd-hub-common';
import type { ClusterView, HubView } from '../estate/Estate';
import type { EstateReader } from '../estate/EstateReader';
import type { HubObservation } from './PluginMetrics';

const NONE: Record<Reachability, number> = {
  reachable: 0,
  suspect: 0,
  unreachable: 0,
  'not-monitored': 0,
  unknown: 0,
};

/** What is stored of every configured hub, with the verdicts that people are told. */
export async function observeEstate(
  estates: EstateReader,
): Promise<HubObservation[]> {
  const estate = await estates.read();
  const clusters = estate.clusters();
  return estate.hubs().map(hub => observationOf(hub, clusters, estate.now));
}

function observationOf(
  { config, facts, status }: HubView,
  clusters: ClusterView[],
  now: number,
): HubObservation {
  const byReachability = { ...NONE };
  for (const { record, state } of clusters) {
    if (record.hub === config.name) {
      byReachability[state.verdict.reachability] += 1;
    }
  }
  const { observedAt, applications, skipped } = status;
  const confirmedAt = observedAt ? Date.parse(observedAt) : facts.startedAt;
  return {
    hub: config.name,
    ageMs: Math.max(0, now - confirmedAt),
    applications,
    skipped,
    clusters: byReachability,
  };
}
