import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type { Lease, LeaseStore } from '../store/types';

const WAIT_MS = 30_000;
const RETRY_MS = 500;
/** Shares of the time that a lease lasts. */
const RENEW_AFTER = 1 / 3;
const GIVE_UP_AFTER = 2 / 3;

/** Throws once somebody else may touch the thing: to be called before each write. */
export type AssertAlone = () => void;

/**
 * Lets one piece of work at a time touch a thing: in this process by waiting, and
 * across replicas by a lease, which is renewed while the work goes on.
 */
export class Exclusive {
  readonly #leases: LeaseStore;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(leases: LeaseStore) {
    this.#leases = leases;
  }

  /** @throws ConflictError when another replica works on it for too long, or may do so by now */
  async run<T>(
    resource: string,
    work: (assertAlone: AssertAlone) => Promise<T>,
  ): Promise<T> {
    const before = this.#last.get(resource) ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(() => this.#withLease(resource, work));
    this.#last.set(resource, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(resource) === mine) this.#last.delete(resource);
    }
  }

  async #withLease<T>(
    resource: string,
    work: (assertAlone: AssertAlone) => Promise<T>,
  ): Promise<T> {
    const asked = performance.now();
    const lease = await this.#acquire(resource);
    const hold = new Hold({ leases: this.#leases, lease, since: asked });
    try {
      return await work(() => hold.assert());
    } finally {
      await hold.end();
    }
  }

  async #acquire(resource: string): Promise<Lease> {
    const giveUpAt = Date.now() + WAIT_MS;
    for (;;) {
      const lease = await this.#leases.acquire(resource);
      if (lease) return lease;
      if (Date.now() > giveUpAt) {
        throw new ConflictError(
          'Somebody else is changing this cluster just now. Try again in a minute.',
        );
      }
      await delay(RETRY_MS);
    }
  }
}

/** A lease that is renewed for as long as it is needed. */
class Hold {
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
    const renewed = await this.#leases
      .acquire(this.#lease.resource)
      .catch(() => 'unreachable' as const);
    if (renewed === 'unreachable') return;
    // Later than that it may have run out, been had by somebody else and dropped.
    const inTime = performance.now() - this.#renewedAt < this.#leases.ttlMs;
    if (inTime && renewed?.epoch === this.#lease.epoch) {
      this.#renewedAt = asked;
      return;
    }
    this.#lost = true;
    // Had anew, after somebody else may have had it.
    if (renewed) await this.#leases.drop(renewed).catch(() => undefined);
  }
}
