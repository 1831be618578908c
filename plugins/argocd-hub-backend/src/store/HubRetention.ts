import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { scheduleSweep } from './scheduleSweep';
import type { Store } from './Store';

const TASK = 'argocd-hub-forget-hubs';

/**
 * Removes what is known of hubs that are not configured any more, in one
 * replica. Nobody waits for it: what is not configured is not shown anyway.
 */
export class HubRetention {
  readonly #store: Pick<Store, 'hubs'>;
  readonly #scheduler: SchedulerService;
  readonly #logger: LoggerService;
  readonly #names: string[];

  /** @param options.names - of the hubs that are configured */
  constructor(options: {
    store: Pick<Store, 'hubs'>;
    scheduler: SchedulerService;
    logger: LoggerService;
    names: string[];
  }) {
    this.#store = options.store;
    this.#scheduler = options.scheduler;
    this.#logger = options.logger;
    this.#names = options.names;
  }

  async schedule(): Promise<void> {
    await scheduleSweep({
      scheduler: this.#scheduler,
      id: TASK,
      frequency: { minutes: 10 },
      sweep: signal => this.sweep(signal),
    });
  }

  /** Answers which hubs are forgotten now. */
  async sweep(signal?: AbortSignal): Promise<string[]> {
    const forgotten = await this.#store.hubs.forgetOthers(this.#names, {
      signal,
    });
    if (forgotten.length) {
      this.#logger.info(
        `Forgot hubs that are not configured any more: ${forgotten.join(', ')}`,
      );
    }
    return forgotten;
  }
}
