import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import { Hold } from '../store/Hold';
import type { LeaseStore } from '../store/LeaseStore';

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
    const hold = await this.#take(resource);
    try {
      return await work(() => assertSure(hold));
    } finally {
      await hold.drop().catch(() => undefined);
    }
  }

  async #take(resource: string): Promise<Hold> {
    const giveUpAt = Date.now() + WAIT_MS;
    for (;;) {
      const hold = await Hold.take(this.#leases, resource);
      if (hold) return hold;
      if (Date.now() > giveUpAt) {
        throw new ConflictError(
          'Somebody else is changing this cluster just now. Try again in a minute.',
        );
      }
      await delay(RETRY_MS);
    }
  }
}

function assertSure(hold: Hold): void {
  if (!hold.isSure) {
    throw new ConflictError(
      'Somebody else may be changing this cluster by now, because this replica could not keep it to itself. Nothing more was changed. Try again in a minute.',
    );
  }
}
