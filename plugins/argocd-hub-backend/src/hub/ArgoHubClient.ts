import type { HubConfig } from '../config';
import { apiPath } from './apiPath';
import { readApplicationStream } from './applicationStream';
import { listFields, projectFields, streamFields } from './fieldSets';
import {
  applicationOf,
  clusterOf,
  commitOf,
  malformed,
  versionOf,
} from './answers';
import { HubCaller } from './HubCaller';
import { HubError } from './HubError';
import type {
  ApplicationEvent,
  ArgoApplication,
  ArgoApplicationSet,
  ArgoCluster,
  ArgoClusterWrite,
  ArgoProject,
  ArgoResourceNode,
  HubCallReport,
  HubClient,
  ProbeAnswer,
} from './types';

/** For any number of applications, unpacked: each is told as it arrives, and limited by itself. */
const LARGEST_APPLICATIONS = 512 * 1024 * 1024;
const VERSION_KEPT_MS = 5 * 60_000;
/** The hub itself calls a cluster for up to 32 seconds when one is written. */
const CLUSTER_WRITE_MS = 45_000;

/** Talks to one Argo CD over HTTP. One instance per hub and process. */
export class ArgoHubClient implements HubClient {
  readonly #annotations: string[];
  readonly #caller: HubCaller;
  readonly #timeoutMs: number;
  #version?: { value: string; at: number; interruptions: number };

  /**
   * @param options.annotations - keys of annotations of applications that are wanted
   * @param options.onCall - told once about every call over HTTP when it is over; must not throw
   */
  static create(options: {
    hub: HubConfig;
    annotations: string[];
    onCall?: (report: HubCallReport) => void;
  }): ArgoHubClient {
    return new ArgoHubClient(options);
  }

  private constructor(options: Parameters<typeof ArgoHubClient.create>[0]) {
    this.#annotations = options.annotations;
    this.#timeoutMs = options.hub.requestTimeoutMs;
    this.#caller = new HubCaller(options.hub, options.onCall);
  }

  /** Since when every read fails, in milliseconds; undefined unless that is an outage. */
  get downSince(): number | undefined {
    return this.#caller.downSince;
  }

