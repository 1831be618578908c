import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedHub } from './SimulatedHub';

const HEALTHS = ['Degraded', 'Progressing', 'Suspended', undefined];

/** A generator of numbers from 0 to 1 that the same seed repeats. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What people and controllers do to a hub all day: releases, health that comes
 * and goes, labels, applications made and removed. What needs the hub's port
 * while that is broken does not happen.
 */
export class Changes {
  readonly #hub: SimulatedHub;
  readonly #random: () => number;
  readonly #stopped = new AbortController();
  readonly #applications: string[];
  #running?: Promise<void>;
  #made = 0;
  #release = 0;

  constructor(options: {
    hub: SimulatedHub;
    seed: number;
    applications: string[];
  }) {
    this.#hub = options.hub;
    this.#random = randomFrom(options.seed);
    this.#applications = options.applications;
  }

  /** How many happened. */
  get made(): number {
    return this.#made;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#makeOne().then(
        () => {
          this.#made += 1;
        },
        () => undefined,
      );
      await delay(50 + this.#random() * 200, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  async #makeOne(): Promise<void> {
    const hub = this.#hub;
    const name = this.#one(this.#applications);
    const extra = `extra-${this.#one(['a', 'b', 'c', 'd', 'e'])}`;
    switch (this.#one([0, 0, 1, 2, 3, 3, 4])) {
      case 0:
        return hub.control(`/applications/${name}/health`, {
          status: this.#one(HEALTHS),
        });
      case 1:
        this.#release += 1;
        return hub.control('/repo/commit', { tag: `3.0.${this.#release}` });
      case 2:
        return hub.label(name, { team: this.#one(['red', 'blue', 'green']) });
      case 3:
        return hub.createApplication(extra, {
          labels: { team: this.#one(['red', 'blue']) },
        });
      default:
        return hub.removeApplication(extra);
    }
  }

  #one<T>(all: T[]): T {
    return all[Math.floor(this.#random() * all.length)];
  }
}
