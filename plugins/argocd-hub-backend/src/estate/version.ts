import { createHash } from 'node:crypto';
import type {
  ClusterSummary,
  EntityDeployments,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';

/**
 * Changes when a reader would see a difference. Contact with a live hub and
 * heartbeats, good or not, renew their times every few seconds and say nothing
 * new, so those times are left out. When a state began counts, and so does the
 * last contact with a hub that is lost: it stands still.
 */
export function versionOf(answer: Omit<EntityDeployments, 'version'>): string {
  const { observedAt, hubs, clusters, ...rest } = answer;
  const compared = {
    ...rest,
    hubs: hubs.map(settledHub),
    clusters: clusters.map(settledCluster),
  };
  return createHash('sha256')
    .update(JSON.stringify(compared))
    .digest('base64url')
    .slice(0, 22);
}

function settledHub(hub: HubStatus): HubStatus {
  const { observedAt, ...rest } = hub;
  return hub.freshness === 'live' ? rest : hub;
}

function settledCluster(cluster: ClusterSummary): ClusterSummary {
  const { observedAt, ...verdict } = cluster.verdict;
  const evidence = verdict.evidence.map(item => ({ ...item, at: '' }));
  return { ...cluster, verdict: { ...verdict, evidence } };
}
