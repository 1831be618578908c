import type {
  Commit,
  HealthStatus,
  HubDetails,
  Operation,
  Source,
  SyncStatus,
  Verdict,
} from 'backstage-plugin-argocd-hub-common';
import type {
  ClusterFacts,
  HeartbeatFacts,
  HubFacts,
} from 'backstage-plugin-argocd-hub-common/status';
import type {
  ApplicationSetKey,
  ApplicationSetStore,
} from './ApplicationSetStore';
import type { ChangeStore } from './ChangeStore';
import type { ClaimStore } from './ClaimStore';
import type { ProjectStore } from './ProjectStore';
import type { RevisionStore } from './Revisions';

/** An application as it is kept: no Helm values, no parameters, no plugin environment. */
export interface ApplicationRecord {
  hub: string;
  /** Of the Application object. */
  namespace: string;
  name: string;
  uid?: string;
  project: string;
  labels: Record<string, string>;
  /** Only those that map or that people decided about: never all of them. */
  annotations: Record<string, string>;
  applicationSet?: string;
  destination: { namespace: string; name?: string; server?: string };
  sources: Omit<Source, 'commit'>[];
  sync?: SyncStatus;
  /** ISO 8601: when we first saw the current sync status. */
  syncSince?: string;
  health?: HealthStatus;
  healthSince?: string;
  /** With the revision that it brings, once that is known. */
  operation?: Operation & { revision?: string };
  conditions: { type: string; message: string; since?: string }[];
  images: string[];
  externalUrls: string[];
  /** How many resources are managed. */
  resources?: number;
  /** Oldest first, as Argo CD keeps it (10 by default). */
  history: {
    id: number;
    revision?: string;
    deployedAt: string;
    by?: string;
  }[];
  autoSync: boolean;
  skipReconcile: boolean;
  deletedAt?: string;
}

/** A stored application with the cluster it resolves to. */
export interface StoredApplication extends ApplicationRecord {
  /** `name` of the ClusterRecord, or why there is none. */
  cluster:
    | { name: string }
    | {
        problem: 'no-such-cluster' | 'ambiguous-cluster' | 'invalid';
        given: string;
      };
}

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

/** A hub as it is kept. */
export interface HubRecord {
  name: string;
  facts: HubFacts;
  complete: boolean;
  version?: string;
  applications: number;
  clusters: number;
  /** The first of the applications that cannot be read. */
  skipped: { namespace: string; name: string; reason: string }[];
  /** All of them; absent where all are named. */
  skippedCount?: number;
  lastError?: NonNullable<HubDetails['lastError']>;
  /** Without it a list without an ApplicationSet would look as if there were none. Absent until asked. */
  readableSets?: Readable;
  /** The same of projects. */
  readableProjects?: Readable;
}

/** How much of a kind of object the account at the hub may see; 'some' where that is not everything. */
export type Readable = 'all' | 'some' | 'none';

/** Held by the one replica that mirrors a hub, or does other work alone. Every write carries it. */
export interface Lease {
  /** What is leased: a hub by its name, or, with a colon in it, something else. */
  resource: string;
  epoch: number;
}

/** Which applications are wanted. All parts must match. */
export interface ApplicationSelection {
  hubs?: string[];
  namespace?: string;
  project?: string;
  match:
    | { kind: 'name'; name: string }
    | { kind: 'application-set'; name: string }
    | { kind: 'labels'; terms: LabelTerm[] }
    /** A label or annotation of the application that names the entity. */
    | { kind: 'key'; key: string; value: string };
}

/** One term of a label selector. */
export type LabelTerm =
  | { key: string; operator: 'in' | 'notin'; values: string[] }
  | { key: string; operator: 'exists' | 'not-exists' };

export interface ApplicationKey {
  hub: string;
  namespace: string;
  name: string;
}

/** What a batch really changed; given to listeners of the same process. */
export interface StoreChange {
  hub: string;
  applications: ApplicationKey[];
  /** Names of clusters whose facts changed in a way that people would see. */
  clusters: string[];
  /** Absent where none changed. */
  applicationSets?: ApplicationSetKey[];
  /** Names of projects; absent where none changed. */
  projects?: string[];
}

