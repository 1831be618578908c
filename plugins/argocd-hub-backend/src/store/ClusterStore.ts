import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import type { ClusterFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { ArgocdHubClusterFilter } from 'backstage-plugin-argocd-hub-node';
import { compareText } from '../compareText';
import type { ApplicationKey } from './ApplicationStore';
import type { Lease } from './LeaseStore';

/** A registered cluster as it is kept. */
export interface ClusterRecord {
  hub: string;
  /** Unique per hub: the registered name, `name~<8 hex of the server's hash>` when two share it. */
  name: string;
  /** Name as registered. */
  registeredName: string;
  server: string;
  /** The agent that stands for it, by the name that it has at the hub; most clusters have none. */
  agent?: string;
  labels: Record<string, string>;
  kubernetesVersion?: string;
  /** A cluster of one project; others may be forbidden to use it. */
  project?: string;
  /** Everything the verdict is computed from, but for the hub's freshness. */
  facts: ClusterFacts;
}

/** Which clusters are wanted, by hub and labels. */
export type ClusterCriteria = PermissionCriteria<ArgocdHubClusterFilter>;

export interface ClusterName {
  hub: string;
  /** `name` of the ClusterRecord. */
  name: string;
}

/** The same as one text. */
export function clusterKey({ hub, name }: ClusterName): string {
  return `${hub}\n${name}`;
}

/** By hub and name, by code unit: each database sorts in its own way, which no cursor knows. */
export function compareClusters(one: ClusterName, other: ClusterName): number {
  return one.hub === other.hub
    ? compareText(one.name, other.name)
    : compareText(one.hub, other.hub);
}

export interface ClusterStore {
  /**
   * The whole set of a hub, as last listed. Removes what is not in it. Resolves
   * destinations anew when the set changed. A cluster that is stored already
   * keeps its heartbeat, its verdict and its `firstSeenAt`; what is counted
   * from applications is never taken from here.
   */
  replace(options: {
    lease: Lease;
    hub: string;
    clusters: Omit<ClusterRecord, 'name' | 'hub'>[];
  }): Promise<{ changed: string[]; applications: ApplicationKey[] }>;
  /** Merges. What is counted from applications is never taken from here. */
  updateFacts(options: {
    lease: Lease;
    hub: string;
    updates: { name: string; facts: Partial<ClusterFacts> }[];
  }): Promise<void>;
  /** With `names`, only those of them that are there. */
  list(options?: { hub?: string; names?: string[] }): Promise<ClusterRecord[]>;
  get(hub: string, name: string): Promise<ClusterRecord | undefined>;
  /** All that the criteria take; with `hub` and `name` that one, if they take it. */
  matching(
    criteria: ClusterCriteria,
    within?: Partial<ClusterName>,
  ): Promise<ClusterName[]>;
}
