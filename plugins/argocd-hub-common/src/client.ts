import { parseEntityRef } from '@backstage/catalog-model';
import { InputError, ResponseError } from '@backstage/errors';
import { PLUGIN_ID } from './constants';
import type {
  ClusterPlan,
  ClusterRegistered,
  ClusterRegistration,
  LabelPatch,
  LabelsChanged,
  Placements,
} from './onboarding';
import type {
  ClusterSummary,
  Deployment,
  EntityDeployments,
  HubDetails,
  Page,
} from './types';

/** @public */
export interface RequestOptions {
  /** A service or user token; browsers leave it out, their fetch adds it. */
  token?: string;
  signal?: AbortSignal;
}

/** @public */
export interface ClusterQuery {
  hub?: string;
  q?: string;
  environment?: string;
  cursor?: string;
  limit?: number;
}

/** @public */
export interface DeploymentQuery extends ClusterQuery {
  cluster?: string;
  project?: string;
}

/**
 * Everything that can be asked of the backend. Failures are thrown as
 * `ResponseError` of `@backstage/errors`; `error.body.error.code` may hold one
 * of our codes.
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
    cluster: { hub: string; name: string },
    options?: RequestOptions,
  ): Promise<ClusterSummary>;
  getDeployments(
    query?: DeploymentQuery,
    options?: RequestOptions,
  ): Promise<Page<Deployment>>;
  /** Answers undefined when nothing changed since `ifVersion`. */
  getEntityDeployments(
    entityRef: string,
    options?: RequestOptions & { ifVersion?: string; cursor?: string },
  ): Promise<EntityDeployments | undefined>;
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
    cluster: { hub: string; name: string },
    patch: LabelPatch,
    options?: RequestOptions & { dryRun?: boolean },
  ): Promise<LabelsChanged>;
}

/**
 * The client for browsers, catalog modules and scaffolder actions alike.
 *
 * @public
 */
export class ArgocdHubClient implements ArgocdHubApi {
  readonly #discovery: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetch: typeof fetch;

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi?: { fetch: typeof fetch };
  }) {
    this.#discovery = options.discoveryApi;
    const fetchApi = options.fetchApi;
    this.#fetch = (input, init) =>
      fetchApi ? fetchApi.fetch(input, init) : fetch(input, init);
  }

  async getHubs(options?: RequestOptions) {
    return this.#json<{ items: HubDetails[] }>('/hubs', options);
  }

  async getClusters(query: ClusterQuery = {}, options?: RequestOptions) {
    return this.#json<Page<ClusterSummary>>(
      `/clusters${queryString({ ...query })}`,
      options,
    );
  }

  async getCluster(
    cluster: { hub: string; name: string },
    options?: RequestOptions,
  ) {
    return this.#json<ClusterSummary>(clusterPath(cluster), options);
  }

  async getDeployments(query: DeploymentQuery = {}, options?: RequestOptions) {
    return this.#json<Page<Deployment>>(
      `/deployments${queryString({ ...query })}`,
      options,
    );
  }

  async getEntityDeployments(
    entityRef: string,
    options: RequestOptions & { ifVersion?: string; cursor?: string } = {},
  ) {
    const { kind, namespace, name } = parseEntityRef(entityRef);
    const path = pathOf('entities', kind, namespace, name, 'deployments');
    const headers: Record<string, string> = options.ifVersion
      ? { 'If-None-Match': `W/"${options.ifVersion}"` }
      : {};
    const response = await this.#send(
      `${path}${queryString({ cursor: options.cursor })}`,
      { ...options, headers },
    );
    if (response.status === 304) {
      return undefined;
    }
    return (await response.json()) as EntityDeployments;
  }

  async getPlacements(options: RequestOptions & { since?: string } = {}) {
    return this.#json<Placements>(
      `/placements${queryString({ since: options.since })}`,
      options,
    );
  }

  async planCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ) {
    return this.#json<ClusterPlan>('/clusters/plan', {
      ...options,
      method: 'POST',
      body: registration,
    });
  }

  async registerCluster(
    registration: ClusterRegistration,
    options?: RequestOptions,
  ) {
    return this.#json<ClusterRegistered>('/clusters', {
      ...options,
      method: 'POST',
      body: registration,
    });
  }

  async labelCluster(
    cluster: { hub: string; name: string },
    patch: LabelPatch,
    options: RequestOptions & { dryRun?: boolean } = {},
  ) {
    const query = options.dryRun ? '?dryRun=true' : '';
    return this.#json<LabelsChanged>(`${clusterPath(cluster)}/labels${query}`, {
      ...options,
      method: 'PATCH',
      body: patch,
    });
  }

  async #json<T>(path: string, options?: SendOptions): Promise<T> {
    const response = await this.#send(path, options);
    return (await response.json()) as T;
  }

  async #send(path: string, options: SendOptions = {}): Promise<Response> {
    const baseUrl = await this.#discovery.getBaseUrl(PLUGIN_ID);
    const headers: Record<string, string> = { ...options.headers };
    if (options.token) {
      headers.Authorization = `Bearer ${options.token}`;
    }
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const response = await this.#fetch(`${baseUrl}${path}`, {
      method: options.method ?? 'GET',
      headers,
      // Else a browser answers a 304 from its own cache, as a 200.
      cache: 'no-store',
      signal: options.signal,
      body:
        options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    if (!response.ok && response.status !== 304) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

interface SendOptions extends RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH';
  headers?: Record<string, string>;
  body?: unknown;
}

function clusterPath(cluster: { hub: string; name: string }): string {
  return pathOf('clusters', cluster.hub, cluster.name);
}

/** Encodes each part; refuses those that would lead to another route, which no encoding prevents. */
function pathOf(...parts: string[]): string {
  const astray = parts.find(part => ['', '.', '..'].includes(part));
  if (astray !== undefined) {
    throw new InputError(`'${astray}' cannot be part of an address`);
  }
  return `/${parts.map(part => encodeURIComponent(part)).join('/')}`;
}

function queryString(
  parameters: Record<string, string | number | undefined>,
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined) {
      query.set(key, String(value));
    }
  }
  const text = query.toString();
  return text ? `?${text}` : '';
}
