import type { ClusterSummary } from 'backstage-plugin-argocd-hub-common';
import type { ClusterState } from 'backstage-plugin-argocd-hub-common/status';
import type { ArgocdHubConfig } from '../config';
import type { ClusterRecord } from '../store/ClusterStore';
import { clusterEntityName } from '../mapping/clusterEntityName';
import type { HubView } from './Estate';

/** Names the owner of the cluster's catalog entity. */
const OWNER_LABEL = 'owner';

/** What is said of a cluster. */
export function clusterSummary(options: {
  record: ClusterRecord;
  state: ClusterState;
  hub: Pick<HubView, 'config'>;
  config: ArgocdHubConfig;
}): ClusterSummary {
  const { record, state, hub, config } = options;
  const label = (key: string): string | undefined =>
    Object.hasOwn(record.labels, key) ? record.labels[key] : undefined;
  const { clusterLabels } = config;
  const shown = shownLabels(config);
  const lifecycle = label(clusterLabels.lifecycle);
  return defined({
    hub: record.hub,
    name: record.name,
    server: record.server,
    entityRef: clusterEntityRef(record, hub),
    environment: label(clusterLabels.environment),
    region: label(clusterLabels.region),
    role: label(clusterLabels.role),
    failoverGroup: label(clusterLabels.failoverGroup),
    lifecycle,
    labels: Object.fromEntries(
      Object.entries(record.labels).filter(([key]) => shown.has(key)),
    ),
    kubernetesVersion: record.kubernetesVersion,
    applications: record.facts.applications,
    paused: pausedBy(state, lifecycle),
    verdict: state.verdict,
  });
}

/** The keys of the labels that are told of a cluster: others may say more than their reader should know. */
export function shownLabels(
  config: Pick<ArgocdHubConfig, 'clusterLabels'>,
): Set<string> {
  return new Set([...Object.values(config.clusterLabels), OWNER_LABEL]);
}

/** The ref of a cluster's catalog entity. */
export function clusterEntityRef(
  cluster: Pick<ClusterRecord, 'hub' | 'name'>,
  hub: Pick<HubView, 'config'>,
): string {
  const name = clusterEntityName({
    hub: cluster.hub,
    cluster: cluster.name,
    prefix: hub.config.prefixClusterEntities,
  });
  return `resource:default/${name}`;
}

function pausedBy(
  state: ClusterState,
  lifecycle: string | undefined,
): ClusterSummary['paused'] {
  if (state.frozen) {
    return 'skip-reconcile';
  }
  return lifecycle === 'draining' ? 'draining' : undefined;
}

/** Leaves out what is not known, so that an answer and its hash are the same with and without JSON. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined),
  ) as T;
}
