import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';

/** One failure says little: at a start the other plugin may simply not be ready yet. */
const TOLERATED = 1;

/** Says once when something recurring keeps failing, and once when it works again. */
export class Outage {
  readonly #logger: LoggerService;
  readonly #what: string;
  #failures = 0;

  constructor(logger: LoggerService, what: string) {
    this.#logger = logger;
    this.#what = what;
  }

  /** Runs the task; a failure is logged and not thrown. */
  async watch(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failures += 1;
      const isNews = this.#failures === TOLERATED + 1;
      this.#logger[isNews ? 'warn' : 'debug'](
        `${this.#what} failed: ${stringifyError(error)}`,
      );
      return;
    }
    if (this.#failures > TOLERATED) {
      this.#logger.info(`${this.#what} works again`);
    }
    this.#failures = 0;
  }
}
