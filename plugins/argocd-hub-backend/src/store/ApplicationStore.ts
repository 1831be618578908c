import type {
  HealthStatus,
  Operation,
  Source,
  SyncStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationSetKey } from './ApplicationSetStore';
import type { Lease } from './LeaseStore';

/** An application as it is kept: no Helm values, no parameters, no plugin environment. */
export interface ApplicationRecord {
  hub: string;
  /** Of the Application object. */
  namespace: string;
  name: string;
  uid?: string;
  project: string;
  labels: Record<string, string>;
  /**
   * Only those that map or that people decided about: never all of them. Where
   * one names an entity, it does so in the form of `namedEntity`.
   */
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

/** What a selection looks at. */
export type Selectable = Pick<
  ApplicationRecord,
  | 'hub'
  | 'namespace'
  | 'name'
  | 'project'
  | 'labels'
  | 'annotations'
  | 'applicationSet'
>;

/** An application that is not there any more, as it was last. */
export type GoneApplication = Selectable & Pick<ApplicationRecord, 'sources'>;

/** An application that may be wanted; most of it need not be read. */
export interface Candidate {
  /** No other application ever has it. */
  id: string;
  /** Another one means that it differs, be it in what `read` does not tell. */
  stamp: string;
  read(): StoredApplication;
}

/** An application that was written, or removed. */
export interface ApplicationChange {
  hub: string;
  /** namespace/name */
  key: string;
  /** Absent where it was removed; where it came back since, it is told twice. */
  now?: Selectable;
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
  /**
   * For many selections at once, in few queries: all that any of them wants,
   * each once, and perhaps some that none wants. Who wants which is for the
   * caller to tell.
   */
  candidates(selections: ApplicationSelection[]): Promise<Candidate[]>;
  /**
   * What was written since a revision, as `RevisionStore.current` told it of the
   * applications, up to another one at least. Undefined where that cannot be
   * told, or would be more than `most`.
   */
  changedSince(
    before: string,
    options: { now: string; most: number },
  ): Promise<ApplicationChange[] | undefined>;
  /**
   * Those that any of the selections wants among applications that are not
   * there any more, each once. They are kept as long as their changes.
   */
  selectGone(...selections: ApplicationSelection[]): Promise<GoneApplication[]>;
  /**
   * Which groups of selections want more applications than `most`, by their
   * position: each application of a group counts once, and none is read.
   */
  wider(most: number, groups: ApplicationSelection[][]): Promise<Set<number>>;
  /** Whether more than `most` of those that `selectGone` looks at are wanted. */
  isGoneWider(
    most: number,
    selections: ApplicationSelection[],
  ): Promise<boolean>;
  /** The first that any of the selections wants, by hub, namespace and name. */
  first(
    selections: ApplicationSelection[],
    options: {
      limit: number;
      after?: ApplicationKey;
      /** Only what goes to clusters of these names, or also to none; default: anywhere. */
      at?: { clusters: string[]; outside: boolean };
    },
  ): Promise<StoredApplication[]>;
  /** Where those go that any of the selections wants, and how many of them to each place. */
  places(selections: ApplicationSelection[]): Promise<
    {
      hub: string;
      /** What was given is left out. */
      cluster: StoredApplication['cluster'];
      count: number;
    }[]
  >;
  /**
   * Where applications go that sets of these names have made, at any hub and in
   * any namespace, and how many of each set to each place.
   */
  placesOfSets(names: string[]): Promise<
    (ApplicationSetKey & {
      /** What was given is left out. */
      cluster: StoredApplication['cluster'];
      count: number;
    })[]
  >;
  /** Every value that a label or annotation has on any application, each once. */
  valuesOf(key: string): Promise<string[]>;
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
