import type { HubErrorClass } from './HubError';

/**
 * What we ask of an Argo CD hub. Paths are fixed, parts are encoded, answers
 * are typed as far as we read them. Failures are thrown as HubError.
 */
export interface HubClient {
  version(): Promise<string>;
  /**
   * Lists with the field set of the hub's version. Nothing is kept: each
   * application is handed over while the list arrives, and once more where the
   * call was repeated. A promise makes the rest wait. What was told is all only
   * once the list is there.
   */
  listApplications(options: {
    projects?: string[];
    signal?: AbortSignal;
    onItem(application: ArgoApplication): void | Promise<void>;
  }): Promise<void>;
  getApplication(
    name: string,
    options: { namespace: string },
  ): Promise<ArgoApplication>;
  /**
   * Has the hub compare an application again. Resolves once that is done, and
   * also when the time is over: the hub has noted the wish by then, and its
   * controller sees to it when it can.
   */
  refreshApplication(
    name: string,
    options: {
      namespace: string;
      /** The one it is in. Only with it does the hub tell one that is gone from one that our account may not see. */
      project?: string;
      kind: 'normal' | 'hard';
      timeoutMs: number;
    },
  ): Promise<void>;
  /** Ends when the hub ends it; rejects on an error frame or when the connection breaks. */
  streamApplications(options: {
    /** '0' for no initial burst. */
    resourceVersion?: string;
    /** Only applications of these. */
    projects?: string[];
    signal: AbortSignal;
    /**
     * Called for every whole event and every keepalive, not for bytes: a login
     * page in the hub's place sends those too, and so does a hub that breaks off
     * each answer.
     */
    onAlive(): void;
    /** A promise slows the stream until it resolves. */
    onEvent(event: ApplicationEvent): void | Promise<void>;
  }): Promise<void>;
  /** With `onItem` nothing is kept and the answer is empty: what it was told is all only once that is there. */
  listClusters(options?: {
    onItem?(cluster: ArgoCluster): void;
  }): Promise<ArgoCluster[]>;
  getCluster(server: string): Promise<ArgoCluster | undefined>;
  /** One live read of a cluster through the hub; never throws for what the hub answers. */
  probe(options: {
    application: string;
    namespace: string;
    resource: { uid: string; namespace: string; name: string };
    timeoutMs: number;
  }): Promise<ProbeAnswer>;
  resourceTree(
    name: string,
    options: { namespace: string; timeoutMs: number },
  ): Promise<ArgoResourceNode[]>;
  revisionMetadata(options: {
    application: string;
    namespace: string;
    revision: string;
  }): Promise<{ author: string; date: string; message: string } | undefined>;
  /** Registers a cluster; the hub calls the cluster's /version with the credential. */
  createCluster(cluster: ArgoClusterWrite): Promise<ArgoCluster>;
  /** Replaces the whole label map. */
  replaceLabels(
    server: string,
    cluster: { name: string; labels: Record<string, string> },
  ): Promise<ArgoCluster>;
  /** With `onItem` as for clusters. */
  listApplicationSets(options?: {
    onItem?(set: ArgoApplicationSet): void;
  }): Promise<ArgoApplicationSet[]>;
  /** What projects allow; only those that the account may see. With `onItem` as for clusters. */
  listProjects(options?: {
    onItem?(project: ArgoProject): void;
  }): Promise<ArgoProject[]>;
  generateApplicationSet(set: ArgoApplicationSet): Promise<ArgoApplication[]>;
  /** May the account do this? */
  canI(resource: string, action: string, subresource: string): Promise<boolean>;
}

export interface ApplicationEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  application: ArgoApplication;
}

export interface ArgoClusterWrite {
  name: string;
  server: string;
  labels: Record<string, string>;
  /** Argo CD looks at these namespaces only; absent means all. */
  namespaces?: string[];
  /** With `namespaces`: whether cluster-scoped kinds are managed too. */
  clusterResources?: boolean;
  config: {
    bearerToken: string;
    tlsClientConfig: { caData?: string; serverName?: string };
  };
}

