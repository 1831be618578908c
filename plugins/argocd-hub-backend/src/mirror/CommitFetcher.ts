import type { Commit } from 'backstage-plugin-argocd-hub-common';
import { LRUCache } from 'lru-cache';
import limit from 'p-limit';
import { RunningWork } from '../async/RunningWork';
import type { HubClient } from '../hub/types';
import { unlessAborted } from '../async/unlessAborted';
import type {
  ApplicationKey,
  ApplicationRecord,
} from '../store/ApplicationStore';
import {
  commitKey,
  type CommitName,
  fetchedCommit,
} from '../store/CommitStore';
import { withoutStatement } from '../store/databaseError';
import type { MirrorContext } from './MirrorContext';
import { prose } from './prose';
import { moment } from './values';

const AT_ONCE = 2;
const MOST_WAITING = 10_000;
const PAGE = 200;
const LONGEST_MESSAGE = 1_000;
const LONGEST_AUTHOR = 1_000;
const MOST_KNOWN = 20_000;
/** A commit that is missing may have been forbidden. */
const MISSING_FOR_MS = 60 * 60_000;

interface Wanted extends CommitName {
  application: string;
  namespace: string;
}

/**
 * Fetches who made a revision and why: once for each repository and revision,
 * in the background, a few at a time. A commit that cannot be had is tried
 * again when its application changes next; one that the hub says is missing,
 * an hour later at the earliest. What is wanted while too many wait is looked
 * up in the store when they are done.
 */
export class CommitFetcher {
  readonly #context: MirrorContext;
  readonly #limit = limit(AT_ONCE);
  readonly #work = new RunningWork();
  readonly #underWay = new Set<string>();
  /** Stored, or missing: the store is not asked again for each change. */
  readonly #known = new LRUCache<string, true>({ max: MOST_KNOWN });
  /** Whether something was wanted while there was no room. */
  #isBehind = false;
  #isCatchingUp = false;

  constructor(context: MirrorContext) {
    this.#context = context;
  }

  want(records: ApplicationRecord[]): void {
    if (this.#underWay.size >= MOST_WAITING) {
      this.#isBehind = true;
      return;
    }
    const fetching = this.#fetchNew(records);
    this.#work.add(fetching.then(() => this.#catchUpIfIdle()));
  }

  /** Resolves when nothing is fetched any more: soon after the mirror's signal aborted. */
  async settled(): Promise<void> {
    await this.#work.settled();
  }

  /** Never rejects. */
  async #fetchNew(records: ApplicationRecord[]): Promise<void> {
    const fresh = records.flatMap(wantedBy).filter(wanted => {
      const key = keyOf(wanted);
      const isFresh = !this.#underWay.has(key) && !this.#known.has(key);
      if (isFresh) {
        this.#underWay.add(key);
      }
      return isFresh;
    });
    if (!fresh.length) {
      return;
    }
    try {
      await this.#fetchMissing(fresh);
    } catch (error) {
      this.#context.logger.debug(
        `Commits were not fetched: ${withoutStatement(error)}`,
      );
    } finally {
      fresh.forEach(wanted => this.#underWay.delete(keyOf(wanted)));
    }
  }

  async #catchUpIfIdle(): Promise<void> {
    if (!this.#isBehind || this.#isCatchingUp || this.#underWay.size) {
      return;
    }
    this.#isBehind = false;
    this.#isCatchingUp = true;
    try {
      await this.#fetchAllStored();
    } catch (error) {
      this.#isBehind = true;
      this.#context.logger.debug(
        `Commits were not looked up: ${withoutStatement(error)}`,
      );
    } finally {
      this.#isCatchingUp = false;
    }
  }

  /** A page at a time, so that those of what changes now have not to wait for all. */
  async #fetchAllStored(): Promise<void> {
    const { store, hub, signal } = this.#context;
    let after: ApplicationKey | undefined;
    do {
      const page = await store.applications.list({
        hub: hub.name,
        after,
        limit: PAGE,
      });
      await this.#fetchNew(page);
      after = page.length === PAGE ? page[PAGE - 1] : undefined;
    } while (after && !signal.aborted);
  }

  async #fetchMissing(wanted: Wanted[]): Promise<void> {
    const stored = await this.#context.store.commits.get(wanted);
    for (const key of stored.keys()) {
      this.#known.set(key, true);
    }
    const missing = wanted.filter(one => !stored.has(keyOf(one)));
    await Promise.all(missing.map(one => this.#limit(() => this.#fetch(one))));
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { client, signal, logger } = this.#context;
    if (signal.aborted) {
      return;
    }
    try {
      const asked = client.revisionMetadata(wanted);
      const commit = commitOf(await unlessAborted(asked, signal));
      if (commit) {
        await this.#keep(wanted, commit);
        this.#known.set(keyOf(wanted), true);
      } else {
        this.#known.set(keyOf(wanted), true, { ttl: MISSING_FOR_MS });
      }
    } catch (error) {
      logger.debug(`A commit was not fetched: ${withoutStatement(error)}`);
    }
  }

  async #keep(wanted: Wanted, commit: Commit): Promise<void> {
    const { store, changed, hub, lease } = this.#context;
    const { application, namespace, repoUrl, revision } = wanted;
    await store.commits.put({ lease, repoUrl, revision, commit });
    changed({
      applications: [{ hub: hub.name, namespace, name: application }],
      clusters: [],
    });
  }
}

function keyOf({ repoUrl, revision }: Wanted): string {
  return commitKey(repoUrl, revision);
}

/** What the hub tells of a commit as it is kept; one without a moment is none. */
function commitOf(
  told: Awaited<ReturnType<HubClient['revisionMetadata']>>,
): Commit | undefined {
  const date = moment(told?.date);
  return date
    ? {
        author: prose(told?.author, LONGEST_AUTHOR) ?? '',
        message: prose(told?.message, LONGEST_MESSAGE) ?? '',
        date,
      }
    : undefined;
}

function wantedBy(record: ApplicationRecord): Wanted[] {
  const { name: application, namespace, sources } = record;
  const commit = fetchedCommit(sources);
  return commit ? [{ ...commit, application, namespace }] : [];
}
