import type { Lease } from './LeaseStore';

/** A project as it is kept: what decides whether a cluster may be used. */
export interface ProjectRecord {
  hub: string;
  name: string;
  /** Globs; `!` negates. */
  destinations: { server?: string; name?: string; namespace?: string }[];
  /** Namespaces that its applications may live in, beside Argo CD's own. */
  sourceNamespaces: string[];
  permitOnlyProjectScopedClusters: boolean;
}

export interface ProjectStore {
  /** All projects of a hub, as last listed. Writes what differs and nothing else; answers which did. */
  replace(options: {
    lease: Lease;
    hub: string;
    projects: ProjectRecord[];
  }): Promise<string[]>;
  list(options?: { hub?: string }): Promise<ProjectRecord[]>;
  get(hub: string, name: string): Promise<ProjectRecord | undefined>;
}
