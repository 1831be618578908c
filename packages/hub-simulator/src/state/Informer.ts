import type { Clock } from '../clock';
import type { KubernetesObject } from '../types/kubernetes';
import type { Entry } from './Entry';
import type { Reader, StoreEvent } from './Reader';

/** A copy of a store that follows it with a delay. Entries are shared, not copied. */
export class Informer<T extends KubernetesObject, F> implements Reader<T, F> {
  readonly #entries: Map<string, Entry<T, F>>;
  readonly #listeners = new Set<(event: StoreEvent<T, F>) => void>();
  readonly #unsubscribe: () => void;
  #sorted: Entry<T, F>[] | undefined;

  constructor(options: { store: Reader<T, F>; clock: Clock; lagMs: number }) {
    const { store, clock, lagMs } = options;
    this.#entries = new Map(
      store.entries().map(entry => [keyOf(entry.name, entry.namespace), entry]),
    );
    this.#unsubscribe = store.subscribe(event => {
      clock.after(lagMs, () => this.#take(event));
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.entry(name, namespace)?.object;
  }

  entry(name: string, namespace?: string): Entry<T, F> | undefined {
    return this.#entries.get(keyOf(name, namespace));
  }

  entries(): readonly Entry<T, F>[] {
    this.#sorted ??= [...this.#entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry);
    return this.#sorted;
  }

  list(): T[] {
    return this.entries().map(entry => entry.object);
  }

  subscribe(listener: (event: StoreEvent<T, F>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows no longer, as when its server ends. */
  stop(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #take(event: StoreEvent<T, F>): void {
    const key = keyOf(event.entry.name, event.entry.namespace);
    if (event.type === 'DELETED') this.#entries.delete(key);
    else this.#entries.set(key, event.entry);
    this.#sorted = undefined;
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function keyOf(name: string, namespace = ''): string {
  return `${namespace}/${name}`;
}
