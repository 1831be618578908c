import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  DelegateBackoff,
  ExponentialBackoff,
  handleWhen,
  type IBreaker,
  retry,
  type RetryPolicy,
} from 'cockatiel';
import { HubError } from './HubError';

const FAILURES = 3;
const FOR_AT_LEAST_MS = 15_000;
const LONGEST_WAIT_MS = 10_000;

/** Opens after enough failures in a row over enough time: a blip is no outage. */
export class OutageBreaker implements IBreaker {
  #failures = 0;
  #firstFailureAt?: number;
  /** The same by `performance.now()`. */
  #failingFrom?: number;

  /** When the row of failures began; undefined after a success. */
  get failingSince(): number | undefined {
    return this.#firstFailureAt;
  }

  get state(): unknown {
    return { failures: this.#failures, since: this.#firstFailureAt };
  }

  success(): void {
    this.#failures = 0;
    this.#firstFailureAt = undefined;
    this.#failingFrom = undefined;
  }

  failure(state: CircuitState): boolean {
    // The clock may be set while a hub is away: it tells the moment, not the span.
    const now = performance.now();
    this.#failures += 1;
    this.#firstFailureAt ??= Date.now();
    this.#failingFrom ??= now;
    return (
      state === CircuitState.HalfOpen ||
      (this.#failures >= FAILURES && now - this.#failingFrom >= FOR_AT_LEAST_MS)
    );
  }
}

export function outagePolicy(breaker: OutageBreaker): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhen(error => error instanceof HubError && error.isOutage),
    {
      breaker,
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: 1_000,
        maxDelay: 10_000,
      }),
    },
  );
}

/** Repeats a read that may well work the next moment. Never used for writes. */
export function readRetry(): RetryPolicy {
  return retry(
    handleWhen(error => error instanceof HubError && mayPass(error)),
    {
      maxAttempts: 2,
      backoff: new DelegateBackoff(({ attempt, result }) => {
        const error = 'error' in result ? result.error : undefined;
        const asked = error instanceof HubError ? error.retryAfterMs ?? 0 : 0;
        // Whoever else was told to wait comes back at the same moment.
        return asked + Math.random() * 250 * 2 ** attempt;
      }),
    },
  );
}

function mayPass(error: HubError): boolean {
  if ((error.retryAfterMs ?? 0) > LONGEST_WAIT_MS) {
    return false;
  }
  if (error.status === undefined) {
    return error.class === 'refused' || error.class === 'other';
  }
  return [429, 502, 503].includes(error.status) && !error.isTooLarge;
}
