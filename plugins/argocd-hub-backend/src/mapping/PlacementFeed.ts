import { randomUUID } from 'node:crypto';
import type { Placement, Placements } from 'backstage-plugin-argocd-hub-common';
import type { PlacementSnapshot } from './placements';

/** Changes remembered for readers that were away; beyond it they get everything. */
const MAX_LOG = 20_000;
/** Without a hint (another replica writes) placements are computed anew after this time. */
const MAX_AGE_MS = 10_000;
/** Computing takes at most this part of the time. */
const SHARE = 0.05;

/**
 * Placements as a feed of changes. A cursor is a place in the log of this
 * process; one of another process, or one that is too old, gets everything.
 */
export class PlacementFeed {
  readonly #compute: () => Promise<PlacementSnapshot>;
  readonly #now: () => number;
  readonly #instance = randomUUID();
  #current: PlacementSnapshot = {
    placements: new Map(),
    byApplication: new Map(),
    byCluster: new Map(),
    trustworthy: false,
    settled: [],
  };
  /** Entity refs, oldest first; the first has number `#logStart`. */
  #log: string[] = [];
  #logStart = 0;
  #stale = true;
  #computedAt = -Infinity;
  #spent = 0;
  #running: Promise<void> | undefined;

  constructor(options: {
    compute: () => Promise<PlacementSnapshot>;
    now?: () => number;
  }) {
    this.#compute = options.compute;
    this.#now = options.now ?? Date.now;
  }

  /** A hint that something changed. */
  invalidate(): void {
    this.#stale = true;
  }

  /** As last computed, which may be some seconds ago; computed anew for those who look later. */
  async snapshot(): Promise<PlacementSnapshot> {
    if (this.#computedAt === -Infinity) {
      await this.#update();
    } else if (this.#now() - this.#computedAt >= MAX_AGE_MS) {
      // What cannot be computed now is computed for who looks next.
      this.#update().catch(() => {});
    }
    return this.#current;
  }

  /** What changed since the cursor, or everything. */
  async since(cursor: string | undefined): Promise<Placements> {
    await this.#update();
    const { placements, trustworthy, settled } = this.#current;
    const position = this.#positionOf(cursor);
    const common = {
      cursor: `${this.#instance}.${this.#logStart + this.#log.length}`,
      trustworthy,
      ...(!trustworthy && { settled }),
    };
    if (position === undefined) {
      return { ...common, complete: true, items: [...placements.values()] };
    }
    const changed = new Set(this.#log.slice(position));
    const items = [...changed].map(
      entityRef =>
        placements.get(entityRef) ?? {
          entityRef,
          clusters: [],
          environments: [],
        },
    );
    return { ...common, complete: false, items };
  }

  async #update(): Promise<void> {
    this.#running ??= this.#updateOnce().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #updateOnce(): Promise<void> {
    const age = this.#now() - this.#computedAt;
    const due = this.#stale || age >= MAX_AGE_MS;
    if (!due || age < this.#spent / SHARE) {
      return;
    }
    const startedAt = this.#now();
    this.#stale = false;
    try {
      const next = await this.#compute();
      this.#record(this.#current.placements, next.placements);
      this.#current = next;
    } catch (error) {
      this.#stale = true;
      throw error;
    } finally {
      this.#computedAt = this.#now();
      this.#spent = this.#computedAt - startedAt;
    }
  }

  #record(before: Map<string, Placement>, after: Map<string, Placement>) {
    for (const [entityRef, placement] of after) {
      const known = before.get(entityRef);
      if (!known || !same(known, placement)) this.#log.push(entityRef);
    }
    for (const entityRef of before.keys()) {
      if (!after.has(entityRef)) this.#log.push(entityRef);
    }
    const surplus = this.#log.length - MAX_LOG;
    if (surplus > 0) {
      this.#log = this.#log.slice(surplus);
      this.#logStart += surplus;
    }
  }

  /** Index in the log, undefined when everything has to be sent. */
  #positionOf(cursor: string | undefined): number | undefined {
    const [instance, number] = cursor?.split('.') ?? [];
    const position = Number(number) - this.#logStart;
    const isOurs =
      instance === this.#instance &&
      Number.isInteger(position) &&
      position >= 0 &&
      position <= this.#log.length;
    return isOurs ? position : undefined;
  }
}

function same(a: Placement, b: Placement): boolean {
  return (
    a.clusters.join() === b.clusters.join() &&
    a.environments.join() === b.environments.join()
  );
}
