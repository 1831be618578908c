import type { GenericObject } from '../types/kubernetes';
import { ObjectStore } from '../state/ObjectStore';
import type { StoreEvent } from '../state/Reader';
import { Revisions } from '../state/Revisions';
import { apiVersion, RESOURCE_TYPES, type ResourceType } from './resources';

export type SpokeEvent = StoreEvent<GenericObject> & { of: ResourceType };

/** How many events are kept for watches that come back. */
const EVENT_LIMIT = 1000;

/** Every object of one spoke's Kubernetes API. */
export class SpokeStore {
  readonly revisions = new Revisions();
  readonly #stores = new Map<string, ObjectStore<GenericObject>>();
  readonly #events: SpokeEvent[] = [];
  #forgottenRevision = 0;

  constructor(timestamp: () => string) {
    for (const { resource } of RESOURCE_TYPES) {
      this.#stores.set(
        resource,
        new ObjectStore({ revisions: this.revisions, timestamp }),
      );
    }
    this.subscribe(event => this.#remember(event));
  }

  /** What happened after a resource version; undefined when that is too long ago. */
  eventsSince(revision: string): SpokeEvent[] | undefined {
    const since = Number(revision);
    if (since && since < this.#forgottenRevision) return undefined;
    return this.#events.filter(event => revisionOf(event) > since);
  }

  /** The store of a kind, by its plural name. */
  of(resource: string): ObjectStore<GenericObject> {
    const store = this.#stores.get(resource);
    if (!store) throw new Error(`the spoke has no resource ${resource}`);
    return store;
  }

  /** Creates an object in process, as the cluster's own controllers do. */
  create(resource: string, object: GenericObject): GenericObject {
    const type = RESOURCE_TYPES.find(each => each.resource === resource)!;
    return this.of(resource).create({
      ...object,
      apiVersion: apiVersion(type),
      kind: type.kind,
    });
  }

  /** Deletes what a deleted object owned: a namespace its content, an owner its dependents. */
  collectGarbage(deleted: GenericObject): void {
    const { name, uid } = deleted.metadata;
    const isNamespace = deleted.kind === 'Namespace';
    for (const store of this.#stores.values()) {
      for (const object of store.list()) {
        const { metadata } = object;
        const orphaned = isNamespace
          ? metadata.namespace === name
          : metadata.ownerReferences?.some(owner => owner.uid === uid);
        if (!orphaned) continue;
        if (!store.delete(metadata.name, metadata.namespace)) continue;
        this.collectGarbage(object);
      }
    }
  }

  subscribe(listener: (event: SpokeEvent) => void): () => void {
    const cancels = RESOURCE_TYPES.map(of =>
      this.of(of.resource).subscribe(event => listener({ ...event, of })),
    );
    return () => cancels.forEach(cancel => cancel());
  }

  snapshot(): Record<string, GenericObject[]> {
    return Object.fromEntries(
      [...this.#stores].map(([resource, store]) => [resource, store.list()]),
    );
  }

  restore(saved: Record<string, GenericObject[]>): void {
    for (const [resource, objects] of Object.entries(saved)) {
      this.of(resource).restore(objects);
    }
    this.#forgottenRevision = Number(this.revisions.last);
  }

  #remember(event: SpokeEvent): void {
    this.#events.push(event);
    if (this.#events.length <= EVENT_LIMIT) return;
    this.#forgottenRevision = revisionOf(this.#events.shift()!);
  }
}

function revisionOf({ entry }: SpokeEvent): number {
  return Number(entry.object.metadata.resourceVersion);
}
