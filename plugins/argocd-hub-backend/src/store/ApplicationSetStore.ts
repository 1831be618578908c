import type { Lease } from './LeaseStore';

/** A label selector as Kubernetes writes it. */
export interface KeptSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** An ApplicationSet as it is kept: of its generators nothing but which clusters they take. */
export interface ApplicationSetRecord {
  hub: string;
  namespace: string;
  name: string;
  /** Of the applications that it makes; may be the text of a template. */
  project: string;
  labels: Record<string, string>;
  conditions: {
    type: string;
    /** 'True', 'False' or 'Unknown'. */
    status: string;
    reason?: string;
    /** At most 1,000 characters. */
    message: string;
    /** ISO 8601. */
    since?: string;
  }[];
  /** Argo CD's own word, where its version has one. */
  health?: string;
  /** How many applications it has made. */
  resources?: number;
  /** 'sync' where the set does not say; the hub's own policy may still win. */
  applicationsSync: string;
  preserveResourcesOnDeletion: boolean;
  /** 'AllAtOnce' where the set does not say. */
  strategy: string;
  /** One for each cluster generator, nested ones too. An empty one takes every cluster. */
  clusterSelectors: KeptSelector[];
  /**
   * What else decides about its applications, by the keys of its generators:
   * `list`, `git`, `merge`, `selector` and so on. Nothing of it is kept.
   */
  otherGenerators: string[];
}

export interface ApplicationSetKey {
  hub: string;
  namespace: string;
  name: string;
}

export interface ApplicationSetStore {
  /** The whole set of a hub, as last listed. Writes what differs and nothing else. */
  replace(options: {
    lease: Lease;
    hub: string;
    sets: ApplicationSetRecord[];
  }): Promise<ApplicationSetKey[]>;
  list(options?: {
    hub?: string;
    /** With one of these names, in one query. */
    names?: string[];
  }): Promise<ApplicationSetRecord[]>;
  get(key: ApplicationSetKey): Promise<ApplicationSetRecord | undefined>;
}
