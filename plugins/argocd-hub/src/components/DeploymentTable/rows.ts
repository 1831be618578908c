import type {
  ClusterSummary,
  Deployment,
  EntityDeployments,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';

/** A deployment together with what the answer says of its cluster and hub. */
export interface DeploymentRow {
  id: string;
  deployment: Deployment;
  cluster?: ClusterSummary;
  /** Only where the answer speaks of several hubs. */
  hub?: HubStatus;
}

/** Rows in the order of the answer. */
export function deploymentRows(data: EntityDeployments): DeploymentRow[] {
  const clusters = new Map(
    data.clusters.map(cluster => [`${cluster.hub}/${cluster.name}`, cluster]),
  );
  const severalHubs = data.hubs.length > 1;
  return data.deployments.map(deployment => {
    const { hub, namespace, name, destination } = deployment;
    return {
      id: `${hub}/${namespace}/${name}`,
      deployment,
      cluster:
        'cluster' in destination
          ? clusters.get(`${hub}/${destination.cluster}`)
          : undefined,
      hub: severalHubs
        ? data.hubs.find(candidate => candidate.name === hub)
        : undefined,
    };
  });
}

/** What the row is called: its cluster, or what the destination says. */
export function clusterName({ destination }: Deployment): string {
  return 'cluster' in destination ? destination.cluster : destination.given;
}
