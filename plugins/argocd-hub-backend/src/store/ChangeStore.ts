import type {
  HealthStatus,
  OperationPhase,
  SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationKey } from './ApplicationStore';

/** Something that happened to an application. */
export type ChangeRecord = ChangeOfApplication & ChangeDetails;

export interface ChangeOfApplication extends ApplicationKey {
  /** Grows with every change that is recorded. */
  id: number;
  /** The cluster that the application resolved to then, by the name that it has now, or had last. */
  cluster?: string;
  /**
   * ISO 8601: of a revision when it was deployed, of an operation when it began,
   * of a state when Argo CD or else we saw it begin.
   */
  at: string;
}

export type ChangeDetails =
  | {
      kind: 'revision';
      /** Of the Application object: ids of its history begin anew with another. */
      uid?: string;
      /** As in `status.history`; what a rollback names. */
      historyId: number;
      revision?: string;
      by?: string;
    }
  | { kind: 'sync'; from?: SyncStatus; to: SyncStatus }
  | { kind: 'health'; from?: HealthStatus; to: HealthStatus }
  /** As last seen: one operation is one change. */
  | {
      kind: 'operation';
      uid?: string;
      phase: OperationPhase;
      /** ISO 8601. */
      finishedAt?: string;
      revision?: string;
      by?: string;
      /** At most 500 characters. */
      message?: string;
    };

/** Where a page of changes ended. */
export interface ChangeCursor {
  /** Milliseconds since the epoch. */
  at: number;
  id: number;
}

/**
 * Changes of applications. They are recorded by `ApplicationStore.apply`, in
 * the same transaction, and outlive their application.
 */
export interface ChangeStore {
  /** Newest first. */
  list(options: {
    /** Only of these; of none of them there is nothing. */
    applications?: ApplicationKey[];
    /**
     * Only what happened on this cluster, however it was called then. At least
     * one of both must be given; a cluster that has gone is found only together
     * with applications.
     */
    cluster?: { hub: string; name: string };
    /** Milliseconds since the epoch, inclusive. */
    from?: number;
    /** Milliseconds since the epoch, exclusive. */
    to?: number;
    after?: ChangeCursor;
    limit: number;
  }): Promise<{ changes: ChangeRecord[]; next?: ChangeCursor }>;
  /**
   * Removes what is older than it is kept, and applications that are gone for
   * as long, at most `limit` of each; answers how many there were.
   */
  forgetOld(options: { limit: number }): Promise<number>;
}
