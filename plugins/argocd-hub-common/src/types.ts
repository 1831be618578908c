/**
 * The shapes of the answers of `/api/argocd-hub`.
 *
 * Times are ISO 8601 in UTC. An absent field means "not known", never false or
 * zero. Status words are Argo CD's own. Text for people is made in the browser.
 */

import type { RefusedRule } from './refusals';

/** Worst first. @public */
export type HealthStatus =
  | 'Degraded'
  | 'Missing'
  | 'Unknown'
  | 'Progressing'
  | 'Suspended'
  | 'Healthy';

/** @public */
export type SyncStatus = 'OutOfSync' | 'Unknown' | 'Synced';

/** @public */
export type OperationPhase =
  | 'Running'
  | 'Terminating'
  | 'Succeeded'
  | 'Failed'
  | 'Error';

/** How old our knowledge of a hub is. @public */
export type Freshness = 'live' | 'lagging' | 'stale' | 'down';

/** Our own verdict about a cluster. @public */
export type Reachability =
  | 'reachable'
  | 'suspect'
  | 'unreachable'
  | 'not-monitored'
  | 'unknown';

/** @public */
export type ReasonClass =
  | 'dns'
  | 'tls'
  | 'auth'
  | 'timeout'
  | 'refused'
  | 'no-probe'
  | 'other';

/** Why a state is shown as Unknown although Argo CD says something else. @public */
export type UnknownReason =
  | 'cluster-unreachable'
  | 'controller-silent'
  | 'frozen'
  | 'hub-stale'
  | 'hub-down'
  | 'comparison-error'
  | 'invalid-spec'
  | 'not-reconciled';

/**
 * The answer of `GET /entities/:kind/:namespace/:name/deployments`. An entity
 * with no rule and one with no match are both answered without rows.
 *
 * @public
 */
export interface EntityDeployments {
  entityRef: string;
  /** Sent as the ETag: changes when anything below changes, `observedAt` of a live hub excepted. */
  version: string;
  /** Opaque: live-update signals carry these keys, never names. */
  changeKey: string;
  /** What this entity asks for; empty means that it is not mapped. */
  rules: MappingRule[];
  /** Annotations that cannot be followed; absent where all can. */
  refused?: RefusedRule[];
  /** Over all rows, also those of further pages. */
  rollup: Rollup;
  /** In environment order, then by cluster, namespace and application. */
  deployments: Deployment[];
  /** Only beyond 500 rows. */
  nextCursor?: string;
  /** Those that the rows name. */
  clusters: ClusterSummary[];
  /** Every hub in scope, also a dead one that contributes no row. */
  hubs: HubStatus[];
  /** Oldest of `hubs[].observedAt`. */
  observedAt?: string;
}

/** One application seen as "this entity on this cluster". Identity: hub, namespace and name. @public */
export interface Deployment {
  hub: string;
  /** Of the Application object, not of the workload. */
  namespace: string;
  name: string;
  project: string;
  applicationSet?: string;
  /** Same ApplicationSet, else same source: rows that are the same thing elsewhere. */
  family: string;
  destination: Destination;
  environment?: string;
  sync: Shown<SyncStatus>;
  health: Shown<HealthStatus>;
  /** One; several for a multi-source application. */
  sources: Source[];
  images: string[];
  /** How many resources are managed; 0 is "Healthy, but nothing deployed". */
  resources?: number;
  /** Last deployment at this cluster. */
  deployedAt?: string;
  operation?: Operation;
  conditions: Condition[];
  autoSync: boolean;
  /** What differs from the other deployments of the family. */
  skew?: Skew[];
  /** http and https only. */
  links: { argocd: string; external: string[] };
  /** Strongest first. */
  mappedBy: MappingRule[];
}

/** Where a deployment goes, or why that cannot be told. @public */
export type Destination = { namespace: string } & (
  | { cluster: string }
  | {
      problem: 'no-such-cluster' | 'ambiguous-cluster' | 'invalid';
      given: string;
    }
);

/** @public */
export interface Operation {
  phase: OperationPhase;
  startedAt: string;
  finishedAt?: string;
  by?: string;
  message?: string;
}

/** @public */
export interface Condition {
  type: string;
  message: string;
  since?: string;
}

/** @public */
export interface Skew {
  from: 'majority' | 'previous-environment';
  field: 'revision' | 'image';
  expected: string;
  actual: string;
}

/** @public */
export interface Source {
  repoUrl: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  revision?: string;
  commit?: Commit;
}

/** @public */
export interface Commit {
  author: string;
  message: string;
  date: string;
}

/** @public */
export interface MappingRule {
  claimedBy: 'entity' | 'application';
  key: string;
  value: string;
}

/** A state as it is shown. Only `status` may choose a colour. @public */
export interface Shown<S extends string> {
  status: S;
  /** Argo CD's word, when we do not repeat it: "was Healthy until <since>". */
  reported?: S;
  /** Always present together with `reported`. */
  reason?: UnknownReason;
  /** When `status` began, as far as we saw it. */
  since?: string;
  /** Argo CD's word, and nothing of ours could check that its cluster still answers. */
  unverified?: true;
}

/** @public */
export interface ClusterSummary {
  hub: string;
  /** Unique per hub: the registered name, `name~<8 hex of the server's hash>` when two share it. */
  name: string;
  server: string;
  entityRef?: string;
  environment?: string;
  region?: string;
  role?: string;
  failoverGroup?: string;
  lifecycle?: string;
  labels: Record<string, string>;
  kubernetesVersion?: string;
  applications: number;
  /** A decision of people, beside the verdict. */
  paused?: 'skip-reconcile' | 'draining';
  verdict: Verdict;
}

