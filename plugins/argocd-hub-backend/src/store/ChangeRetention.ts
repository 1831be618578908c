import { setTimeout as delay } from 'node:timers/promises';
import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { scheduleSweep } from './scheduleSweep';
import type { Store } from './Store';

const TASK = 'argocd-hub-forget-old-changes';
/** Rows of one statement. */
const PART = 500;
/** Between two of them others get their turn at the database. */
const PAUSE_MS = 50;

/** Removes changes that are kept no longer, every hour and in one replica. */
export class ChangeRetention {
  readonly #store: Pick<Store, 'changes'>;
  readonly #scheduler: SchedulerService;
  readonly #logger: LoggerService;

  constructor(options: {
    store: Pick<Store, 'changes'>;
    scheduler: SchedulerService;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#scheduler = options.scheduler;
    this.#logger = options.logger;
  }

  async schedule(): Promise<void> {
    await scheduleSweep({
      scheduler: this.#scheduler,
      id: TASK,
      frequency: { hours: 1 },
      sweep: signal => this.sweep(signal),
    });
  }

  /** Removes all that is old, a little at a time; answers how many changes that were. */
  async sweep(signal?: AbortSignal): Promise<number> {
    let removed = 0;
    while (!signal?.aborted) {
      const part = await this.#store.changes.forgetOld({ limit: PART });
      removed += part;
      if (part < PART) {
        break;
      }
      await delay(PAUSE_MS, undefined, { ref: false });
    }
    if (removed) {
      this.#logger.debug('Removed changes that are kept no longer', {
        removed,
      });
    }
    return removed;
  }
}
