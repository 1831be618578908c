import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type { Lease, LeaseStore } from '../store/LeaseStore';

/** Shares of the time that a lease lasts. */
const RENEW_AFTER = 1 / 3;
const GIVE_UP_AFTER = 2 / 3;

/** A lease that is renewed for as long as it is needed. */
export class Hold {
  readonly #leases: LeaseStore;
  readonly #lease: Lease;
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  /** By `performance.now()`: what counts is how long ago, not what the clock says. */
  #renewedAt: number;
  #lost = false;

  constructor(options: { leases: LeaseStore; lease: Lease; since: number }) {
    this.#leases = options.leases;
    this.#lease = options.lease;
    this.#renewedAt = options.since;
    this.#renewing = this.#renew();
  }

  /** Throws ConflictError once somebody else may have the lease. */
  assert(): void {
    const age = performance.now() - this.#renewedAt;
    if (this.#lost || age > GIVE_UP_AFTER * this.#leases.ttlMs) {
      throw new ConflictError(
        'Somebody else may be changing this cluster by now, because this replica could not keep it to itself. Nothing more was changed. Try again in a minute.',
      );
    }
  }

  /** Leaves nothing behind. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#renewing;
    await this.#leases.drop(this.#lease).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    while (!this.#lost) {
      await delay(RENEW_AFTER * this.#leases.ttlMs, undefined, {
        signal,
        ref: false,
      }).catch(() => undefined);
      if (signal.aborted) return;
      await this.#renewOnce();
    }
  }

  /** While the database cannot be reached, it is tried again. */
  async #renewOnce(): Promise<void> {
    const asked = performance.now();
    try {
      if (await this.#leases.renew(this.#lease)) {
        this.#renewedAt = asked;
      } else {
        this.#lost = true;
      }
    } catch {
      // `assert` tells when that lasts too long.
    }
  }
}
