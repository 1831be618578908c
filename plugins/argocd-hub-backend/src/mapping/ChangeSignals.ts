import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';
import {
  type ChangeSignal,
  SIGNAL_CHANNEL,
} from 'backstage-plugin-argocd-hub-common';
import { withoutStatement } from '../store/databaseError';
import { SEEN_WITHIN_MS } from '../store/Revisions';

const INTERVAL_MS = 1_000;
/**
 * A change is told after this long, so that a batch is one signal, and once
 * every replica answers with it: a browser asks once, whichever it meets. Only
 * where a signal goes anyway it is told earlier, and then once more, for which a
 * browser asks twice: the second time it is mostly told that nothing differs.
 */
const SETTLED_AFTER_MS = SEEN_WITHIN_MS + 50;
/** Most keys of one signal; the rest goes with the next. */
const MAX_KEYS = 1_000;

/** When an entity changed first and last since it was told, by `performance.now()`. */
interface Waiting {
  first: number;
  last: number;
}

/**
 * Tells browsers, at most once a second, which answers may have changed. A
 * hint: who misses it finds out by asking again.
 */
export class ChangeSignals {
  readonly #signals: SignalsService;
  readonly #keyOf: (entityRef: string) => Promise<string>;
  readonly #logger: LoggerService;
  /** By entity ref, those that wait longest first. */
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #publishedAt = -Infinity;
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

  /** To be called once the change can be read. */
  add(entityRefs: Iterable<string>): void {
    const now = performance.now();
    for (const entityRef of entityRefs) {
      const waiting = this.#waiting.get(entityRef);
      if (waiting) {
        waiting.last = now;
      } else {
        this.#waiting.set(entityRef, { first: now, last: now });
      }
    }
    this.#schedule();
  }

  /** What waits is dropped: browsers ask again by themselves. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const [oldest] = this.#waiting.values();
    if (this.#timer || this.#stopped || !oldest) {
      return;
    }
    const dueAt = Math.max(
      oldest.first + SETTLED_AFTER_MS,
      this.#publishedAt + INTERVAL_MS,
    );
    const delay = Math.ceil(dueAt - performance.now());
    this.#timer = setTimeout(() => this.#onTime(), delay).unref();
  }

  async #onTime(): Promise<void> {
    const entityRefs = this.#takeWaiting();
    // A timer may ring up to a millisecond too early.
    if (entityRefs.length > 0) {
      await this.#publish(entityRefs);
    }
    this.#timer = undefined;
    this.#schedule();
  }

  async #publish(entityRefs: string[]): Promise<void> {
    this.#publishedAt = performance.now();
    try {
      const changeKeys = await Promise.all(entityRefs.map(this.#keyOf));
      const message: ChangeSignal = { changeKeys };
      await this.#signals.publish({
        recipients: { type: 'broadcast' },
        channel: SIGNAL_CHANNEL,
        message: { ...message },
      });
    } catch (error) {
      this.#logger.debug(`A signal was not sent: ${withoutStatement(error)}`);
    }
  }

  /** What changed a moment ago is told now, as the next signal is a second away, and once more. */
  #takeWaiting(): string[] {
    const before = performance.now() - SETTLED_AFTER_MS;
    const waiting = [...this.#waiting];
    if (!waiting.some(([, { first }]) => first <= before)) {
      return [];
    }
    const taken = waiting.slice(0, MAX_KEYS);
    for (const [entityRef, { last }] of taken) {
      this.#waiting.delete(entityRef);
      if (last > before) {
        this.#waiting.set(entityRef, { first: last, last });
      }
    }
    return taken.map(([entityRef]) => entityRef);
  }
}
