import type {
  ClaimingEntity,
  ClusterSummary,
  Deployment,
  EntityDeployments,
  FleetDeployment,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';

/** A deployment together with what the answer says of its cluster and hub. */
export interface DeploymentRow {
  id: string;
  deployment: Deployment;
  cluster?: ClusterSummary;
  /** Only where the answer speaks of several hubs. */
  hub?: HubStatus;
  /** Those that it belongs to, where the rows are not of one entity. */
  entities?: ClaimingEntity[];
  /** No entity has it, also none that may not be seen. */
  unmapped?: boolean;
}

/** What runs on one cluster, in the order of the answer. */
export function clusterRows(
  cluster: ClusterSummary,
  deployments: FleetDeployment[],
): DeploymentRow[] {
  return deployments.map(deployment => ({
    id: idOf(deployment),
    deployment,
    cluster,
    entities: deployment.entities,
    unmapped: deployment.unmapped !== undefined,
  }));
}

function idOf({ hub, namespace, name }: Deployment): string {
  return `${hub}/${namespace}/${name}`;
}

/** The rows of one entity, in the order of the answer. */
export function deploymentRows(data: EntityDeployments): DeploymentRow[] {
  const clusters = new Map(
    data.clusters.map(cluster => [`${cluster.hub}/${cluster.name}`, cluster]),
  );
  const severalHubs = data.hubs.length > 1;
  return data.deployments.map(deployment => {
    const { hub, destination } = deployment;
    return {
      id: idOf(deployment),
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
