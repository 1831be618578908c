import type {
  Condition,
  HealthStatus,
  ReasonClass,
  Reachability,
  SyncStatus,
} from '../types';

/**
 * What is known of a hub, as stored. Times are milliseconds since the epoch,
 * by the clock of the backend.
 *
 * @public
 */
export interface HubFacts {
  /** When the replica that mirrors the hub now began to do so. */
  startedAt: number;
  /** Last whole event or keepalive of the application stream. */
  lastStreamAt?: number;
  /** When the last list of applications was complete. */
  lastListAt?: number;
  /** How long that list took, in milliseconds. */
  lastListMs?: number;
  /** Time between two lists as the mirror has stretched it now, in milliseconds. */
  listIntervalMs: number;
  /** When the breaker opened; absent while it is closed. */
  downSince?: number;
  /** Applications that lists put right since `startedAt`. */
  repairs?: number;
  /** Connections of the stream that ended since `startedAt`, after they had worked. */
  reconnects?: number;
  /** As it was when anything else of these facts was written last. */
  work?: HubWork;
}

/**
 * What the replica that mirrors a hub did since `startedAt`.
 *
 * @public
 */
export interface HubWork {
  /** Calls to the hub by outcome: `ok`, or how they failed. Repeated ones count singly. */
  calls: Record<string, number>;
  /** Heartbeats of its clusters by outcome. */
  heartbeats: Record<string, number>;
  /** The last batch of applications that was stored. */
  batch?: {
    /** Milliseconds since the epoch. */
    at: number;
    /** Applications in it. */
    size: number;
    durationMs: number;
  };
  /** How late timers of the process ran since this was written before. */
  eventLoopDelay?: { p99Ms: number; maxMs: number };
}

/**
 * The heartbeats of one cluster, as stored: the result of
 * `nextHeartbeatFacts` over every answer. Times are milliseconds since the epoch.
 *
 * @public
 */
export interface HeartbeatFacts {
  /** Last answer that proves that the cluster answered Argo CD. */
  goodAt?: number;
  /** Failures in a row: since `goodAt`. Answers that prove nothing do not break the row. */
  failures: number;
  /** First and last failure of that row. */
  firstFailureAt?: number;
  lastFailureAt?: number;
  /** Of the last failure. */
  reason?: ReasonClass;
  /** First answer since `goodAt` of a front or of an overloaded API, which proves neither. */
  suspectAt?: number;
  /** Last try that proved nothing (no target, no tree, not permitted). */
  noEvidenceAt?: number;
}

/** Argo CD's own word about a cluster, from its cluster list. @public */
export interface ConnectionFacts {
  /** `info.connectionState.status`. */
  status: 'Successful' | 'Failed' | 'Unknown' | '';
  /** When we first saw this `status`, in milliseconds since the epoch. */
  since?: number;
  /**
   * When we first saw this value of `attemptedAt`, by our clock: it stands still
   * when the controller is gone. Absent while `attemptedAt` is empty.
   */
  attemptedMovedAt?: number;
  /** `info.connectionState.attemptedAt` of that moment, by the hub's clock: only ever compared with itself. */
  attemptedAt?: string;
  /** `reasonOfMessage(info.connectionState.message)` while `status` is Failed. */
  reason?: ReasonClass;
}

/**
 * What is known of a cluster, as stored. Times are milliseconds since the epoch.
 *
 * @public
 */
export interface ClusterFacts {
  /** Applications that go there: a count over the stored deployments. */
  applications: number;
  /** False where the heartbeat is switched off: configuration. */
  heartbeatEnabled: boolean;
  /** Time between two heartbeats as it is stretched now, in milliseconds. */
  heartbeatIntervalMs: number;
  heartbeat: HeartbeatFacts;
  /**
   * A heartbeat has once succeeded on another spoke of this hub (in-cluster
   * does not count). Until then, and without a good heartbeat here, failures
   * prove nothing: some hubs let only their controller reach the spokes.
   */
  provenElsewhere?: boolean;
  /** The answer of `hubSuspectedSince` over the heartbeats of this hub: failures that began since prove nothing about this cluster. */
  hubSuspectedSince?: number;
  connection: ConnectionFacts;
  /** `finishedAt` of the last operation there that we saw change to Succeeded. */
  lastSucceededAt?: number;
  /** Applications there whose sync is Unknown and which have a condition with a `connectionCause`. */
  connectionErrors: number;
  /** When we first saw the second of them. */
  connectionErrorsSince?: number;
  /** The most common `connectionCause` of them; of equally common ones the first by name. */
  connectionErrorsReason?: ReasonClass;
  /** The cluster carries Argo CD's annotation skip-reconcile. */
  skipReconcile: boolean;
  /** Clusters of argocd-agent have a live connection state and need no heartbeat. */
  agent: boolean;
  /** The last `verdict` and when it began. Store it whenever `verdict` answers another reachability. */
  verdict?: { reachability: Reachability; since: number };
  /** When we first saw the cluster. */
  firstSeenAt: number;
}

/** What Argo CD reports of an application, as stored. @public */
export interface ReportedState {
  /** `status.sync.status`; absent before the first comparison. */
  sync?: SyncStatus;
  /** `status.health.status`; absent before the first comparison. */
  health?: HealthStatus;
  /** ISO 8601: `status.health.lastTransitionTime`, else when we first saw it. */
  healthSince?: string;
  /** ISO 8601: when we first saw the current sync status. */
  syncSince?: string;
  /** `status.conditions`. */
  conditions: Condition[];
  /** The application carries Argo CD's annotation skip-reconcile. */
  skipReconcile: boolean;
}
