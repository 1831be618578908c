import type { HubConfig } from '../config';
import { apiPath } from './apiPath';
import { readApplicationStream } from './applicationStream';
import { listFields, streamFields } from './fieldSets';
import { HubCaller } from './HubCaller';
import { HubError } from './HubError';
import type {
  ApplicationEvent,
  ArgoApplication,
  ArgoApplicationSet,
  ArgoCluster,
  ArgoClusterWrite,
  ArgoResourceNode,
  HubClient,
} from './types';

const VERSION_KEPT_MS = 5 * 60_000;
/** The hub itself calls a cluster for up to 32 seconds when one is written. */
const CLUSTER_WRITE_MS = 45_000;

/** A revision that is no commit, or that the hub does not know. */
const HAS_NO_COMMIT = new Set([400, 403, 404]);

/** Talks to one Argo CD over HTTP. One instance per hub and process. */
export class ArgoHubClient implements HubClient {
  readonly #annotations: string[];
  readonly #caller: HubCaller;
  readonly #timeoutMs: number;
  #version?: { value: string; at: number };

  /** @param options.annotations - keys of annotations of applications that are wanted */
  static create(options: {
    hub: HubConfig;
    annotations: string[];
  }): ArgoHubClient {
    return new ArgoHubClient(options.hub, options.annotations);
  }

  private constructor(hub: HubConfig, annotations: string[]) {
    this.#annotations = annotations;
    this.#timeoutMs = hub.requestTimeoutMs;
    this.#caller = new HubCaller(hub);
  }

  /** Since when every read fails, in milliseconds; undefined unless that is an outage. */
  get downSince(): number | undefined {
    return this.#caller.downSince;
  }

  async version(): Promise<string> {
    const { Version } = await this.#caller.read<{ Version?: string }>(
      '/api/version',
    );
    this.#version = { value: Version ?? 'unknown', at: Date.now() };
    return this.#version.value;
  }

  async listApplications(
    options: { projects?: string[]; signal?: AbortSignal } = {},
  ): Promise<ArgoApplication[]> {
    const fields = listFields(await this.#knownVersion());
    return this.#caller.list<ArgoApplication>(
      apiPath(['applications'], { projects: options.projects, fields }),
      { timeoutMs: 4 * this.#timeoutMs, signal: options.signal },
    );
  }

  async getApplication(
    name: string,
    options: { namespace: string; refresh?: 'normal' | 'hard' },
  ): Promise<ArgoApplication> {
    const { namespace: appNamespace, refresh } = options;
    return this.#caller.read(
      apiPath(['applications', name], { appNamespace, refresh }),
    );
  }

  async streamApplications(options: {
    resourceVersion?: string;
    signal: AbortSignal;
    onAlive(): void;
    onEvent(event: ApplicationEvent): void | Promise<void>;
  }): Promise<void> {
    await this.#caller.stream(
      apiPath(['stream', 'applications'], {
        resourceVersion: options.resourceVersion,
        fields: streamFields(this.#annotations),
      }),
      {
        signal: options.signal,
        read: body => readApplicationStream(body, options),
      },
    );
  }

  async listClusters(): Promise<ArgoCluster[]> {
    return this.#caller.list<ArgoCluster>(apiPath(['clusters']));
  }

  async getCluster(server: string): Promise<ArgoCluster | undefined> {
    return this.#caller
      .read<ArgoCluster>(apiPath(['clusters', server]))
      .catch(error => {
        if (error instanceof HubError && error.isMissing) {
          return undefined;
        }
        throw error;
      });
  }

  async probe(options: {
    application: string;
    namespace: string;
    resource: { uid: string; namespace: string; name: string };
    timeoutMs: number;
  }): Promise<{ status: number; code?: number; message?: string }> {
    const { application, namespace, resource, timeoutMs } = options;
    return this.#caller.probe({
      path: apiPath(['applications', application, 'events'], {
        appNamespace: namespace,
        resourceUID: resource.uid,
        resourceNamespace: resource.namespace,
        resourceName: resource.name,
      }),
      ...withDeadline(timeoutMs),
    });
  }

  async resourceTree(
    name: string,
    options: { namespace: string; timeoutMs: number },
  ): Promise<ArgoResourceNode[]> {
    const { nodes } = await this.#caller.once<{ nodes?: ArgoResourceNode[] }>({
      path: apiPath(['applications', name, 'resource-tree'], {
        appNamespace: options.namespace,
      }),
      ...withDeadline(options.timeoutMs),
    });
    return nodes ?? [];
  }

  async revisionMetadata(options: {
    application: string;
    namespace: string;
    revision: string;
  }): Promise<{ author: string; date: string; message: string } | undefined> {
    const { application, namespace, revision } = options;
    const found = await this.#caller
      .read<{ author?: string; date?: string; message?: string }>(
        apiPath(
          ['applications', application, 'revisions', revision, 'metadata'],
          { appNamespace: namespace },
        ),
      )
      .catch(error => {
        if (error instanceof HubError && HAS_NO_COMMIT.has(error.status ?? 0)) {
          return undefined;
        }
        throw error;
      });
    return found?.date
      ? {
          author: found.author ?? '',
          date: found.date,
          message: found.message ?? '',
        }
      : undefined;
  }

  async createCluster(cluster: ArgoClusterWrite): Promise<ArgoCluster> {
    return this.#caller.once<ArgoCluster>({
      method: 'POST',
      path: apiPath(['clusters']),
      body: cluster,
      timeoutMs: Math.max(CLUSTER_WRITE_MS, this.#timeoutMs),
    });
  }

  async replaceLabels(
    server: string,
    cluster: { name: string; labels: Record<string, string> },
  ): Promise<ArgoCluster> {
    return this.#caller.once<ArgoCluster>({
      method: 'PUT',
      // Without updatedFields the hub would wipe the credential.
      path: apiPath(['clusters', server], { updatedFields: 'labels' }),
      body: { server, ...cluster },
      timeoutMs: Math.max(CLUSTER_WRITE_MS, this.#timeoutMs),
    });
  }

  async listApplicationSets(): Promise<ArgoApplicationSet[]> {
    return this.#caller.list<ArgoApplicationSet>(apiPath(['applicationsets']));
  }

  async generateApplicationSet(
    set: ArgoApplicationSet,
  ): Promise<ArgoApplication[]> {
    const { applications } = await this.#caller.once<{
      applications?: ArgoApplication[];
    }>({
      method: 'POST',
      path: apiPath(['applicationsets', 'generate']),
      body: { applicationSet: set },
      timeoutMs: this.#timeoutMs,
    });
    return applications ?? [];
  }

  async canI(
    resource: string,
    action: string,
    subresource: string,
  ): Promise<boolean> {
    const { value } = await this.#caller.read<{ value?: string }>(
      apiPath(['account', 'can-i', resource, action, subresource]),
    );
    return value === 'yes';
  }

  /** Ends every call that is under way. */
  async close(): Promise<void> {
    await this.#caller.close();
  }

  async #knownVersion(): Promise<string> {
    const known = this.#version;
    return known && Date.now() - known.at < VERSION_KEPT_MS
      ? known.value
      : this.version();
  }
}

/** The hub ends the call itself, the cluster's part of it too; ours is for a hub that hangs. */
function withDeadline(timeoutMs: number) {
  return {
    headers: { 'Grpc-Timeout': `${Math.ceil(timeoutMs / 1_000)}S` },
    timeoutMs: timeoutMs + 2_000,
  };
}
