import { randomUUID } from 'node:crypto';
import type { Placement, Placements } from 'backstage-plugin-argocd-hub-common';
import { restAfter } from '../async/rest';
import { PlacementDigest } from './PlacementDigest';
import type { PlacementSnapshot } from './placements';

/** Changes remembered for readers that were away; beyond it they get everything. */
const MAX_LOG = 20_000;
/** Without a hint (another replica writes) it is asked after this time whether placements changed. */
const MAX_AGE_MS = 10_000;
/** Computing takes at most this part of the time. */
const SHARE = 0.05;
/** However long it took, what is told was true not longer ago than this, in milliseconds. */
const LONGEST_REST_MS = 60_000;
/** Where nobody waits for it, changes are gathered. */
const SHORTEST_REST_MS = 1_000;

/** What placements are computed of. */
export interface PlacementSource {
  /**
   * Opaque, and cheap to tell: while it is the same, so are placements. Those
   * that are computed after it was asked are at least as new.
   */
  version(): Promise<string>;
  compute(): Promise<PlacementSnapshot>;
}

/**
 * Placements as a feed of changes. A cursor is a place in the log of this
 * process, and what all placements were there. One of another process gets
 * nothing where that is the same here; else, or when it is too old, everything.
 */
export class PlacementFeed {
  readonly #source: PlacementSource;
  readonly #now: () => number;
  readonly #instance = randomUUID();
  #current: PlacementSnapshot | undefined;
  /** Of what was there before the current ones were computed. */
  #version: string | undefined;
  /** Entity refs, oldest first; the first has number `#logStart`. */
  #log: string[] = [];
  #logStart = 0;
  readonly #digest = new PlacementDigest();
  #stale = true;
  #computedAt = -Infinity;
  /** When they were found to be true, or were computed. */
  #confirmedAt = -Infinity;
  #spentMs = 0;
  /** When it failed, nobody who does not wait for it tries again before this. */
  #retryAt = -Infinity;
  #running: Promise<PlacementSnapshot> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param options.now - milliseconds, of a clock that is never set; another one for tests */
  constructor(source: PlacementSource, options: { now?: () => number } = {}) {
    this.#source = source;
    this.#now = options.now ?? (() => performance.now());
  }

  /** A hint that something changed: once anybody has looked, that is computed anew. */
  invalidate(): void {
    this.#stale = true;
    this.#renewLater();
  }

  /** As they were some seconds ago, perhaps; what changed since is computed for those who look later. */
  async snapshot(): Promise<PlacementSnapshot> {
    this.#renewLater();
    return this.#current ?? this.#update();
  }

  /** As they were a minute ago or later: one waits for it only where they changed in a quiet time. */
  async recent(): Promise<PlacementSnapshot> {
    const isRecent = this.#now() - this.#confirmedAt < LONGEST_REST_MS;
    return isRecent ? this.snapshot() : this.#update();
  }

  /** From now on nothing is computed but for those who wait for it. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** What changed since the cursor, or everything. */
  async since(cursor: string | undefined): Promise<Placements> {
    const { placements, trustworthy, settled } = await this.#update();
    const position = this.#positionOf(cursor);
    const common = {
      cursor: `${this.#instance}.${this.#end}.${this.#digest}`,
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

  /** Nobody waits for it; what cannot be computed now is tried again. */
  #renewLater(): void {
    if (!this.#current || this.#stopped || !this.#isOld) {
      return;
    }
    const dueAt = Math.max(this.#restUntil(SHORTEST_REST_MS), this.#retryAt);
    const waitMs = dueAt - this.#now();
    if (waitMs <= 0) {
      // It may be old again by then: there was a hint while it was computed.
      const again = () => this.#renewLater();
      this.#update().then(again, again);
    } else if (!this.#timer) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#renewLater();
      }, waitMs).unref();
    }
  }

  async #update(): Promise<PlacementSnapshot> {
    this.#running ??= this.#updateOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #updateOnce(): Promise<PlacementSnapshot> {
    const known = this.#current;
    if (known && (!this.#isOld || this.#now() < this.#restUntil(0))) {
      return known;
    }
    this.#stale = false;
    try {
      const version = await this.#source.version();
      const next =
        known && version === this.#version ? known : await this.#compute();
      this.#version = version;
      this.#confirmedAt = this.#now();
      return next;
    } catch (error) {
      this.#stale = true;
      this.#retryAt = this.#now() + MAX_AGE_MS;
      throw error;
    }
  }

  async #compute(): Promise<PlacementSnapshot> {
    const startedAt = this.#now();
    const next = await this.#source.compute();
    this.#record(this.#current?.placements ?? new Map(), next.placements);
    this.#current = next;
    this.#computedAt = this.#now();
    this.#spentMs = this.#computedAt - startedAt;
    return next;
  }

  /** Number of the next entry of the log. */
  get #end(): number {
    return this.#logStart + this.#log.length;
  }

  get #isOld(): boolean {
    return this.#stale || this.#now() - this.#confirmedAt >= MAX_AGE_MS;
  }

  #restUntil(shortestMs: number): number {
    const restMs = restAfter(this.#spentMs, {
      share: SHARE,
      shortestMs: 0,
      longestMs: LONGEST_REST_MS,
    });
    return Math.max(
      this.#computedAt + restMs,
      // To ask whether they changed costs little, but not nothing.
      this.#confirmedAt + shortestMs,
    );
  }

  #record(before: Map<string, Placement>, after: Map<string, Placement>) {
    for (const [entityRef, placement] of after) {
      const known = before.get(entityRef);
      if (!known || !same(known, placement)) {
        this.#log.push(entityRef);
        this.#digest.change(known, placement);
      }
    }
    for (const [entityRef, placement] of before) {
      if (!after.has(entityRef)) {
        this.#log.push(entityRef);
        this.#digest.change(placement, undefined);
      }
    }
    const surplus = this.#log.length - MAX_LOG;
    if (surplus > 0) {
      this.#log = this.#log.slice(surplus);
      this.#logStart += surplus;
    }
  }

  /** Index in the log, undefined when everything has to be sent. */
  #positionOf(cursor: string | undefined): number | undefined {
    const [instance, number, digest] = cursor?.split('.') ?? [];
    if (digest === this.#digest.toString()) {
      return this.#log.length;
    }
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
