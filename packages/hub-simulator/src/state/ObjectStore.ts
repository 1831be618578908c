import { randomUUID } from 'node:crypto';
import type { KubernetesObject } from '../types/kubernetes';
import { Entry } from './Entry';

/** Hands out resource versions, which rise over all stores of one API server. */
export class Revisions {
  #last: number;

  constructor(last = 1000) {
    this.#last = last;
  }

  get last(): string {
    return String(this.#last);
  }

  next(): string {
    this.#last += 1;
    return String(this.#last);
  }

  /** Never hands out anything at or below `revision` again. */
  advanceTo(revision: string): void {
    this.#last = Math.max(this.#last, Number(revision));
  }
}

export interface StoreEvent<T extends KubernetesObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  entry: Entry<T>;
}

export class ConflictError extends Error {}
export class AlreadyExistsError extends Error {}

/** Objects of one kind by namespace and name, with change events. */
export class ObjectStore<T extends KubernetesObject> {
  readonly #revisions: Revisions;
  readonly #timestamp: () => string;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #listeners = new Set<(event: StoreEvent<T>) => void>();
  readonly #queue: StoreEvent<T>[] = [];
  #sorted: Entry<T>[] | undefined;

  constructor(options: { revisions: Revisions; timestamp: () => string }) {
    this.#revisions = options.revisions;
    this.#timestamp = options.timestamp;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.entry(name, namespace)?.object;
  }

  entry(name: string, namespace?: string): Entry<T> | undefined {
    return this.#entries.get(key(name, namespace));
  }

  /** Every entry, sorted by namespace and name. */
  entries(): readonly Entry<T>[] {
    this.#sorted ??= [...this.#entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry);
    return this.#sorted;
  }

  list(): T[] {
    return this.entries().map(entry => entry.object);
  }

  /** Stores a new object with uid, resource version and creation time. */
  create(object: T): T {
    const { name, namespace } = object.metadata;
    if (this.#entries.has(key(name, namespace))) {
      throw new AlreadyExistsError(`"${name}" already exists`);
    }
    const stored: T = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: object.metadata.uid ?? randomUUID(),
        resourceVersion: this.#revisions.next(),
        generation: object.metadata.generation ?? 1,
        creationTimestamp:
          object.metadata.creationTimestamp ?? this.#timestamp(),
      },
    };
    this.#put('ADDED', stored);
    return stored;
  }

  /** Replaces an object. A resource version in `object` must be the stored one. */
  replace(object: T): T {
    const { name, namespace, resourceVersion } = object.metadata;
    const current = this.get(name, namespace);
    if (!current) throw new Error(`"${name}" not found`);
    if (
      resourceVersion &&
      resourceVersion !== current.metadata.resourceVersion
    ) {
      throw new ConflictError(
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    const stored: T = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: current.metadata.uid,
        creationTimestamp: current.metadata.creationTimestamp,
        resourceVersion: this.#revisions.next(),
      },
    };
    this.#put('MODIFIED', stored);
    return stored;
  }

  /**
   * Changes a copy of an object in place and stores it; undefined when it is
   * gone. As with Kubernetes, a change that changes nothing is no event.
   */
  update(
    name: string,
    namespace: string | undefined,
    change: (draft: T) => void,
  ): T | undefined {
    const entry = this.entry(name, namespace);
    if (!entry) return undefined;
    const draft = structuredClone(entry.object);
    change(draft);
    if (JSON.stringify(draft) === entry.json) return entry.object;
    return this.replace(draft);
  }

  delete(name: string, namespace?: string): T | undefined {
    const id = key(name, namespace);
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    this.#entries.delete(id);
    this.#sorted = undefined;
    const last = {
      ...entry.object,
      metadata: {
        ...entry.object.metadata,
        resourceVersion: this.#revisions.next(),
      },
    };
    this.#emit({ type: 'DELETED', entry: new Entry(last) });
    return last;
  }

  subscribe(listener: (event: StoreEvent<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts objects back as they were saved, without events. */
  restore(objects: readonly T[]): void {
    for (const object of objects) {
      const { name, namespace, resourceVersion } = object.metadata;
      this.#entries.set(key(name, namespace), new Entry(object));
      this.#revisions.advanceTo(resourceVersion ?? '0');
    }
    this.#sorted = undefined;
  }

  #put(type: 'ADDED' | 'MODIFIED', object: T): void {
    const entry = new Entry(object);
    this.#entries.set(
      key(object.metadata.name, object.metadata.namespace),
      entry,
    );
    this.#sorted = undefined;
    this.#emit({ type, entry });
  }

  /** In order for every listener, also when one of them writes meanwhile. */
  #emit(event: StoreEvent<T>): void {
    this.#queue.push(event);
    if (this.#queue.length > 1) return;
    try {
      for (let next = this.#queue[0]; next; next = this.#queue[0]) {
        for (const listener of [...this.#listeners]) listener(next);
        this.#queue.shift();
      }
    } finally {
      this.#queue.length = 0;
    }
  }
}

function key(name: string, namespace = ''): string {
  return `${namespace}/${name}`;
}
