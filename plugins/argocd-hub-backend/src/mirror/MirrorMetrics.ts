import type { HeartbeatOutcome } from 'backstage-plugin-argocd-hub-common/status';
import type { HubCallReport } from '../hub/types';

/**
 * What the mirror of one hub tells about its work. The mirror knows nothing of
 * who listens; nothing here may throw or wait.
 */
export interface MirrorMetrics {
  /** A list of applications ended. */
  listed(list: { outcome: 'success' | 'failure'; durationMs: number }): void;
  /** A list led to changes that the stream had not told. */
  repaired(applications: number): void;
  /** A connection of the stream that had been alive ended; the next one begins. */
  reconnected(): void;
  /** This replica took the lease of the hub, or gave it up. */
  leaseHeld(held: boolean): void;
  /** The lease was lost against our will. */
  leaseLost(): void;
  /** A batch was stored. */
  batchWritten(batch: {
    /** Applications in it. */
    size: number;
    /** Those that really changed: the rest was stored already. */
    changed: number;
    durationMs: number;
  }): void;
  /** A heartbeat ended; `no-answer` where the hub itself did not answer, `error` where we failed, or the store. */
  heartbeat(outcome: HeartbeatOutcome['kind'] | 'no-answer' | 'error'): void;
}

/** Who listens to all mirrors and to all calls of hubs. */
export interface Instrumentation {
  ofMirror(hub: string): MirrorMetrics;
  called(hub: string, call: HubCallReport): void;
}

/** Where nobody listens. */
export const noMetrics: MirrorMetrics = {
  listed() {},
  repaired() {},
  reconnected() {},
  leaseHeld() {},
  leaseLost() {},
  batchWritten() {},
  heartbeat() {},
};
