import type { GenericObject } from '../types/kubernetes';
import { apiVersion, RESOURCE_TYPES } from './resources';
import { KindStore, type Ledger } from './storage/KindStore';
import type { SpokeEvent, StoredObject } from './storage/StoredObject';

export type { SpokeEvent } from './storage/StoredObject';

/**
 * How many events are kept for watches that come back and lists that go on:
 * few, because there may be 500 spokes in one process.
 */
const EVENT_LIMIT = 300;
const FIRST_REVISION = 1000;
/** After a restart nobody knows which versions deleted objects had. */
const RESTART_GAP = 1000;

/** Every object of one spoke's Kubernetes API. */
export class SpokeStore {
  readonly #timestamp: () => string;
  readonly #kinds = new Map<string, KindStore>();
  readonly #listeners = new Set<(event: SpokeEvent) => void>();
  readonly #events: SpokeEvent[] = [];
  readonly #queue: SpokeEvent[] = [];
  #revision = FIRST_REVISION;
  #forgotten = 0;

  constructor(timestamp: () => string) {
    this.#timestamp = timestamp;
    const ledger: Ledger = {
      timestamp,
      next: () => {
        this.#revision += 1;
        return String(this.#revision);
      },
      publish: event => this.#publish(event),
    };
    for (const type of RESOURCE_TYPES) {
      this.#kinds.set(type.resource, new KindStore(type, ledger));
    }
  }

  /** The latest resource version of the whole store. */
  get revision(): number {
    return this.#revision;
  }

  timestamp(): string {
    return this.#timestamp();
  }

  /** The store of a kind, by its plural name. */
  of(resource: string): KindStore {
    const kind = this.#kinds.get(resource);
    if (!kind) throw new Error(`the spoke has no resource ${resource}`);
    return kind;
  }

  kinds(): Iterable<KindStore> {
    return this.#kinds.values();
  }

  /** What happened after a resource version; undefined when that is too long ago. */
  eventsSince(revision: number): SpokeEvent[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#events.filter(({ entry }) => entry.revision > revision);
  }

  /** The objects of a kind as of a resource version; undefined when that is too long ago. */
  entriesAt(
    resource: string,
    revision: number,
  ): readonly StoredObject[] | undefined {
    const since = this.eventsSince(revision);
    const kind = this.of(resource);
    return since && kind.before(since.filter(({ of }) => of === kind.type));
  }

  /** Creates an object in process, as the cluster's own controllers do. */
  create(resource: string, object: GenericObject): GenericObject {
    const kind = this.of(resource);
    return kind.create({
      ...object,
      apiVersion: apiVersion(kind.type),
      kind: kind.type.kind,
    });
  }

  subscribe(listener: (event: SpokeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every object by plural name of its kind. */
  snapshot(): Record<string, GenericObject[]> {
    return Object.fromEntries(
      [...this.#kinds].map(([resource, kind]) => [resource, kind.list()]),
    );
  }

  restore(saved: Record<string, GenericObject[]>): void {
    for (const [resource, objects] of Object.entries(saved)) {
      this.of(resource).restore(objects);
      for (const { metadata } of objects) {
        const revision = Number(metadata.resourceVersion ?? 0);
        this.#revision = Math.max(this.#revision, revision);
      }
    }
    this.#revision += RESTART_GAP;
    this.#forgotten = this.#revision;
  }

  /** In order for every listener, also when one of them writes meanwhile. */
  #publish(event: SpokeEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENT_LIMIT) {
      this.#forgotten = this.#events.shift()!.entry.revision;
    }
    this.#queue.push(event);
    if (this.#queue.length > 1) return;
    try {
      for (let next = this.#queue[0]; next; next = this.#queue[0]) {
        this.of(next.of.resource).tell(next);
        for (const listener of [...this.#listeners]) listener(next);
        this.#queue.shift();
      }
    } finally {
      this.#queue.length = 0;
    }
  }
}
