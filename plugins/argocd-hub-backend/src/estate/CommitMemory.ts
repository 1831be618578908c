import type { Commit } from 'backstage-plugin-argocd-hub-common';
import { commitKey, type CommitStore } from '../store/types';

const MAX_KEPT = 10_000;

/** Commits in memory: they never change, so they are read from the database once. */
export class CommitMemory {
  readonly #store: CommitStore;
  readonly #kept = new Map<string, Commit>();

  constructor(store: CommitStore) {
    this.#store = store;
  }

  /** By `commitKey`; those not fetched yet are missing. */
  async get(
    keys: { repoUrl: string; revision: string }[],
  ): Promise<Map<string, Commit>> {
    const missing = keys.filter(
      ({ repoUrl, revision }) => !this.#kept.has(commitKey(repoUrl, revision)),
    );
    if (missing.length > 0) {
      for (const [key, commit] of await this.#store.get(missing)) {
        this.#keep(key, commit);
      }
    }
    return this.#kept;
  }

  #keep(key: string, commit: Commit) {
    if (this.#kept.size >= MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, commit);
  }
}