export interface ApplicationStore {
  /**
   * Writes what differs and nothing else, and records what that changes. Throws
   * ConflictError when the lease was lost.
   */
  apply(options: {
    lease: Lease;
    hub: string;
    upserts: ApplicationRecord[];
    removals: ApplicationKey[];
  }): Promise<{
    changed: ApplicationKey[];
    /** Names of clusters whose counts or evidence changed with them. */
    clusters: string[];
  }>;
  /** Those that any of the selections wants, each once, in one query. */
  select(...selections: ApplicationSelection[]): Promise<StoredApplication[]>;
  /**
   * The same with a digest of all that was read. Where that is the one which is
   * known already, `applications` is absent: nothing was parsed.
   */
  selectUnless(
    known: string | undefined,
    selections: ApplicationSelection[],
  ): Promise<{ digest: string; applications?: StoredApplication[] }>;
  list(options: {
    hub?: string;
    cluster?: string;
    sync?: SyncStatus;
    after?: ApplicationKey;
    limit: number;
  }): Promise<StoredApplication[]>;
  get(key: ApplicationKey): Promise<StoredApplication | undefined>;
  /** Those of them that are there, in any order. */
  some(
    hub: string,
    keys: Omit<ApplicationKey, 'hub'>[],
  ): Promise<StoredApplication[]>;
  /** Streams every application, a page at a time, for work in bulk. */
  pages(): AsyncIterable<StoredApplication[]>;
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
}

export interface HubStore {
  /**
   * Forgets hubs that are not named, a little at a time, and answers which. What
   * happened there stays for as long as changes are kept: a hub that comes back
   * has its history. One that another replica mirrors is configured there, and
   * is not forgotten before nobody mirrors it.
   */
  forgetOthers(names: string[], signal?: AbortSignal): Promise<string[]>;
  update(options: {
    lease: Lease;
    hub: string;
    changes: Partial<
      Omit<HubRecord, 'name' | 'facts' | 'applications' | 'clusters'>
    > & {
      facts?: Partial<HubFacts>;
    };
  }): Promise<void>;
  list(): Promise<HubRecord[]>;
  get(name: string): Promise<HubRecord | undefined>;
}

/** How `CommitStore.get` names a commit. */
export function commitKey(repoUrl: string, revision: string): string {
  return `${revision} ${repoUrl}`;
}

export interface CommitStore {
  /** By `commitKey`; those not fetched yet are missing. */
  get(
    keys: { repoUrl: string; revision: string }[],
  ): Promise<Map<string, Commit>>;
  put(repoUrl: string, revision: string, commit: Commit): Promise<void>;
}

export interface LeaseStore {
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly ttlMs: number;
  /** Takes or renews; undefined while another holder has it. */
  acquire(resource: string): Promise<Lease | undefined>;
  /** Renews it and never takes it anew; false where it ran out, was freed or another has it. */
  renew(lease: Lease): Promise<boolean>;
  /** Frees it; nothing happens where it was lost. */
  release(lease: Lease): Promise<void>;
  /** Frees it, and forgets that it ever was: for things that are seldom leased twice. */
  drop(lease: Lease): Promise<void>;
  /** Forgets what was leased by a replica that died, other than hubs. */
  forgetAbandoned(): Promise<void>;
  /** Leases that somebody holds now: milliseconds until they would run out, by resource. */
  held(): Promise<Map<string, number>>;
}

export interface Store {
  applications: ApplicationStore;
  clusters: ClusterStore;
  hubs: HubStore;
  applicationSets: ApplicationSetStore;
  projects: ProjectStore;
  changes: ChangeStore;
  commits: CommitStore;
  claims: ClaimStore;
  leases: LeaseStore;
  revisions: RevisionStore;
  /** A random value, made once per installation, from which opaque keys are derived. */
  secret(name: string): Promise<string>;
}

/** Re-exported so that a reader finds the parts of a record in one place. */
export type { ClusterFacts, HeartbeatFacts, Verdict };
