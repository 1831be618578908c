import type { LoggerService } from '@backstage/backend-plugin-api';
import { withoutStatement } from '../store/databaseError';
import { isDatabaseAway } from '../store/isDatabaseAway';

/** What became of a write. */
export type WriteOutcome<T> =
  | { outcome: 'written'; value: T }
  | {
      /**
       * `away`: the database cannot do it now, whatever is written; `lost`:
       * the lease is gone, and nothing can be written any more; `failed`: this
       * write.
       */
      outcome: 'away' | 'lost' | 'failed';
    };

/** Tells apart why something could not be written, and says so: that the database is away only once. */
export class WriteGuard {
  readonly #logger: LoggerService;
  #away = false;

  constructor(options: { logger: LoggerService }) {
    this.#logger = options.logger;
  }

  /** Never rejects. What fails after `signal` aborted is not worth a word. */
  async run<T>(
    write: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<WriteOutcome<T>> {
    try {
      const value = await write();
      this.answered();
      return { outcome: 'written', value };
    } catch (error) {
      if ((error as Error).name === 'ConflictError') {
        this.answered();
        return { outcome: 'lost' };
      }
      if (this.saysAway(error)) {
        return { outcome: 'away' };
      }
      if (!signal.aborted) {
        this.#logger.error(
          'The store could not be written',
          withoutStatement(error),
        );
      }
      return { outcome: 'failed' };
    }
  }

  /** The same of a read for what it does here. Answers whether it was done. */
  async runRead(
    read: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await read();
      this.answered();
      return true;
    } catch (error) {
      if (!this.saysAway(error) && !signal.aborted) {
        this.#logger.error(
          'The store could not be read',
          withoutStatement(error),
        );
      }
      return false;
    }
  }

  /** Whether that is the reason of a failure. */
  saysAway(error: unknown): boolean {
    const isAway = isDatabaseAway(error);
    if (isAway && !this.#away) {
      this.#away = true;
      this.#logger.warn(
        `The database is away; changes wait until it is back: ${
          withoutStatement(error).message
        }`,
      );
    }
    return isAway;
  }

  /** The database did what it was asked for. */
  answered(): void {
    if (this.#away) {
      this.#away = false;
      this.#logger.info('The database is back');
    }
  }
}
