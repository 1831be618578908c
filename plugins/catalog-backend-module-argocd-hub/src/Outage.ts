import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';

/** Says once when something recurring begins to fail, and once when it works again. */
export class Outage {
  readonly #logger: LoggerService;
  readonly #what: string;
  #failing = false;

  constructor(logger: LoggerService, what: string) {
    this.#logger = logger;
    this.#what = what;
  }

  /** Runs the task; a failure is logged and not thrown. */
  async watch(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!this.#failing) {
        this.#logger.warn(`${this.#what} failed: ${stringifyError(error)}`);
      }
      this.#failing = true;
      return;
    }
    if (this.#failing) {
      this.#logger.info(`${this.#what} works again`);
    }
    this.#failing = false;
  }
}
