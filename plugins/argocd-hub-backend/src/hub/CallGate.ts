import { ServiceUnavailableError } from '@backstage/errors';
import { unlessAborted } from '../async/unlessAborted';

/**
 * Lets so many calls run at once. The others wait in order, for a while only;
 * a deadline of the call itself begins with its turn.
 */
export class CallGate {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #longestWaitMs: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: {
    atOnce: number;
    mostWaiting: number;
    longestWaitMs: number;
  }) {
    this.#atOnce = options.atOnce;
    this.#mostWaiting = options.mostWaiting;
    this.#longestWaitMs = options.longestWaitMs;
  }

  /** Throws ServiceUnavailableError when the turn does not come, and the signal's reason once it aborts. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#atOnce) {
      await this.#turn(signal);
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  /** The place of who leaves goes to the first who waits. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
    } else {
      this.#running -= 1;
    }
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new ServiceUnavailableError(
        `${
          this.#mostWaiting
        } calls to the hub are waiting already; try again later`,
      );
    }
    let enter = () => {};
    let timer: NodeJS.Timeout | undefined;
    const turn = new Promise<void>((resolve, reject) => {
      enter = resolve;
      timer = setTimeout(() => {
        reject(
          new ServiceUnavailableError(
            `A call to the hub had to wait for others longer than ${
              this.#longestWaitMs
            } ms; try again later`,
          ),
        );
      }, this.#longestWaitMs);
    });
    this.#waiting.push(enter);
    try {
      await unlessAborted(turn, signal);
    } catch (error) {
      this.#giveUp(enter);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(enter: () => void): void {
    const position = this.#waiting.indexOf(enter);
    if (position >= 0) {
      this.#waiting.splice(position, 1);
    } else {
      // The turn came in the same moment.
      this.#pass();
    }
  }
}
