import type {
  HealthStatus,
  ReasonClass,
  Reachability,
  SyncStatus,
} from '../types';

/**
 * What is known of a hub, as stored. Times are milliseconds since the epoch.
 *
 * @public
 */
export interface HubFacts {
  /** When the process that mirrors it, or the one that reads, first looked. */
  startedAt: number;
  /** Last bytes of the stream, keepalives included. */
  lastStreamAt?: number;
  /** Last list that finished. */
  lastListAt?: number;
  /** Current time between lists. */
  listIntervalMs: number;
  /** Since when the breaker is open. */
  downSince?: number;
}

/**
 * The heartbeats of one cluster, as stored. Times are milliseconds since the epoch.
 *
 * @public
 */
export interface HeartbeatFacts {
  /** Last answer that proves that the cluster answered Argo CD. */
  goodAt?: number;
  /** Failures in a row that count. */
  failures: number;
  /** First and last failure of that row. */
  firstFailureAt?: number;
  lastFailureAt?: number;
  reason?: ReasonClass;
  /** Last try that proved nothing (no target, no tree, not permitted). */
  noEvidenceAt?: number;
}

/**
 * What is known of a cluster, as stored. Times are milliseconds since the epoch.
 *
 * @public
 */
export interface ClusterFacts {
  /** Applications that go there. */
  applications: number;
  /** False where the heartbeat is switched off. */
  heartbeatEnabled: boolean;
  heartbeatIntervalMs: number;
  heartbeat: HeartbeatFacts;
  /** Argo CD's own word. */
  connection: {
    status: 'Successful' | 'Failed' | 'Unknown' | '';
    /** When we first saw this value of `attemptedAt`: it stands still when the controller is gone. */
    attemptedMovedAt?: number;
    reason?: ReasonClass;
  };
  /** Last operation there that was seen to reach Succeeded. */
  lastSucceededAt?: number;
  /** Applications there with Unknown and a ComparisonError that names the connection. */
  connectionErrors: number;
  connectionErrorsSince?: number;
  connectionErrorsReason?: ReasonClass;
  skipReconcile: boolean;
  /** Clusters of argocd-agent have a live connection state and need no heartbeat. */
  agent: boolean;
  /** When the current verdict began, and which it was, as last stored. */
  verdict?: { reachability: Reachability; since: number };
  /** When we first saw the cluster. */
  firstSeenAt: number;
}

/** What Argo CD reports of an application, as stored. @public */
export interface ReportedState {
  sync?: SyncStatus;
  health?: HealthStatus;
  /** ISO 8601. */
  healthSince?: string;
  /** ISO 8601: when we first saw the current sync status. */
  syncSince?: string;
  conditions: { type: string; message: string; since?: string }[];
  skipReconcile: boolean;
}
