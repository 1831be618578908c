import type { KubernetesObject } from './kubernetes';

export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface Source {
  repoURL: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
  helm?: {
    valueFiles?: string[];
    ignoreMissingValueFiles?: boolean;
    parameters?: { name: string; value: string }[];
    releaseName?: string;
    [key: string]: unknown;
  };
}

export interface SyncPolicy {
  automated?: {
    prune?: boolean;
    selfHeal?: boolean;
    allowEmpty?: boolean;
    enabled?: boolean;
  };
  syncOptions?: string[];
  retry?: {
    limit?: number;
    backoff?: { duration?: string; factor?: number; maxDuration?: string };
    /** retries sync the latest revision instead of the one they began with */
    refresh?: boolean;
  };
  managedNamespaceMetadata?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

/** Where a difference between Git and the cluster does not count. */
export interface IgnoreDifference {
  /** group, kind, name and namespace may be globs */
  group?: string;
  kind: string;
  name?: string;
  namespace?: string;
  jsonPointers?: string[];
  jqPathExpressions?: string[];
  managedFieldsManagers?: string[];
}

export interface ApplicationSpec {
  source?: Source;
  sources?: Source[];
  destination: Destination;
  project: string;
  syncPolicy?: SyncPolicy;
  ignoreDifferences?: IgnoreDifference[];
  revisionHistoryLimit?: number;
}

export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  health?: Health;
  hook?: boolean;
  requiresPruning?: boolean;
  syncWave?: number;
  requiresDeletionConfirmation?: boolean;
}

export interface Health {
  status?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Operation {
  sync?: {
    revision?: string;
    revisions?: string[];
    source?: Source;
    sources?: Source[];
    prune?: boolean;
    dryRun?: boolean;
    syncOptions?: string[];
    /** all when there are none */
    resources?: {
      group?: string;
      kind: string;
      name: string;
      namespace?: string;
    }[];
    syncStrategy?: {
      apply?: { force?: boolean };
      hook?: { force?: boolean };
    };
    selfHealAttemptsCount?: number;
    [key: string]: unknown;
  };
  initiatedBy?: { username?: string; automated?: boolean };
  retry?: SyncPolicy['retry'];
  info?: unknown[];
}

export interface ResourceResult {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status?: string;
  message?: string;
  hookType?: string;
  hookPhase?: string;
  syncPhase?: string;
  images?: string[];
}

export interface OperationState {
  operation: Operation;
  phase: string;
  message?: string;
  syncResult?: {
    resources?: ResourceResult[];
    revision: string;
    revisions?: string[];
    source?: Source;
    sources?: Source[];
  };
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
}

export interface HistoryEntry {
  id: number;
  revision: string;
  revisions?: string[];
  sources?: Source[];
  deployedAt: string;
  deployStartedAt?: string;
  source?: Source;
  initiatedBy: { username?: string; automated?: boolean };
}

export interface ApplicationCondition {
  type: string;
  message: string;
  lastTransitionTime?: string;
}

export interface ApplicationStatus {
  resources?: ResourceStatus[];
  sync: {
    status: string;
    comparedTo?: unknown;
    revision?: string;
    revisions?: string[];
  };
  health: Health;
  history?: HistoryEntry[];
  conditions?: ApplicationCondition[];
  reconciledAt?: string;
  operationState?: OperationState;
  sourceType?: string;
  sourceTypes?: string[];
  summary: {
    images?: string[];
    externalURLs?: string[];
    isAppOfApps?: boolean;
  };
  resourceHealthSource?: string;
  controllerNamespace?: string;
  sourceHydrator?: Record<string, unknown>;
}

export interface Application extends KubernetesObject {
  spec: ApplicationSpec;
  status: ApplicationStatus;
  operation?: Operation;
}

export interface AppProject extends KubernetesObject {
  spec: {
    description?: string;
    sourceRepos?: string[];
    destinations?: { server?: string; name?: string; namespace?: string }[];
    /** namespaces whose applications may use the project; globs */
    sourceNamespaces?: string[];
    permitOnlyProjectScopedClusters?: boolean;
    syncWindows?: SyncWindow[];
    orphanedResources?: {
      warn?: boolean;
      ignore?: { group?: string; kind?: string; name?: string }[];
    };
    clusterResourceWhitelist?: { group: string; kind: string }[];
    clusterResourceBlacklist?: { group: string; kind: string }[];
    namespaceResourceWhitelist?: { group: string; kind: string }[];
    namespaceResourceBlacklist?: { group: string; kind: string }[];
    [key: string]: unknown;
  };
  status?: Record<string, unknown>;
}

/** When a project's applications may, or may not, be synced. */
export interface SyncWindow {
  kind: 'allow' | 'deny';
  /** cron expression of five fields: when it begins */
  schedule: string;
  /** a Go duration such as `1h30m` */
  duration: string;
  /** globs; an application matches by any of the three lists */
  applications?: string[];
  namespaces?: string[];
  clusters?: string[];
  /** whether people may sync all the same */
  manualSync?: boolean;
  /** IANA name; default UTC */
  timeZone?: string;
  /** every list that is set must match */
  andOperator?: boolean;
  description?: string;
  /** an operation that began while it was allowed may go on */
  syncOverrun?: boolean;
}

/** The `config` of a cluster Secret. */
export interface ClusterConfig {
  username?: string;
  password?: string;
  bearerToken?: string;
  tlsClientConfig?: {
    insecure?: boolean;
    serverName?: string;
    /** base64 of PEM, as are certData and keyData */
    caData?: string;
    certData?: string;
    keyData?: string;
  };
  awsAuthConfig?: Record<string, unknown>;
  execProviderConfig?: Record<string, unknown>;
  proxyUrl?: string;
  disableCompression?: boolean;
}

/** A cluster Secret with its data decoded. */
export interface ClusterSecret extends KubernetesObject {
  data: {
    name: string;
    server: string;
    config: ClusterConfig;
    namespaces?: string[];
    clusterResources?: boolean;
    project?: string;
    shard?: number;
  };
}

export interface ConnectionState {
  status: string;
  message: string;
  attemptedAt: string | null;
}

/** What the controller writes to Redis about a cluster. */
export interface ClusterInfo {
  connectionState: ConnectionState;
  serverVersion?: string;
  cacheInfo: {
    resourcesCount?: number;
    apisCount?: number;
    lastCacheSyncTime?: string;
  };
  applicationsCount: number;
  apiVersions?: string[];
}

export interface ResourceNode {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  parentRefs?: {
    group?: string;
    kind: string;
    namespace?: string;
    name: string;
    uid: string;
  }[];
  info?: { name: string; value: string }[];
  networkingInfo?: {
    targetLabels?: Record<string, string>;
    targetRefs?: { kind: string; namespace: string; name: string }[];
    labels?: Record<string, string>;
    ingress?: { ip?: string; hostname?: string }[];
    externalURLs?: string[];
  };
  images?: string[];
  resourceVersion?: string;
  health?: Health;
  createdAt?: string;
}

/** What managed-resources tells of one resource; states are JSON texts. */
export interface ManagedResource {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  liveState?: string;
  targetState?: string;
  normalizedLiveState?: string;
  predictedLiveState?: string;
  resourceVersion?: string;
  hook?: boolean;
  modified?: boolean;
}

export interface ApplicationTree {
  nodes: ResourceNode[];
  orphanedNodes?: ResourceNode[];
  hosts?: unknown[];
  shardsCount?: number;
}
