import limit from 'p-limit';
import { RunningWork } from '../async/RunningWork';
import { unlessAborted } from '../hub/unlessAborted';
import { type ApplicationRecord, commitKey } from '../store/types';
import type { MirrorContext } from './MirrorContext';
import { text } from './values';

const AT_ONCE = 2;
const MOST_WAITING = 10_000;
const LONGEST_MESSAGE = 1_000;

interface Wanted {
  repoUrl: string;
  revision: string;
  application: string;
  namespace: string;
}

/**
 * Fetches who made a revision and why: once for each repository and revision,
 * in the background, a few at a time. A commit that cannot be had is tried
 * again when its application changes next, or after a restart.
 */
export class CommitFetcher {
  readonly #context: MirrorContext;
  readonly #limit = limit(AT_ONCE);
  readonly #work = new RunningWork();
  /** Fetched, being fetched, or known to be missing. */
  readonly #done = new Set<string>();

  constructor(context: MirrorContext) {
    this.#context = context;
  }

  want(records: ApplicationRecord[]): void {
    if (this.#limit.pendingCount >= MOST_WAITING) {
      return;
    }
    const fresh = records.flatMap(wantedBy).filter(wanted => {
      const key = commitKey(wanted.repoUrl, wanted.revision);
      const known = this.#done.has(key);
      this.#done.add(key);
      return !known;
    });
    if (fresh.length) {
      const fetching = this.#fetchMissing(fresh).catch(error => {
        fresh.forEach(wanted => this.#forget(wanted));
        this.#context.logger.debug(`Commits were not fetched: ${error}`);
      });
      this.#work.add(fetching);
    }
  }

  /** Resolves when nothing is fetched any more: soon after the mirror's signal aborted. */
  async settled(): Promise<void> {
    await this.#work.settled();
  }

  async #fetchMissing(wanted: Wanted[]): Promise<void> {
    const stored = await this.#context.store.commits.get(wanted);
    const missing = wanted.filter(
      one => !stored.has(commitKey(one.repoUrl, one.revision)),
    );
    await Promise.all(missing.map(one => this.#limit(() => this.#fetch(one))));
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { client, store, signal, changed, hub } = this.#context;
    if (signal.aborted) {
      return;
    }
    const { application, namespace, repoUrl, revision } = wanted;
    try {
      const asked = client.revisionMetadata(wanted);
      const commit = await unlessAborted(asked, signal);
      if (commit) {
        await store.commits.put(repoUrl, revision, {
          author: text(commit.author) ?? '',
          message: text(commit.message, LONGEST_MESSAGE) ?? '',
          date: commit.date,
        });
        changed({
          applications: [{ hub: hub.name, namespace, name: application }],
          clusters: [],
        });
      }
    } catch {
      this.#forget(wanted);
    }
  }

  #forget({ repoUrl, revision }: Wanted): void {
    this.#done.delete(commitKey(repoUrl, revision));
  }
}

/** Charts have versions, not commits. */
function wantedBy(record: ApplicationRecord): Wanted[] {
  const { name: application, namespace, sources } = record;
  // The hub answers for the first source unless it is told which one.
  const [source] = sources;
  return source?.revision && !source.chart && source.repoUrl
    ? [
        {
          repoUrl: source.repoUrl,
          revision: source.revision,
          application,
          namespace,
        },
      ]
    : [];
}
