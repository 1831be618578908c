import type {
  HealthStatus,
  SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { StoredApplication } from './ApplicationStore';

/** What is asked of applications as the hub reports them; all parts must hold. */
export interface FleetFilter {
  project?: string;
  sync?: SyncStatus;
  health?: HealthStatus;
  /** Part of the name. */
  text?: string;
}

/** A cluster, or all of a hub that goes to none. */
export interface FleetPlace {
  hub: string;
  cluster?: string;
}

/** How many applications go somewhere. */
export interface FleetCount extends FleetPlace {
  applications: number;
}

/** Applications by where they go. A key is `namespace/name`. */
export interface FleetStore {
  /**
   * How many of those that pass go to some places, and perhaps to others: who
   * asks for many gets those of the whole fleet. Nothing of places without any.
   */
  counts(
    filter: FleetFilter,
    options: { at: FleetPlace[] },
  ): Promise<FleetCount[]>;
  /** What goes to any of some clusters of a hub: cluster by cluster, by key. */
  on(options: {
    hub: string;
    clusters: string[];
    filter: FleetFilter;
  }): Promise<StoredApplication[]>;
  /** Those of these keys that are there and pass, in any order. */
  some(options: {
    hub: string;
    keys: string[];
    filter: FleetFilter;
  }): Promise<StoredApplication[]>;
  /**
   * Looks at the next `size` applications that go to one cluster, or that go to
   * none, and answers those that pass, by key.
   */
  window(options: {
    hub: string;
    /** Absent: those that go to none. */
    cluster?: string;
    /** Key of the last one that was looked at. */
    after?: string;
    size: number;
    filter: FleetFilter;
  }): Promise<{
    found: StoredApplication[];
    /** Key of the last one that was looked at; absent at the end. */
    end?: string;
  }>;
}
