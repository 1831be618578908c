import { randomUUID } from 'node:crypto';
import type { GenericObject } from '../../types/kubernetes';
import type { ResourceType } from '../resources';
import { storageKey, StoredObject, type SpokeEvent } from './StoredObject';

/** What all kinds of one API server share. */
export interface Ledger {
  /** the next resource version */
  next(): string;
  timestamp(): string;
  publish(event: SpokeEvent): void;
}

export class AlreadyExistsError extends Error {}

/** The objects of one kind by namespace and name. */
export class KindStore {
  readonly type: ResourceType;
  readonly #ledger: Ledger;
  readonly #objects = new Map<string, StoredObject>();
  readonly #listeners = new Set<(event: SpokeEvent) => void>();
  #sorted: StoredObject[] | undefined;

  constructor(type: ResourceType, ledger: Ledger) {
    this.type = type;
    this.#ledger = ledger;
  }

  get(name: string, namespace?: string): GenericObject | undefined {
    return this.entry(name, namespace)?.object;
  }

  entry(name: string, namespace?: string): StoredObject | undefined {
    return this.#objects.get(storageKey({ name, namespace }));
  }

  /** Every version that is current, sorted by namespace and name. */
  entries(): readonly StoredObject[] {
    this.#sorted ??= sortByKey(this.#objects);
    return this.#sorted;
  }

  list(): GenericObject[] {
    return this.entries().map(entry => entry.object);
  }

  /** Stores a new object with uid, resource version and creation time. */
  create(object: GenericObject): GenericObject {
    const { metadata } = object;
    if (this.#objects.has(storageKey(metadata))) {
      throw new AlreadyExistsError(`"${metadata.name}" already exists`);
    }
    const generation = this.type.hasGeneration
      ? { generation: metadata.generation ?? 1 }
      : undefined;
    return this.#put('ADDED', {
      ...object,
      metadata: {
        ...metadata,
        uid: metadata.uid ?? randomUUID(),
        resourceVersion: this.#ledger.next(),
        ...generation,
        creationTimestamp:
          metadata.creationTimestamp ?? this.#ledger.timestamp(),
      },
    });
  }

  /** Replaces an object that exists. */
  replace(object: GenericObject): GenericObject {
    const { name, namespace } = object.metadata;
    const current = this.get(name, namespace);
    if (!current) throw new Error(`"${name}" not found`);
    const { uid, creationTimestamp } = current.metadata;
    return this.#put('MODIFIED', {
      ...object,
      metadata: {
        ...object.metadata,
        uid,
        creationTimestamp,
        resourceVersion: this.#ledger.next(),
      },
    });
  }

  /**
   * Changes a copy of an object in place and stores it; undefined when it is
   * gone. A change that changes nothing is no event.
   */
  update(
    name: string,
    namespace: string | undefined,
    change: (draft: GenericObject) => void,
  ): GenericObject | undefined {
    const entry = this.entry(name, namespace);
    if (!entry) return undefined;
    const draft = structuredClone(entry.object);
    change(draft);
    if (JSON.stringify(draft) === entry.json) return entry.object;
    return this.replace(draft);
  }

  /** Takes an object out, whatever finalizers it has; its last version. */
  delete(name: string, namespace?: string): GenericObject | undefined {
    const key = storageKey({ name, namespace });
    const previous = this.#objects.get(key);
    if (!previous) return undefined;
    this.#objects.delete(key);
    this.#sorted = undefined;
    const { object } = previous;
    const resourceVersion = this.#ledger.next();
    const last = {
      ...object,
      metadata: { ...object.metadata, resourceVersion },
    };
    this.#ledger.publish({
      type: 'DELETED',
      of: this.type,
      entry: new StoredObject(last),
      previous,
    });
    return last;
  }

  /** Hears of every change of this kind. */
  subscribe(listener: (event: SpokeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SpokeEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Puts objects back as they were saved, without events. */
  restore(objects: readonly GenericObject[]): void {
    for (const object of objects) {
      this.#objects.set(storageKey(object.metadata), new StoredObject(object));
    }
    this.#sorted = undefined;
  }

  /** What was stored before `events`, which are the latest ones, happened. */
  before(events: readonly SpokeEvent[]): readonly StoredObject[] {
    const objects = new Map(this.#objects);
    for (const { entry, previous } of [...events].reverse()) {
      const key = storageKey(entry.object.metadata);
      if (previous) objects.set(key, previous);
      else objects.delete(key);
    }
    return sortByKey(objects);
  }

  #put(type: 'ADDED' | 'MODIFIED', object: GenericObject): GenericObject {
    const key = storageKey(object.metadata);
    const entry = new StoredObject(object);
    const previous = this.#objects.get(key);
    this.#objects.set(key, entry);
    this.#sorted = undefined;
    this.#ledger.publish({ type, of: this.type, entry, previous });
    return object;
  }
}

function sortByKey(objects: Map<string, StoredObject>): StoredObject[] {
  return [...objects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry);
}
