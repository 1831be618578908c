import type { Commit } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import {
  commitKey,
  type CommitName,
  type CommitStore,
} from '../store/CommitStore';

const MAX_KEPT = 10_000;
/** One that is not fetched yet is looked for again after so long, in milliseconds. */
const LOOK_AGAIN_MS = 500;

/** Commits in memory: they never change, so they are read from the database once. */
export class CommitMemory {
  readonly #store: CommitStore;
  readonly #now: () => number;
  readonly #kept = new LRUCache<string, Commit>({ max: MAX_KEPT });
  /** When those that were not there were looked for. */
  readonly #missedAt = new LRUCache<string, number>({ max: MAX_KEPT });

  /** @param options.now - milliseconds; another clock for tests */
  constructor(store: CommitStore, options: { now: () => number }) {
    this.#store = store;
    this.#now = options.now;
  }

  /** By `commitKey`; those not fetched yet are missing. */
  async get(names: CommitName[]): Promise<Map<string, Commit>> {
    const found = new Map<string, Commit>();
    const unknown: CommitName[] = [];
    for (const name of names) {
      const key = commitKey(name.repoUrl, name.revision);
      const commit = this.#kept.get(key);
      if (commit) {
        found.set(key, commit);
      } else if (this.#isDue(key)) {
        unknown.push(name);
      }
    }
    if (unknown.length > 0) {
      await this.#look(unknown, found);
    }
    return found;
  }

  async #look(names: CommitName[], found: Map<string, Commit>) {
    const askedAt = this.#now();
    const commits = await this.#store.get(names);
    for (const { repoUrl, revision } of names) {
      const key = commitKey(repoUrl, revision);
      const commit = commits.get(key);
      if (commit) {
        this.#kept.set(key, commit);
        this.#missedAt.delete(key);
        found.set(key, commit);
      } else {
        this.#missedAt.set(key, askedAt);
      }
    }
  }

  #isDue(key: string): boolean {
    const missedAt = this.#missedAt.get(key);
    return (
      missedAt === undefined ||
      Math.abs(this.#now() - missedAt) >= LOOK_AGAIN_MS
    );
  }
}
