import type { ApplicationSetDetails } from '../applicationSets';
import type { EntityExplanation } from '../explain';
import type { DeploymentDetails, FleetDeployment } from '../fleet';
import type { ChangePage, Rollups } from '../history';
import type {
  ClusterPlan,
  ClusterRegistered,
  ClusterRegistration,
  LabelPatch,
  LabelsChanged,
  Placements,
} from '../onboarding';
import type {
  ClusterSummary,
  EntityDeployments,
  HealthStatus,
  HubDetails,
  Page,
  Reachability,
  SyncStatus,
} from '../types';

/** @public */
export interface RequestOptions {
  /** A service or user token; browsers leave it out, their fetch adds it. */
  token?: string;
  signal?: AbortSignal;
}

/** Of requests that are made again and again. @public */
export interface HeldAnswer<T> {
  /**
   * What the same client answered to the same request before: where nothing has
   * changed, it is returned again, the same object, and was not sent again.
   */
  held?: T;
}

/** A hub and the name under which it knows the cluster. @public */
export interface ClusterAddress {
  hub: string;
  name: string;
}

/** A hub, and the namespace and name of the Application. @public */
export interface DeploymentAddress {
  hub: string;
  namespace: string;
  name: string;
}

/** A hub, and the namespace and name of an ApplicationSet. @public */
export interface ApplicationSetAddress {
  hub: string;
  namespace: string;
  name: string;
}

/** Of which clusters an explanation tells. @public */
export interface ExplainQuery {
  hub?: string;
  cluster?: string;
  /** `nextCursor` of the page before, with the same filters. */
  cursor?: string;
}

/** Where a page begins, and how long it is. @public */
export interface PageQuery {
  /** `nextCursor` of the page before, with the same filters. */
  cursor?: string;
  /** Rows at most: 1 to 500, which is the default. */
  limit?: number;
}

/** Which clusters are wanted; those that fit everything that is said. @public */
export interface ClusterQuery extends PageQuery {
  hub?: string;
  environment?: string;
  /** An allow-listed label, as `key` or `key=value`. */
  label?: string;
  reachability?: Reachability;
  /** Part of the name or of the address of the server. */
  q?: string;
}

/** Which deployments are wanted; those that fit everything that is said. @public */
export interface DeploymentQuery extends PageQuery {
  hub?: string;
  cluster?: string;
  environment?: string;
  /** As it is shown, which is not always what Argo CD says. */
  sync?: SyncStatus;
  /** As it is shown, which is not always what Argo CD says. */
  health?: HealthStatus;
  project?: string;
  /** Part of the name of the application. */
  q?: string;
  /** With true only those that no entity claims. */
  unmapped?: boolean;
}

/** What is wanted of a history; what fits everything that is said. @public */
export interface HistoryQuery extends PageQuery {
  /** ISO 8601, inclusive; a day alone begins at midnight in UTC. */
  from?: string;
  /** ISO 8601, exclusive. */
  to?: string;
  hub?: string;
  /** The name that it has now, or had last. */
  cluster?: string;
  /** Changes at most: 1 to 500; 100 where it is not said. */
  limit?: number;
}

/**
 * Everything that can be asked of the backend: one method for each operation of
 * its OpenAPI file, under the same name. Failures are thrown as `ResponseError`
 * of `@backstage/errors`; `errorCodeOf` tells which of our codes they carry.
 *
 * @public
 */
export interface ArgocdHubApi {
  getHubs(options?: RequestOptions): Promise<{ items: HubDetails[] }>;
  getClusters(
    query?: ClusterQuery,
    options?: RequestOptions,
  ): Promise<Page<ClusterSummary>>;
  getCluster(
    cluster: ClusterAddress,
    options?: RequestOptions & HeldAnswer<ClusterSummary>,
  ): Promise<ClusterSummary>;
  /** What runs there. */
  getClusterDeployments(
    cluster: ClusterAddress,
    query?: PageQuery,
    options?: RequestOptions & HeldAnswer<Page<FleetDeployment>>,
  ): Promise<Page<FleetDeployment>>;
  getDeployments(
    query?: DeploymentQuery,
    options?: RequestOptions,
  ): Promise<Page<FleetDeployment>>;
  /** One deployment as stored, with its cluster and its hub. */
  getDeployment(
    deployment: DeploymentAddress,
    options?: RequestOptions,
  ): Promise<DeploymentDetails>;
  /** Has Argo CD compare it with its source again; `hard` also makes manifests anew. */
  refreshDeployment(
    deployment: DeploymentAddress,
    options?: RequestOptions & { hard?: boolean },
  ): Promise<void>;
  /** Answers undefined when nothing changed since `ifVersion`. */
  getEntityDeployments(
    entityRef: string,
    options?: RequestOptions & { ifVersion?: string; cursor?: string },
  ): Promise<EntityDeployments | undefined>;
  /** What happened, newest first. */
  getEntityHistory(
    entityRef: string,
    query?: HistoryQuery,
    options?: RequestOptions,
  ): Promise<ChangePage>;
  /** Why an entity has its deployments, and why a cluster has none. */
  explainEntity(
    entityRef: string,
    query?: ExplainQuery,
    options?: RequestOptions,
  ): Promise<EntityExplanation>;
  /** What an ApplicationSet has made, and which clusters it skipped. */
  getApplicationSet(
    applicationSet: ApplicationSetAddress,
    options?: RequestOptions & { cursor?: string },
  ): Promise<ApplicationSetDetails>;
  /** Of at most 500 entities, in their order; null for those that are missing or may not be seen. */
  getEntityRollups(
    entityRefs: string[],
    options?: RequestOptions,
  ): Promise<Rollups>;
  /** Service credentials only. */
  getPlacements(
    options?: RequestOptions & { since?: string },
  ): Promise<Placements>;
  planCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ): Promise<ClusterPlan>;
  registerCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ): Promise<ClusterRegistered>;
  labelCluster(
    cluster: ClusterAddress,
    patch: LabelPatch,
    options?: RequestOptions & { dryRun?: boolean },
  ): Promise<LabelsChanged>;
  /** The OpenAPI document of all this. */
  getOpenApi(options?: RequestOptions): Promise<object>;
}
