import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { SignalsService } from '@backstage/plugin-signals-node';
import {
  type ChangeSignal,
  SIGNAL_CHANNEL,
} from 'backstage-plugin-argocd-hub-common';

const INTERVAL_MS = 1_000;
/** The first change of a quiet time is told after this long, so that a batch is one signal. */
const GATHER_MS = 100;
/** Most keys of one signal; the rest goes with the next. */
const MAX_KEYS = 1_000;

/**
 * Tells browsers, at most once a second, which answers may have changed. A
 * hint: who misses it finds out by asking again.
 */
export class ChangeSignals {
  readonly #signals: SignalsService;
  readonly #keyOf: (entityRef: string) => Promise<string>;
  readonly #logger: LoggerService;
  #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #publishedAt = 0;
  #stopped = false;

  constructor(options: {
    signals: SignalsService;
    keyOf: (entityRef: string) => Promise<string>;
    logger: LoggerService;
  }) {
    this.#signals = options.signals;
    this.#keyOf = options.keyOf;
    this.#logger = options.logger;
  }

  add(entityRefs: Iterable<string>): void {
    for (const entityRef of entityRefs) {
      this.#waiting.add(entityRef);
    }
    this.#schedule();
  }

  /** What waits is dropped: browsers ask again by themselves. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer || this.#stopped || this.#waiting.size === 0) {
      return;
    }
    const due = this.#publishedAt + INTERVAL_MS - Date.now();
    this.#timer = setTimeout(
      () => this.#publish(),
      Math.max(GATHER_MS, due),
    ).unref();
  }

  async #publish(): Promise<void> {
    const entityRefs = [...this.#waiting].slice(0, MAX_KEYS);
    entityRefs.forEach(entityRef => this.#waiting.delete(entityRef));
    this.#publishedAt = Date.now();
    try {
      const changeKeys = await Promise.all(entityRefs.map(this.#keyOf));
      const message: ChangeSignal = { changeKeys };
      await this.#signals.publish({
        recipients: { type: 'broadcast' },
        channel: SIGNAL_CHANNEL,
        message: { ...message },
      });
    } catch (error) {
      this.#logger.debug(`A signal was not sent: ${stringifyError(error)}`);
    } finally {
      this.#timer = undefined;
      this.#schedule();
    }
  }
}
