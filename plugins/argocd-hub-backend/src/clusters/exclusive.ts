import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type { LeaseStore } from '../store/types';

const WAIT_MS = 30_000;
const RETRY_MS = 500;
const RENEW_MS = 10_000;

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

  /** @throws ConflictError when another replica works on it for too long */
  async run<T>(resource: string, work: () => Promise<T>): Promise<T> {
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

  async #withLease<T>(resource: string, work: () => Promise<T>): Promise<T> {
    const lease = await this.#acquire(resource);
    const renewal = setInterval(() => {
      this.#leases.acquire(resource).catch(() => undefined);
    }, RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(renewal);
      await this.#leases.release(lease).catch(() => undefined);
    }
  }

  async #acquire(resource: string) {
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
