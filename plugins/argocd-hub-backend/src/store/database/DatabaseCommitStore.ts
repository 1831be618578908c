import { createHash } from 'node:crypto';
import type { Commit } from 'backstage-plugin-argocd-hub-common';
import type { Knex } from 'knex';
import { commitKey, type CommitStore } from '../CommitStore';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';

const CHUNK = 500;

/** Commits, kept for ever: who made a revision and why never changes. */
export class DatabaseCommitStore implements CommitStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;

  constructor(knex: Knex, leases: DatabaseLeaseStore) {
    this.#knex = knex;
    this.#leases = leases;
  }

  async get(
    keys: { repoUrl: string; revision: string }[],
  ): Promise<Map<string, Commit>> {
    const commits = new Map<string, Commit>();
    const ids = [...new Set(keys.map(key => id(key.repoUrl, key.revision)))];
    for (let start = 0; start < ids.length; start += CHUNK) {
      const rows = await this.#knex('commits')
        .whereIn('id', ids.slice(start, start + CHUNK))
        .select('repo_url', 'revision', 'author', 'message', 'date');
      for (const { repo_url, revision, author, message, date } of rows) {
        commits.set(commitKey(repo_url, revision), { author, message, date });
      }
    }
    return commits;
  }

  async put(options: Parameters<CommitStore['put']>[0]): Promise<void> {
    const { lease, repoUrl, revision, commit } = options;
    await this.#leases.withLease(lease, async transaction => {
      await transaction('commits')
        .insert({
          id: id(repoUrl, revision),
          repo_url: repoUrl,
          revision,
          author: commit.author,
          message: commit.message,
          date: commit.date,
        })
        .onConflict('id')
        .ignore();
    });
  }
}

/** Repository addresses may be longer than an index allows. */
function id(repoUrl: string, revision: string): string {
  return createHash('sha256')
    .update(commitKey(repoUrl, revision))
    .digest('base64url');
}
