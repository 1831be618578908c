import type { Commit } from 'backstage-plugin-argocd-hub-common';

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
