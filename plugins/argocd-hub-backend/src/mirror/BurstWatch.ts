import type { ApplicationEvent } from '../hub/types';

const QUIET_MS = 5_000;

/**
 * Tells when the burst at the begin of a stream is over. The hub marks that
 * nowhere: the burst is ordered and only adds, so it is over with the first
 * event that is not, or when nothing came for a while. Without a burst it is
 * over at once.
 */
export class BurstWatch {
  readonly #onEnd: () => void;
  #last = '';
  #timer?: NodeJS.Timeout;
  #over = false;

  constructor(options: { burst: boolean; onEnd(): void }) {
    this.#onEnd = options.onEnd;
    if (options.burst) {
      this.#wait();
    } else {
      this.#end();
    }
  }

  see({ type, application }: ApplicationEvent): void {
    if (this.#over) {
      return;
    }
    const { namespace, name } = application.metadata;
    const key = `${namespace}/${name}`;
    if (type !== 'ADDED' || key <= this.#last) {
      this.#end();
      return;
    }
    this.#last = key;
    this.#wait();
  }

  /** The connection is gone: nothing will end any more. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), QUIET_MS);
  }

  #end(): void {
    this.stop();
    this.#onEnd();
  }
}
