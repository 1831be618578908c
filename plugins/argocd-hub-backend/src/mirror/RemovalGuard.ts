import type { ApplicationIndex } from './ApplicationIndex';
import type { ListRound } from './ListReader';
import { isMassRemoval } from './massRemoval';
import type { MirrorContext } from './MirrorContext';
import { sleep } from '../async/time';

/** What a round of lists, or two of them, came to. */
export interface GuardedRound {
  round: ListRound;
  /** Not in one list: each must be asked for. */
  missing: string[];
  /** Not in two lists that cover everything: gone. */
  gone: string[];
}

/**
 * Many applications at once never go on the word of one round. Where not even
 * two rounds are sure, each is asked for.
 */
export class RemovalGuard {
  readonly #context: Pick<MirrorContext, 'logger' | 'timing' | 'signal'>;
  readonly #index: ApplicationIndex;
  readonly #read: (version: string) => Promise<ListRound>;

  constructor(options: {
    context: Pick<MirrorContext, 'logger' | 'timing' | 'signal'>;
    index: ApplicationIndex;
    /** Lists everything once. */
    read(version: string): Promise<ListRound>;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#read = options.read;
  }

  async read(version: string): Promise<GuardedRound> {
    const first = await this.#read(version);
    const { missing } = first;
    if (!isMassRemoval(missing.length, this.#index.size)) {
      return { round: first, missing, gone: [] };
    }
    const { logger, timing, signal } = this.#context;
    logger.warn('Many applications are gone; listing again', {
      missing: missing.length,
      known: this.#index.size,
    });
    await sleep(timing.secondListMs, signal);
    const second = await this.#read(version);
    if (second.failure) {
      return { round: second, missing: [], gone: [] };
    }
    const still = missing.filter(
      key =>
        this.#index.has(key) &&
        !this.#index.wasListed(key, second.list) &&
        !this.#index.isTouchedSince(key, first.began),
    );
    return first.isSure && second.isSure
      ? { round: second, missing: [], gone: still }
      : { round: second, missing: still, gone: [] };
  }
}