/** Only what we read; every part may be missing. */
export interface ArgoApplication {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    ownerReferences?: { kind?: string; name?: string }[];
  };
  spec?: {
    project?: string;
    destination?: { server?: string; name?: string; namespace?: string };
    source?: ArgoSource;
    sources?: ArgoSource[];
    syncPolicy?: { automated?: { enabled?: boolean } | null };
  };
  operation?: { initiatedBy?: { username?: string; automated?: boolean } };
  status?: {
    sync?: { status?: string; revision?: string; revisions?: string[] };
    health?: { status?: string; lastTransitionTime?: string; message?: string };
    conditions?: {
      type?: string;
      message?: string;
      lastTransitionTime?: string;
    }[];
    summary?: { images?: string[]; externalURLs?: string[] };
    history?: {
      id?: number;
      revision?: string;
      revisions?: string[];
      deployedAt?: string;
      deployStartedAt?: string;
      initiatedBy?: { username?: string; automated?: boolean };
    }[];
    operationState?: {
      phase?: string;
      message?: string;
      startedAt?: string;
      finishedAt?: string;
      operation?: {
        initiatedBy?: { username?: string; automated?: boolean };
      };
      syncResult?: { revision?: string; revisions?: string[] };
    };
    resources?: { kind?: string }[];
  };
}

export interface ArgoSource {
  repoURL?: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
}

export interface ArgoCluster {
  name: string;
  server: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  project?: string;
  info?: {
    connectionState?: {
      status?: string;
      message?: string;
      attemptedAt?: string | null;
    };
    serverVersion?: string;
    applicationsCount?: number;
  };
}

export interface ArgoResourceNode {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
}

/** Only what we read; every part may be missing. */
export interface ArgoProject {
  metadata: { name: string };
  spec?: {
    destinations?: { server?: string; name?: string; namespace?: string }[];
    sourceNamespaces?: string[];
    sourceRepos?: string[];
    permitOnlyProjectScopedClusters?: boolean;
  };
}

/** Kept as the hub sends it: it is sent back for a preview. Named is what we read. */
export interface ArgoApplicationSet {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    [key: string]: unknown;
  };
  spec: {
    generators: object[];
    goTemplate?: boolean;
    template?: {
      spec?: { project?: string; [key: string]: unknown };
      [key: string]: unknown;
    };
    syncPolicy?: {
      applicationsSync?: string;
      preserveResourcesOnDeletion?: boolean;
      [key: string]: unknown;
    };
    strategy?: { type?: string; [key: string]: unknown };
    [key: string]: unknown;
  };
  status?: {
    conditions?: {
      type?: string;
      status?: string;
      reason?: string;
      message?: string;
      lastTransitionTime?: string;
    }[];
    /** Since Argo CD 3.5. */
    health?: { status?: string; message?: string; lastTransitionTime?: string };
    resourcesCount?: number;
    [key: string]: unknown;
  };
}

/** What was asked of a hub: one name for each kind of call. */
export type HubRoute =
  | 'version'
  | 'session'
  | 'can-i'
  | 'list-applications'
  | 'get-application'
  | 'refresh-application'
  | 'stream-applications'
  | 'resource-tree'
  | 'revision-metadata'
  | 'probe'
  | 'list-clusters'
  | 'get-cluster'
  | 'create-cluster'
  | 'replace-labels'
  | 'list-application-sets'
  | 'generate-application-set'
  | 'list-projects';

/** What a live read of a cluster was answered with. */
export interface ProbeAnswer {
  /** HTTP status. */
  status: number;
  /** There for a good answer that is a list of events, read to its end. */
  isEventList?: true;
  /** gRPC code of an error of the hub itself, not of a front. */
  code?: number;
  message?: string;
}

/**
 * How a call went. `auth`: the hub does not take our token or login. Other
 * answers than good ones by class of status; `protocol` is a good answer that
 * makes no sense; `aborted` that we no longer wanted to know.
 */
export type HubOutcome =
  | 'ok'
  | Exclude<HubErrorClass, 'http'>
  | 'http-3xx'
  | 'http-4xx'
  | 'http-5xx'
  | 'aborted';

/** One call over HTTP that is over; a repeated read is several. */
export interface HubCallReport {
  route: HubRoute;
  outcome: HubOutcome;
  /** From the request, without waiting for a turn, to the last byte; of a stream its whole life. */
  durationMs: number;
  /** Bytes of the answer's body on the wire; absent where there was no answer. */
  bytes?: number;
}
