import { BrokenCircuitError, CircuitState } from 'cockatiel';
import { HubError } from './HubError';
import { OutageBreaker, outagePolicy } from './outage';
import { type Settled, valueOf } from './settled';

/**
 * Stops reads of a hub that is down, and lets one at a time find out whether it
 * is back.
 */
export class OutageGuard {
  readonly #breaker = new OutageBreaker();
  readonly #circuit = outagePolicy(this.#breaker);
  #lastError?: HubError;
  #failures = 0;

  /** Since when every read fails, in milliseconds; undefined unless that is an outage. */
  get downSince(): number | undefined {
    return this.#circuit.state === CircuitState.Closed
      ? undefined
      : this.#breaker.failingSince;
  }

  /** How many reads ever failed in a way that speaks for an outage. */
  get failures(): number {
    return this.#failures;
  }

  /** Throws BrokenCircuitError at once while the hub is down. */
  async run<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#circuit.state === CircuitState.HalfOpen) {
      // One call is finding out; the others do not wait for its deadline.
      throw new BrokenCircuitError();
    }
    const settled = await this.#circuit.execute(
      async (): Promise<Settled<T>> => {
        const isTest = this.#circuit.state !== CircuitState.Closed;
        try {
          return { value: await read() };
        } catch (error) {
          return { error: this.#judged(error, isTest && signal?.aborted) };
        }
      },
    );
    return valueOf(settled);
  }

  /** Says why reads are not even tried; every other error as it is. */
  explained(error: unknown): unknown {
    if (!(error instanceof BrokenCircuitError)) {
      return error;
    }
    const last = this.#lastError;
    return new HubError({
      class: last?.class ?? 'other',
      status: last?.status,
      message: `The hub is down: ${last?.message ?? 'it does not answer'}`,
    });
  }

  /**
   * Throws what speaks for an outage or says nothing about the hub, and answers
   * every other error: the hub said something.
   */
  #judged(error: unknown, isTestGivenUp = false): unknown {
    if (isTestGivenUp) {
      // The circuit takes every error that it does not know for a sign of life.
      throw new HubError({ class: 'other', message: 'The call was given up' });
    }
    if (!(error instanceof HubError)) {
      throw error;
    }
    if (error.isOutage) {
      this.#lastError = error;
      this.#failures += 1;
      throw error;
    }
    return error;
  }
}
