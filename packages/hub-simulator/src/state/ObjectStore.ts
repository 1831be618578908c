import { randomUUID } from 'node:crypto';
import type { KubernetesObject, ObjectMeta } from '../types/kubernetes';
import { Entry } from './Entry';
import { Indexes, type IndexFunctions } from './Indexes';
import { Recent } from './Recent';
import type { Reader, StoreEvent } from './Reader';
import type { Revisions } from './Revisions';

export class ConflictError extends Error {}
export class AlreadyExistsError extends Error {}

export interface StoreOptions<T extends KubernetesObject, F> {
  revisions: Revisions;
  timestamp: () => string;
  /** keep bytes instead of objects; see {@link Entry} */
  packed?: boolean;
  /** what is kept of every object beside it; default: nothing */
  facts?: (object: T) => F;
  /** what the API server adds to an object that is written; default: nothing */
  complete?: (object: T) => T;
  /** by which keys entries are found, by the name of the index */
  indexes?: IndexFunctions<T>;
}

/** Objects of one kind by namespace and name, with change events. */
export class ObjectStore<T extends KubernetesObject, F = unknown>
  implements Reader<T, F>
{
  readonly #options: StoreOptions<T, F>;
  readonly #revisions: Revisions;
  readonly #entries = new Map<string, Entry<T, F>>();
  readonly #indexes: Indexes<T>;
  readonly #listeners = new Set<(event: StoreEvent<T, F>) => void>();
  readonly #queue: StoreEvent<T, F>[] = [];
  #resourceVersion: string;
  readonly #recent: Recent | undefined;
  #keys: string[] | undefined;
  #sorted: Entry<T, F>[] | undefined;

  constructor(options: StoreOptions<T, F>) {
    this.#options = options;
    this.#revisions = options.revisions;
    this.#resourceVersion = options.revisions.last;
    this.#recent = options.packed ? new Recent() : undefined;
    this.#indexes = new Indexes(options.indexes ?? {});
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
    return this.#entries.get(key(name, namespace));
  }

  /** Every entry, sorted by namespace and name. */
  entries(): readonly Entry<T, F>[] {
    this.#keys ??= [...this.#entries.keys()].sort();
    this.#sorted ??= this.#keys.map(id => this.#entries.get(id)!);
    return this.#sorted;
  }

  /** The entries that an index has under a key, in no particular order. */
  indexed(index: string, value: string): Entry<T, F>[] {
    return [...this.#indexes.find(index, value)].map(
      id => this.#entries.get(id)!,
    );
  }

  /** How many entries an index has under a key. */
  countIndexed(index: string, value: string): number {
    return this.#indexes.find(index, value).size;
  }

  list(): T[] {
    return this.entries().map(entry => entry.object);
  }

  /** Stores a new object with uid, resource version and creation time. */
  create(given: T): T {
    const object = this.#complete(given);
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
          object.metadata.creationTimestamp ?? this.#options.timestamp(),
      },
    };
    this.#put('ADDED', stored);
    return stored;
  }

  /** Replaces an object. A resource version in `object` must be the stored one. */
  replace(object: T): T {
    const { name, namespace } = object.metadata;
    const current = this.get(name, namespace);
    if (!current) throw new Error(`"${name}" not found`);
    return this.#replace(object, current.metadata);
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
    const before = entry.json;
    const draft = JSON.parse(before) as T;
    const current = { ...draft.metadata };
    change(draft);
    if (JSON.stringify(draft) === before) return draft;
    return this.#replace(draft, current);
  }

  delete(name: string, namespace?: string): T | undefined {
    const id = key(name, namespace);
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    this.#entries.delete(id);
    this.#indexes.delete(id);
    this.#keys = undefined;
    this.#sorted = undefined;
    const last = {
      ...entry.object,
      metadata: {
        ...entry.object.metadata,
        resourceVersion: this.#revisions.next(),
      },
    };
    this.#resourceVersion = last.metadata.resourceVersion;
    this.#emit({ type: 'DELETED', entry: this.#entryOf(last) });
    return last;
  }

  subscribe(listener: (event: StoreEvent<T, F>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts objects back as they were saved, without events. */
  restore(objects: readonly T[]): void {
    for (const object of objects) {
      this.#set(object);
      this.#revisions.advanceTo(object.metadata.resourceVersion ?? '0');
    }
    this.#resourceVersion = this.#revisions.last;
  }

  #complete(object: T): T {
    return this.#options.complete?.(object) ?? object;
  }

  #replace(given: T, current: ObjectMeta): T {
    const object = this.#complete(given);
    const { resourceVersion } = object.metadata;
    if (resourceVersion && resourceVersion !== current.resourceVersion) {
      throw new ConflictError(
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    const stored: T = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: current.uid,
        creationTimestamp: current.creationTimestamp,
        resourceVersion: this.#revisions.next(),
      },
    };
    this.#put('MODIFIED', stored);
    return stored;
  }

  #put(type: 'ADDED' | 'MODIFIED', object: T): void {
    const entry = this.#set(object);
    this.#resourceVersion = object.metadata.resourceVersion ?? '';
    this.#emit({ type, entry });
  }

  #set(object: T): Entry<T, F> {
    const entry = this.#entryOf(object);
    const id = key(object.metadata.name, object.metadata.namespace);
    if (!this.#entries.has(id)) this.#keys = undefined;
    this.#sorted = undefined;
    this.#entries.set(id, entry);
    this.#indexes.set(id, object);
    return entry;
  }

  #entryOf(object: T): Entry<T, F> {
    const facts = this.#options.facts?.(object) as F;
    return new Entry(object, { facts, recent: this.#recent });
  }

  /**
   * In order for every listener, also when one of them writes meanwhile. One
   * that throws keeps nothing from the others; its error is thrown at the end.
   */
  #emit(event: StoreEvent<T, F>): void {
    this.#queue.push(event);
    if (this.#queue.length > 1) return;
    const errors: unknown[] = [];
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(next);
        } catch (error) {
          errors.push(error);
        }
      }
      this.#queue.shift();
    }
    if (errors.length) throw errors[0];
  }
}

function key(name: string, namespace = ''): string {
  return `${namespace}/${name}`;
}
