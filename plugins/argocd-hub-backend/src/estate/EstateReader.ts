import type { ArgocdHubConfig } from '../config';
import type { Store } from '../store/types';
import { CommitMemory } from './CommitMemory';
import { Estate } from './Estate';

/** Makes an Estate per request. */
export class EstateReader {
  readonly config: ArgocdHubConfig;
  readonly #store: Store;
  readonly #commits: CommitMemory;
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(options: {
    config: ArgocdHubConfig;
    store: Store;
    /** Milliseconds since the epoch; another clock for tests. */
    now?: () => number;
  }) {
    this.config = options.config;
    this.#store = options.store;
    this.#commits = new CommitMemory(options.store.commits);
    this.#now = options.now ?? Date.now;
    this.#startedAt = this.#now();
  }

  async read(): Promise<Estate> {
    return Estate.read({
      config: this.config,
      store: this.#store,
      commits: this.#commits,
      now: this.#now(),
      startedAt: this.#startedAt,
    });
  }
}
