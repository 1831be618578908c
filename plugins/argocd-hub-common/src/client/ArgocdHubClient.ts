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
  HubDetails,
  Page,
} from '../types';
import {
  applicationSetPath,
  clusterPath,
  deploymentPath,
  entityPath,
  queryString,
} from './address';
import type {
  ApplicationSetAddress,
  ArgocdHubApi,
  ClusterAddress,
  ClusterQuery,
  DeploymentAddress,
  DeploymentQuery,
  ExplainQuery,
  HeldAnswer,
  HistoryQuery,
  PageQuery,
  RequestOptions,
} from './ArgocdHubApi';
import { type ArgocdHubClientOptions, jsonOf, Transport } from './Transport';

/**
 * The client for browsers, catalog modules and scaffolder actions alike.
 *
 * @public
 */
export class ArgocdHubClient implements ArgocdHubApi {
  readonly #transport: Transport;

  constructor(options: ArgocdHubClientOptions) {
    this.#transport = new Transport(options);
  }

  async getHubs(options?: RequestOptions) {
    return this.#transport.json<{ items: HubDetails[] }>('/hubs', options);
  }

  async getClusters(query: ClusterQuery = {}, options?: RequestOptions) {
    return this.#transport.json<Page<ClusterSummary>>(
      `/clusters${queryString(query)}`,
      options,
    );
  }

  async getCluster(
    cluster: ClusterAddress,
    options?: RequestOptions & HeldAnswer<ClusterSummary>,
  ) {
    return this.#transport.json<ClusterSummary>(clusterPath(cluster), options);
  }

  async getClusterDeployments(
    cluster: ClusterAddress,
    query: PageQuery = {},
    options?: RequestOptions & HeldAnswer<Page<FleetDeployment>>,
  ) {
    const path = clusterPath(cluster, 'deployments');
    return this.#transport.json<Page<FleetDeployment>>(
      `${path}${queryString(query)}`,
      options,
    );
  }

  async getDeployments(query: DeploymentQuery = {}, options?: RequestOptions) {
    return this.#transport.json<Page<FleetDeployment>>(
      `/deployments${queryString(query)}`,
      options,
    );
  }

  async getDeployment(deployment: DeploymentAddress, options?: RequestOptions) {
    return this.#transport.json<DeploymentDetails>(
      deploymentPath(deployment),
      options,
    );
  }

  async refreshDeployment(
    deployment: DeploymentAddress,
    options: RequestOptions & { hard?: boolean } = {},
  ) {
    const path = deploymentPath(deployment, 'refresh');
    const query = options.hard ? '?hard=true' : '';
    await this.#transport.send(`${path}${query}`, {
      ...options,
      method: 'POST',
    });
  }

  async getEntityDeployments(
    entityRef: string,
    options: RequestOptions & { ifVersion?: string; cursor?: string } = {},
  ) {
    const path = entityPath(entityRef, 'deployments');
    const headers: Record<string, string> = options.ifVersion
      ? { 'If-None-Match': `W/"${options.ifVersion}"` }
      : {};
    const response = await this.#transport.send(
      `${path}${queryString({ cursor: options.cursor })}`,
      { ...options, headers },
    );
    return response.status === 304
      ? undefined
      : jsonOf<EntityDeployments>(response);
  }

  async getEntityHistory(
    entityRef: string,
    query: HistoryQuery = {},
    options?: RequestOptions,
  ) {
    const path = entityPath(entityRef, 'history');
    return this.#transport.json<ChangePage>(
      `${path}${queryString(query)}`,
      options,
    );
  }

  async explainEntity(
    entityRef: string,
    query: ExplainQuery = {},
    options?: RequestOptions,
  ) {
    const path = entityPath(entityRef, 'explain');
    return this.#transport.json<EntityExplanation>(
      `${path}${queryString(query)}`,
      options,
    );
  }

  async getApplicationSet(
    applicationSet: ApplicationSetAddress,
    options: RequestOptions & { cursor?: string } = {},
  ) {
    const path = applicationSetPath(applicationSet);
    return this.#transport.json<ApplicationSetDetails>(
      `${path}${queryString({ cursor: options.cursor })}`,
      options,
    );
  }

  async getEntityRollups(entityRefs: string[], options?: RequestOptions) {
    return this.#transport.json<Rollups>('/entities/deployments/by-refs', {
      ...options,
      method: 'POST',
      body: { entityRefs },
    });
  }

  async getPlacements(options: RequestOptions & { since?: string } = {}) {
    return this.#transport.json<Placements>(
      `/placements${queryString({ since: options.since })}`,
      options,
    );
  }

  async planCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ) {
    return this.#transport.json<ClusterPlan>('/clusters/plan', {
      ...options,
      method: 'POST',
      body: registration,
    });
  }

  async registerCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ) {
    return this.#transport.json<ClusterRegistered>('/clusters', {
      ...options,
      method: 'POST',
      body: registration,
    });
  }

  async labelCluster(
    cluster: ClusterAddress,
    patch: LabelPatch,
    options: RequestOptions & { dryRun?: boolean } = {},
  ) {
    const path = clusterPath(cluster, 'labels');
    const query = options.dryRun ? '?dryRun=true' : '';
    return this.#transport.json<LabelsChanged>(`${path}${query}`, {
      ...options,
      method: 'PATCH',
      body: patch,
    });
  }

  async getOpenApi(options?: RequestOptions) {
    return this.#transport.json<object>('/openapi.json', options);
  }
}
