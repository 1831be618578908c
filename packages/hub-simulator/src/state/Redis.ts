import type { Clock } from '../clock';
import type {
  ApplicationTree,
  ClusterInfo,
  ManagedResource,
} from '../types/argocd';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface Cached<T> {
  value: T | (() => T);
  expiresAt: number;
  version: number;
}

/**
 * One kind of value in Redis, with a time to live. A value may be given as a
 * function, which is called when somebody reads it.
 */
export class RedisMap<T> {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #skipMs: number;
  readonly #values = new Map<string, Cached<T>>();
  readonly #written = new Map<string, { text: string; until: number }>();
  readonly #listeners = new Set<(key: string) => void>();
  #lastVersion = 0;

  constructor(options: {
    clock: Clock;
    /** after this time a value is gone, in simulated milliseconds */
    ttlMs: number;
    /** for so long a writer does not repeat an equal value; default 0 */
    skipMs?: number;
  }) {
    this.#clock = options.clock;
    this.#ttlMs = options.ttlMs;
    this.#skipMs = options.skipMs ?? 0;
  }

  get(key: string): T | undefined {
    const cached = this.#values.get(key);
    if (!cached) return undefined;
    if (cached.expiresAt <= this.#clock.now()) {
      this.#values.delete(key);
      return undefined;
    }
    const { value } = cached;
    return typeof value === 'function' ? (value as () => T)() : value;
  }

  /** A number that changes when the value does; 0 when there is none. */
  versionOf(key: string): number {
    return this.#values.get(key)?.version ?? 0;
  }

  set(key: string, value: T | (() => T)): void {
    const expiresAt = this.#clock.now() + this.#ttlMs;
    this.#lastVersion += 1;
    this.#values.set(key, { value, expiresAt, version: this.#lastVersion });
    this.#tell(key);
  }

  /**
   * Tells the key whenever a value is written, also when it was the same and the
   * writer skipped it; returns how to stop that.
   */
  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Renews the time to live of a value; false when there is none. */
  touch(key: string): boolean {
    const cached = this.#values.get(key);
    if (cached) cached.expiresAt = this.#clock.now() + this.#ttlMs;
    return !!cached;
  }

  /**
   * Writes as the controller does: what it wrote a short while ago it does not
   * write again, also when Redis has lost it meanwhile (F10.2.4).
   */
  write(key: string, value: T): void {
    const now = this.#clock.now();
    const text = JSON.stringify(value);
    const last = this.#written.get(key);
    if (last?.text === text && last.until > now) {
      this.touch(key);
      this.#tell(key);
      return;
    }
    if (this.#skipMs) {
      this.#written.set(key, { text, until: now + this.#skipMs });
    }
    this.set(key, value);
  }

  delete(key: string): void {
    this.#values.delete(key);
    this.#written.delete(key);
  }

  /** Loses every value; writers still remember what they wrote. */
  flush(): void {
    this.#values.clear();
  }

  #tell(key: string): void {
    for (const listener of [...this.#listeners]) listener(key);
  }
}

/** What Argo CD keeps in Redis only. */
export class Redis {
  /** resource trees by `namespace/name` of the application */
  readonly trees: RedisMap<ApplicationTree>;
  /** live and target state by `namespace/name` of the application */
  readonly managedResources: RedisMap<ManagedResource[]>;
  /** what the controller says of a cluster, by server URL */
  readonly clusterInfo: RedisMap<ClusterInfo>;

  constructor(clock: Clock) {
    const state = { clock, ttlMs: HOUR_MS, skipMs: 10 * MINUTE_MS };
    this.trees = new RedisMap(state);
    this.managedResources = new RedisMap(state);
    this.clusterInfo = new RedisMap({ clock, ttlMs: 10 * MINUTE_MS });
  }

  flush(): void {
    this.trees.flush();
    this.managedResources.flush();
    this.clusterInfo.flush();
  }
}
