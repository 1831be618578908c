import type { Commit } from 'backstage-plugin-argocd-hub-common';
import type { Lease } from './LeaseStore';

/** How `CommitStore.get` names a commit. */
export function commitKey(repoUrl: string, revision: string): string {
  return `${revision} ${repoUrl}`;
}

export interface CommitStore {
  /** By `commitKey`; those not fetched yet are missing. */
  get(
    keys: { repoUrl: string; revision: string }[],
  ): Promise<Map<string, Commit>>;
  /** Throws ConflictError when the lease was lost. */
  put(options: {
    lease: Lease;
    repoUrl: string;
    revision: string;
    commit: Commit;
  }): Promise<void>;
}
