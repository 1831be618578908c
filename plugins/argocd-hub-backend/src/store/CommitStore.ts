import type { Commit } from 'backstage-plugin-argocd-hub-common';
import type { ApplicationRecord } from './ApplicationStore';
import type { Lease } from './LeaseStore';

/** How `CommitStore.get` names a commit. */
export function commitKey(repoUrl: string, revision: string): string {
  return `${revision} ${repoUrl}`;
}

/** A revision of a repository. */
export interface CommitName {
  repoUrl: string;
  revision: string;
}

/**
 * The only commit that is ever fetched for what comes from these sources. Charts
 * have versions, not commits, and of several sources a hub tells the first one's
 * unless it is told which one.
 */
export function fetchedCommit(
  sources: ApplicationRecord['sources'],
): CommitName | undefined {
  const { repoUrl, revision, chart } = sources.at(0) ?? {};
  return repoUrl && revision && !chart ? { repoUrl, revision } : undefined;
}

export interface CommitStore {
  /** By `commitKey`; those not fetched yet are missing. */
  get(names: CommitName[]): Promise<Map<string, Commit>>;
  /** Throws ConflictError when the lease was lost. */
  put(options: {
    lease: Lease;
    repoUrl: string;
    revision: string;
    commit: Commit;
  }): Promise<void>;
}
