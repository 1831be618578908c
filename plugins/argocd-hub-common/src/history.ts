import type { RefusedRule } from './refusals';
import type {
  Commit,
  HealthStatus,
  OperationPhase,
  Page,
  Rollup,
  SyncStatus,
} from './types';

/** The answer of `GET /entities/:kind/:namespace/:name/history`. @public */
export interface ChangePage extends Page<Change> {
  /** What cannot be followed, so that nothing of it is told; absent where all can. */
  refused?: RefusedRule[];
}

/** An item of `GET /entities/:kind/:namespace/:name/history`. @public */
export type Change = ChangePlace & ChangeDetails;

/** Which deployment something happened to, where and when. @public */
export interface ChangePlace {
  /** Opaque; no two changes have the same. */
  id: string;
  hub: string;
  /** Of the Application object. */
  namespace: string;
  name: string;
  /** The cluster that it went to then, by the name that it has now, or had last. */
  cluster?: string;
  /**
   * ISO 8601: of a revision when it was deployed, of an operation when it began,
   * of a state when Argo CD or else we saw it begin.
   */
  at: string;
  /** The application is not there any more: nothing links to it. */
  gone?: true;
}

/** What happened, in Argo CD's words: nothing of our own verdicts is in here. @public */
export type ChangeDetails =
  | RevisionChange
  | SyncChange
  | HealthChange
  | OperationChange;

/** Another revision was deployed. @public */
export interface RevisionChange {
  kind: 'revision';
  /** As Argo CD counts deployments of this application; what a rollback names. */
  historyId: number;
  revision?: string;
  /** Of the revision, once it has been fetched. */
  commit?: Commit;
  by?: string;
}

/** @public */
export interface SyncChange {
  kind: 'sync';
  from?: SyncStatus;
  to: SyncStatus;
}

/** @public */
export interface HealthChange {
  kind: 'health';
  from?: HealthStatus;
  to: HealthStatus;
}

/** An operation as it was last seen: one operation is one change. @public */
export interface OperationChange {
  kind: 'operation';
  phase: OperationPhase;
  finishedAt?: string;
  revision?: string;
  commit?: Commit;
  by?: string;
  message?: string;
}

/**
 * The answer of `POST /entities/deployments/by-refs`: one item for each ref, in
 * the order of the refs. An entity that is missing and one that may not be seen
 * are both null, and so is one that is not mapped while the catalog is away.
 *
 * @public
 */
export interface Rollups {
  items: (Rollup | null)[];
}
