import type { Clock } from '../clock';
import type { KubernetesObject } from '../types/kubernetes';
import { DelayLine } from './DelayLine';
import type { Entry } from './Entry';
import type { Reader, StoreEvent } from './Reader';

/** Which object, within one kind. */
export interface ObjectKey {
  name: string;
  namespace?: string;
}

/**
 * A copy of a store that follows it, with a delay if there is a lag. Entries are
 * shared, not copied. As in client-go, what the copy does not know is ADDED,
 * and a deletion of what it does not know is told to nobody.
 */
export class Informer<T extends KubernetesObject, F> implements Reader<T, F> {
  readonly #store: Reader<T, F>;
  readonly #underWay: DelayLine<StoreEvent<T, F>>;
  readonly #entries = new Map<string, Entry<T, F>>();
  readonly #listeners = new Set<(event: StoreEvent<T, F>) => void>();
  readonly #unsubscribe: () => void;
  #isConnected = true;
  #resourceVersion: string;
  /** sorting is dear in a fleet, and needed only when objects come or go */
  #keys: string[] | undefined;
  #sorted: Entry<T, F>[] | undefined;

  /** @param options - `lagMs`: how far it is behind, in simulated milliseconds */
  constructor(options: { store: Reader<T, F>; clock: Clock; lagMs: number }) {
    const { store, clock, lagMs } = options;
    this.#store = store;
    this.#underWay = new DelayLine({ clock, give: event => this.#take(event) });
    for (const entry of store.entries()) {
      this.#entries.set(keyOf(entry), entry);
    }
    // They came in order.
    this.#keys = [...this.#entries.keys()];
    this.#resourceVersion = store.resourceVersion;
    this.#unsubscribe = store.subscribe(event => {
      if (this.#isConnected) this.#underWay.push(event, lagMs);
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.entry(name, namespace)?.object;
  }

  entry(name: string, namespace?: string): Entry<T, F> | undefined {
    return this.#entries.get(keyOf({ name, namespace }));
  }

  entries(): readonly Entry<T, F>[] {
    this.#keys ??= [...this.#entries.keys()].sort();
    this.#sorted ??= this.#keys.map(key => this.#entries.get(key)!);
    return this.#sorted;
  }

  list(): T[] {
    return this.entries().map(entry => entry.object);
  }

  subscribe(listener: (event: StoreEvent<T, F>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loses its watch: what happens now is not seen before {@link relist}. */
  disconnect(): void {
    this.#isConnected = false;
    this.#underWay.clear();
  }

  /**
   * Lists anew, as after a lost watch. What is new or has changed is told; what
   * is gone leaves the copy without a DELETED (F10.1.7).
   *
   * @param missing - objects that this list lacks although the store has them
   */
  relist(missing: readonly ObjectKey[] = []): void {
    this.#underWay.clear();
    this.#isConnected = true;
    const absent = new Set(missing.map(keyOf));
    const listed = this.#store
      .entries()
      .filter(entry => !absent.has(keyOf(entry)));
    const keys = new Set(listed.map(keyOf));
    for (const key of this.#entries.keys()) {
      if (!keys.has(key)) this.#entries.delete(key);
    }
    this.#keys = undefined;
    this.#sorted = undefined;
    for (const entry of listed) {
      if (this.#entries.get(keyOf(entry)) === entry) continue;
      this.#take({ type: 'MODIFIED', entry });
    }
    this.#resourceVersion = this.#store.resourceVersion;
  }

  /** Follows no longer, as when its server ends. */
  stop(): void {
    this.#unsubscribe();
    this.#listeners.clear();
    this.#underWay.clear();
  }

  #take({ type, entry }: StoreEvent<T, F>): void {
    const key = keyOf(entry);
    this.#resourceVersion = String(entry.resourceVersion);
    const isKnown = this.#entries.has(key);
    if (type === 'DELETED') {
      if (!this.#entries.delete(key)) return;
    } else this.#entries.set(key, entry);
    if (!isKnown || type === 'DELETED') this.#keys = undefined;
    this.#sorted = undefined;
    const isChange = type !== 'DELETED';
    const seenAs = isKnown ? 'MODIFIED' : 'ADDED';
    const event = { type: isChange ? seenAs : type, entry } as const;
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function keyOf({ name, namespace = '' }: ObjectKey): string {
  return `${namespace}/${name}`;
}
