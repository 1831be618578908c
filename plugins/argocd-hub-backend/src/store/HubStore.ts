import type {
  HubDetails,
  SkippedCluster,
} from 'backstage-plugin-argocd-hub-common';
import type { HubFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { Lease } from './LeaseStore';

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
  /** The first of the clusters that cannot be read. Absent until there is one. */
  skippedClusters?: SkippedCluster[];
  /** All of them. */
  skippedClusterCount?: number;
  lastError?: NonNullable<HubDetails['lastError']>;
  /** Without it a list without an ApplicationSet would look as if there were none. Absent until asked. */
  readableSets?: Readable;
  /** The same of projects. */
  readableProjects?: Readable;
}

/** How much of a kind of object the account at the hub may see; 'some' where that is not everything. */
export type Readable = 'all' | 'some' | 'none';

export interface HubStore {
  /**
   * Forgets hubs that are not named, a little at a time, and answers which. What
   * happened there stays for as long as changes are kept: a hub that comes back
   * has its history. One that another replica mirrors is configured there, and
   * is not forgotten before nobody mirrors it.
   *
   * @param options.keptMs - for so long, in milliseconds, a hub must have been
   *   found not to be named, and not mirrored by anybody. Default: a day
   */
  forgetOthers(
    names: string[],
    options?: { keptMs?: number; signal?: AbortSignal },
  ): Promise<string[]>;
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