  async version(): Promise<string> {
    const { interruptions } = this.#caller;
    const { Version } = await this.#caller.read<{ Version?: unknown }>({
      route: 'version',
      path: '/api/version',
    });
    const value = versionOf(Version);
    this.#version = { value, at: performance.now(), interruptions };
    return value;
  }

  async listApplications(options: {
    projects?: string[];
    signal?: AbortSignal;
    onItem(application: ArgoApplication): void | Promise<void>;
  }): Promise<void> {
    const { projects, signal, onItem } = options;
    if (projects && !projects.length) {
      // Without a project in its address, a list is of all of them.
      return;
    }
    const fields = listFields(await this.#knownVersion());
    await this.#caller.list<ArgoApplication>(
      {
        route: 'list-applications',
        path: apiPath(['applications'], { projects, fields }),
        largest: LARGEST_APPLICATIONS,
        most: Infinity,
        timeoutMs: 4 * this.#timeoutMs,
        signal,
      },
      application => {
        this.#checkFields(application);
        return onItem(application);
      },
    );
  }

  async getApplication(
    name: string,
    options: { namespace: string },
  ): Promise<ArgoApplication> {
    const route = 'get-application';
    const path = apiPath(['applications', name], {
      appNamespace: options.namespace,
    });
    return applicationOf(route, await this.#caller.read({ route, path }));
  }

  async refreshApplication(
    name: string,
    options: Parameters<HubClient['refreshApplication']>[1],
  ): Promise<void> {
    const route = 'refresh-application';
    const found = await this.#caller.onceInTime<object>({
      route,
      path: apiPath(['applications', name], {
        appNamespace: options.namespace,
        project: options.project,
        refresh: options.kind,
      }),
      pool: 'refreshes',
      ...withDeadline(options.timeoutMs),
    });
    if (found) {
      applicationOf(route, found);
    }
  }

  async streamApplications(options: {
    resourceVersion?: string;
    projects?: string[];
    signal: AbortSignal;
    onAlive(): void;
    onEvent(event: ApplicationEvent): void | Promise<void>;
  }): Promise<void> {
    const path = apiPath(['stream', 'applications'], {
      resourceVersion: options.resourceVersion,
      projects: options.projects,
      fields: streamFields(this.#annotations),
    });
    await this.#caller.stream(
      { route: 'stream-applications', path, signal: options.signal },
      (body, words) => readApplicationStream(body, { ...options, words }),
    );
  }

  async listClusters(
    options: { onItem?: (cluster: ArgoCluster) => void } = {},
  ): Promise<ArgoCluster[]> {
    return this.#caller.list<ArgoCluster>(
      { route: 'list-clusters', path: apiPath(['clusters']) },
      options.onItem,
    );
  }

  async getCluster(server: string): Promise<ArgoCluster | undefined> {
    const route = 'get-cluster';
    return this.#caller
      .read<object>({ route, path: apiPath(['clusters', server]) })
      .then(found => clusterOf(route, found))
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
  }): Promise<ProbeAnswer> {
    const { application, namespace, resource, timeoutMs } = options;
    return this.#caller.probe({
      route: 'probe',
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
    const path = apiPath(['applications', name, 'resource-tree'], {
      appNamespace: options.namespace,
    });
    return this.#caller.itemsOnce<ArgoResourceNode>(
      {
        route: 'resource-tree',
        path,
        pool: 'probes',
        ...withDeadline(options.timeoutMs),
      },
      'nodes',
    );
  }

  async revisionMetadata(options: {
    application: string;
    namespace: string;
    revision: string;
  }): Promise<{ author: string; date: string; message: string } | undefined> {
    const { application, namespace, revision } = options;
    const found = await this.#caller
      .read<object>({
        route: 'revision-metadata',
        path: apiPath(
          ['applications', application, 'revisions', revision, 'metadata'],
          { appNamespace: namespace },
        ),
      })
      .catch(error => {
        if (error instanceof HubError && saysNoCommit(error)) {
          return undefined;
        }
        throw error;
      });
    return found && commitOf(found);
  }

  async createCluster(cluster: ArgoClusterWrite): Promise<ArgoCluster> {
    return this.#caller.once<ArgoCluster>({
      route: 'create-cluster',
      pool: 'slow',
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
      route: 'replace-labels',
      pool: 'slow',
      method: 'PUT',
      // Without updatedFields the hub would wipe the credential.
      path: apiPath(['clusters', server], { updatedFields: 'labels' }),
      body: { server, ...cluster },
      timeoutMs: Math.max(CLUSTER_WRITE_MS, this.#timeoutMs),
    });
  }

  async listApplicationSets(
    options: { onItem?: (set: ArgoApplicationSet) => void } = {},
  ): Promise<ArgoApplicationSet[]> {
    return this.#caller.list<ArgoApplicationSet>(
      { route: 'list-application-sets', path: apiPath(['applicationsets']) },
      options.onItem,
    );
  }

  async generateApplicationSet(
    set: ArgoApplicationSet,
  ): Promise<ArgoApplication[]> {
    return this.#caller.itemsOnce<ArgoApplication>(
      {
        route: 'generate-application-set',
        pool: 'slow',
        method: 'POST',
        path: apiPath(['applicationsets', 'generate']),
        body: { applicationSet: set },
        timeoutMs: this.#timeoutMs,
      },
      'applications',
    );
  }

  async listProjects(
    options: { onItem?: (project: ArgoProject) => void } = {},
  ): Promise<ArgoProject[]> {
    return this.#caller.list<ArgoProject>(
      {
        route: 'list-projects',
        path: apiPath(['projects'], { fields: projectFields() }),
      },
      options.onItem,
    );
  }

  async canI(
    resource: string,
    action: string,
    subresource: string,
  ): Promise<boolean> {
    const { value } = await this.#caller.read<{ value?: unknown }>({
      route: 'can-i',
      path: apiPath(['account', 'can-i', resource, action, subresource]),
    });
    if (typeof value !== 'string') {
      throw malformed('can-i', 'yes or no');
    }
    return value === 'yes';
  }

  /** Ends every call that is under way. */
  async close(): Promise<void> {
    await this.#caller.close();
  }

  async #knownVersion(): Promise<string> {
    const known = this.#version;
    const holds =
      known &&
      performance.now() - known.at < VERSION_KEPT_MS &&
      known.interruptions === this.#caller.interruptions;
    return holds ? known.value : this.version();
  }

  /** Older replicas drop the fields of newer ones without a word: taken for a fact, nothing would have a destination. */
  #checkFields(application: ArgoApplication | null): void {
    // What has not even a name is no application: whoever reads it says so.
    if (application?.metadata?.name && !application.spec) {
      this.#version = undefined;
      throw new HubError({
        class: 'protocol',
        message:
          'The hub listed applications without spec; is it being upgraded, with replicas of two versions?',
      });
    }
  }
}

/** The repository has no such commit, or we may not see it. What a front refuses proves neither. */
function saysNoCommit(error: HubError): boolean {
  const isRefused = error.status === 400 && error.grpcCode !== undefined;
  return isRefused || error.isMissing;
}

/** The hub ends the call itself, the cluster's part of it too; ours is for a hub that hangs. */
function withDeadline(timeoutMs: number) {
  return {
    headers: { 'Grpc-Timeout': `${Math.ceil(timeoutMs / 1_000)}S` },
    timeoutMs: timeoutMs + 2_000,
  };
}
