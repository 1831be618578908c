import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type { Lease, LeaseStore } from '../store/LeaseStore';
import { Hold } from './Hold';

const WAIT_MS = 30_000;
const RETRY_MS = 500;

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
