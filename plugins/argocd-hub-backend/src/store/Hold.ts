import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, LeaseStore } from './LeaseStore';

/** Shares of the time that a lease lasts. */
const RENEW_AFTER = 1 / 3;
const GIVE_UP_AFTER = 2 / 3;

/** A lease that is renewed for as long as it is needed, and never taken anew. */
export class Hold {
  readonly lease: Lease;
  readonly #leases: LeaseStore;
  readonly #ended = new AbortController();
  readonly #lost = new AbortController();
  readonly #renewing: Promise<void>;
  /** By `performance.now()`: what counts is how long ago, not what the clock says. */
  #renewedAt: number;

  /** Undefined while another holder has it. */
  static async take(
    leases: LeaseStore,
    resource: string,
  ): Promise<Hold | undefined> {
    const since = performance.now();
    const lease = await leases.acquire(resource);
    return lease && new Hold(leases, lease, since);
  }

  private constructor(leases: LeaseStore, lease: Lease, since: number) {
    this.#leases = leases;
    this.lease = lease;
    this.#renewedAt = since;
    this.#renewing = this.#renew();
  }

  /** False once somebody else may have the lease. */
  get isSure(): boolean {
    const age = performance.now() - this.#renewedAt;
    return !this.lost.aborted && age <= GIVE_UP_AFTER * this.#leases.ttlMs;
  }

  /** Aborts when the database says that the lease is ours no longer. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Frees the lease for others. */
  async release(): Promise<void> {
    await this.#end();
    await this.#leases.release(this.lease);
  }

  /** The same, for a thing that is seldom leased twice: leaves nothing behind. */
  async drop(): Promise<void> {
    await this.#end();
    await this.#leases.drop(this.lease);
  }

  async #end(): Promise<void> {
    this.#ended.abort();
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    while (!this.lost.aborted) {
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
      if (await this.#leases.renew(this.lease)) {
        this.#renewedAt = asked;
      } else {
        this.#lost.abort();
      }
    } catch {
      // `isSure` tells when that lasts too long.
    }
  }
}