/** @public */
export interface Verdict {
  reachability: Reachability;
  reason?: ReasonClass;
  since: string;
  observedAt?: string;
  evidence: Evidence[];
}

/** `connection` is what Argo CD says of the cluster: shown, never believed alone. @public */
export interface Evidence {
  kind: 'heartbeat' | 'sync' | 'connection' | 'condition' | 'controller';
  says: Reachability;
  at: string;
  reason?: ReasonClass;
}

/** @public */
export interface HubStatus {
  name: string;
  title: string;
  uiUrl: string;
  freshness: Freshness;
  /** When `freshness` began. */
  since?: string;
  /** Moves only with evidence; shown when the hub is not live. */
  observedAt?: string;
  /** A full list has been mirrored at least once; false means that rows may be missing. */
  complete: boolean;
  version?: string;
  applications: number;
  clusters: number;
  /** Applications that could not be read; `GET /hubs` names them. */
  skipped: number;
  lastError?: { class: ReasonClass | 'http' | 'protocol'; at: string };
}

/**
 * An item of `GET /hubs`: a hub with what its operators need to know. Every
 * replica of the backend answers the same.
 *
 * @public
 */
export interface HubDetails extends HubStatus {
  lastError?: HubStatus['lastError'] & {
    /** In English, without addresses. */
    message?: string;
  };
  /** The replica that mirrors the hub. */
  mirror: {
    /** Whether any replica does so now. */
    running: boolean;
    /** When it began. `repairs` and `reconnects` are counted from here. */
    since?: string;
    /** When another replica would take over, unless this one goes on. */
    until?: string;
    /** Applications that lists put right. */
    repairs: number;
    /** Connections of the stream that ended after they had worked. */
    reconnects: number;
    /** How late its timers ran of late. */
    eventLoopDelay?: { p99Ms: number; maxMs: number };
  };
  /** Its calls to the hub since `mirror.since` by outcome: `ok`, or how they failed. Repeated ones count singly. */
  calls?: Record<string, number>;
  /** The last batch of applications that it stored. */
  batch?: {
    at: string;
    /** Applications in it. */
    size: number;
    durationMs: number;
  };
  /** Lists of all applications. */
  list: { lastAt?: string; durationMs?: number; intervalMs: number };
  /** The stream of events. */
  stream: {
    /** Last whole event or keepalive. */
    lastAt?: string;
  };
  heartbeat: {
    enabled: boolean;
    /** Time between two heartbeats of one cluster, as so many clusters need it to be. */
    intervalMs?: number;
    /** Calls a second that are never exceeded. */
    maxPerSecond?: number;
    /** Since `mirror.since`, by what they proved: `good`, `failure`, `suspect-only`, `no-evidence`, `no-answer` of the hub itself, or `error` of ours. */
    outcomes?: Record<string, number>;
  };
  /** How much the hub's account may see of these; absent until the hub was asked. */
  readable: { applicationSets?: Readable; projects?: Readable };
  /** The first of those that `skipped` counts, at most 100. */
  skippedApplications: SkippedApplication[];
  /** The first clusters that could not be read, at most 100. */
  skippedClusters: SkippedCluster[];
  /** All of them. */
  skippedClusterCount: number;
  /** Clusters whose catalog entities would have equal names: only one of them gets its entity. */
  nameConflicts: NameConflict[];
}

/** How much of a kind of object an account may see. @public */
export type Readable = 'all' | 'some' | 'none';

/** @public */
export interface SkippedApplication {
  namespace: string;
  name: string;
  /** Why it cannot be read, in English. */
  reason: string;
}

/** @public */
export interface SkippedCluster {
  /** Its name or address, as far as that can be told; cut. */
  name: string;
  /** Why it cannot be read, in English. */
  reason: string;
}

/** @public */
export interface NameConflict {
  /** The catalog entity that all of them ask for. */
  entityRef: string;
  /** Those of hubs that the caller may read, also of other ones than this. */
  clusters: { hub: string; name: string }[];
}

/** Counts and names, computed when read, because freshness changes without a write. @public */
export interface Rollup {
  /** Worst of the rows; None means that there is no row. */
  health: HealthStatus | 'None';
  /** Worst of the hubs in scope. */
  freshness: Freshness;
  deployments: number;
  clusters: number;
  /** Every row there is Healthy. */
  healthyClusters: number;
  unreachableClusters: number;
  byHealth: Partial<Record<HealthStatus, number>>;
  bySync: Partial<Record<SyncStatus, number>>;
  skewed: number;
  /** Worst first, at most 5; the counts tell how many more. */
  offenders: Offender[];
}

/** @public */
export interface Offender {
  hub: string;
  cluster?: string;
  namespace: string;
  name: string;
  status: HealthStatus | 'OutOfSync';
  reason?: UnknownReason;
  since?: string;
}

/** @public */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
  /** Only where it is exact after permission. */
  total?: number;
}

/** The codes of `error.code` in the body of an error. @public */
export type ErrorCode =
  | 'hub-down'
  | 'hub-auth'
  | 'spoke-auth'
  | 'spoke-unreachable'
  | 'ambiguous-cluster'
  | 'operation-in-progress'
  | 'sync-window'
  | 'auto-sync'
  | 'stale';
