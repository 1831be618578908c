import { inTime } from '../async/inTime';
import type { ArgocdHubConfig } from '../config';
import { LastRead } from '../store/LastRead';
import type { Revisions } from '../store/Revisions';
import { clusterKey, type ClusterRecord } from '../store/ClusterStore';
import type { HubRecord } from '../store/HubStore';
import type { Store } from '../store/Store';
import { CommitMemory } from './CommitMemory';
import { Estate } from './Estate';

/** Verdicts and freshness are told by moments that are so far apart, in milliseconds. */
const STEP_MS = 1_000;
/** Nobody waits longer for a database that says nothing: all wait for one reading. */
const LONGEST_WAIT_MS = 5_000;

/** What an answer is made of now; the same as long as nothing changed. */
export interface Moment {
  /** Tells two of them apart without holding on to an estate that is over. */
  id: number;
  estate: Estate;
  revisions: Revisions;
}

/** The estate, held in memory and read again only after something was written. */
export class EstateReader {
  readonly config: ArgocdHubConfig;
  readonly #store: Store;
  readonly #commits: CommitMemory;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #hubs = new LastRead<HubRecord[]>();
  readonly #clusters = new LastRead<Map<string, ClusterRecord>>();
  #moments = 0;
  #last:
    | (Moment & { hubs: HubRecord[]; clusters: Map<string, ClusterRecord> })
    | undefined;

  constructor(options: {
    config: ArgocdHubConfig;
    store: Store;
    /** Milliseconds since the epoch; another clock for tests. */
    now?: () => number;
  }) {
    this.config = options.config;
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
    this.#commits = new CommitMemory(options.store.commits, {
      now: this.#now,
    });
    this.#startedAt = this.#now();
  }

  async read(): Promise<Estate> {
    return (await this.moment()).estate;
  }

  /** Throws ServiceUnavailableError while the database does not answer. */
  async moment(): Promise<Moment> {
    return inTime(this.#moment(), {
      ms: LONGEST_WAIT_MS,
      message: 'The database does not answer',
    });
  }

  async #moment(): Promise<Moment> {
    const revisions = await this.#store.revisions.current();
    const hubs = await this.#hubs.at(revisions.hubs, () =>
      this.#store.hubs.list(),
    );
    const clusters = await this.#clusters.at(revisions.clusters, async () => {
      const records = await this.#store.clusters.list();
      return new Map(records.map(record => [clusterKey(record), record]));
    });
    const now = Math.floor(this.#now() / STEP_MS) * STEP_MS;
    const last = this.#last;
    const isSameEstate =
      last?.hubs === hubs &&
      last.clusters === clusters &&
      last.estate.now === now;
    if (isSameEstate && last.revisions === revisions) {
      return last;
    }
    const estate = isSameEstate
      ? last.estate
      : Estate.at(now, {
          config: this.config,
          commits: this.#commits,
          startedAt: this.#startedAt,
          hubs,
          clusters,
        });
    this.#moments += 1;
    this.#last = { id: this.#moments, estate, revisions, hubs, clusters };
    return this.#last;
  }
}
