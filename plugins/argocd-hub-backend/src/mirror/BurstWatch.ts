import type { ApplicationEvent } from '../hub/types';
import { identityOf } from './identity';

/**
 * Tells when the burst at the begin of a stream is over. The hub marks that
 * nowhere: the burst is ordered and only adds, so it is over with the first
 * event that is not, or when nothing came for a while.
 */
export class BurstWatch {
  readonly #onEnd: () => void;
  readonly #quietMs: number;
  #last = '';
  #timer?: NodeJS.Timeout;
  #over = false;

  constructor(options: {
    /** Milliseconds until the first event: a large hub copies everything before it. */
    patienceMs: number;
    /** Milliseconds after which no other event comes. */
    quietMs: number;
    onEnd(): void;
  }) {
    this.#onEnd = options.onEnd;
    this.#quietMs = options.quietMs;
    this.#wait(options.patienceMs);
  }

  /** Whether the hub told anything. */
  get sawAny(): boolean {
    return this.#last !== '';
  }

  /** Answers whether the event belongs to the burst. Until `handled` no time passes. */
  see({ type, application }: ApplicationEvent): boolean {
    if (this.#over) {
      return false;
    }
    clearTimeout(this.#timer);
    const { key, isValid } = identityOf(application);
    if (!isValid) {
      return true;
    }
    if (type !== 'ADDED' || key <= this.#last) {
      this.#end();
      return false;
    }
    this.#last = key;
    return true;
  }

  /** We are ready for the next event: how slow we were says nothing about the hub. */
  handled(): void {
    if (!this.#over) {
      this.#wait(this.#quietMs);
    }
  }

  /** The connection is gone: nothing will end any more. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), milliseconds);
  }

  #end(): void {
    this.stop();
    this.#onEnd();
  }
}
