import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { withoutStatement } from './databaseError';
import type { Store } from './Store';

const TASK = 'argocd-hub-forget-hubs';
const EVERY_MINUTES = 10;
const TIMEOUT_MINUTES = 30;

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
  static create(options: {
    store: Pick<Store, 'hubs'>;
    scheduler: SchedulerService;
    logger: LoggerService;
    names: string[];
  }): HubRetention {
    return new HubRetention(options);
  }

  private constructor(options: Parameters<typeof HubRetention.create>[0]) {
    this.#store = options.store;
    this.#scheduler = options.scheduler;
    this.#logger = options.logger;
    this.#names = options.names;
  }

  async schedule(): Promise<void> {
    await this.#scheduler.scheduleTask({
      id: TASK,
      frequency: { minutes: EVERY_MINUTES },
      timeout: { minutes: TIMEOUT_MINUTES },
      initialDelay: { minutes: 1 },
      scope: 'global',
      fn: async signal => {
        // The scheduler logs what it is rejected with.
        await this.sweep(signal).catch(error => {
          throw withoutStatement(error);
        });
      },
    });
  }

  /** Answers which hubs are forgotten now. */
  async sweep(signal?: AbortSignal): Promise<string[]> {
    const forgotten = await this.#store.hubs.forgetOthers(this.#names, signal);
    if (forgotten.length) {
      this.#logger.info(
        `Forgot hubs that are not configured any more: ${forgotten.join(', ')}`,
      );
    }
    return forgotten;
  }
}
