import type { GenericObject } from '../../types/kubernetes';
import type { ResourceType } from '../resources';
import type { SpokeEvent, SpokeStore } from '../SpokeStore';
import { FOREGROUND, ORPHAN, type Lifecycle } from './Lifecycle';

interface Owned {
  type: ResourceType;
  object: GenericObject;
}

/** Deletes what has lost its last owner, and serves the finalizers about dependents. */
export class GarbageCollector {
  readonly #store: SpokeStore;
  readonly #lifecycle: Lifecycle;

  constructor(options: { store: SpokeStore; lifecycle: Lifecycle }) {
    this.#store = options.store;
    this.#lifecycle = options.lifecycle;
  }

  start(): void {
    this.#store.subscribe(event => this.#see(event));
    for (const { type, entries } of this.#all()) {
      for (const { object } of entries) this.#serve(type, object);
    }
  }

  #see({ type, of, entry }: SpokeEvent): void {
    const { object } = entry;
    if (type !== 'DELETED') {
      this.#serve(of, object);
      return;
    }
    for (const dependent of this.#dependents(object)) {
      this.#disown(dependent, object.metadata.uid!);
    }
    for (const owner of this.#owners(object)) {
      this.#serve(owner.type, owner.object);
    }
  }

  /** Does what the finalizers of a deleted object ask for. */
  #serve(type: ResourceType, object: GenericObject): void {
    const { deletionTimestamp, finalizers = [], uid } = object.metadata;
    if (!deletionTimestamp) return;
    if (finalizers.includes(ORPHAN)) {
      for (const { type: of, object: dependent } of this.#dependents(object)) {
        this.#dropOwner(of, dependent, uid!);
      }
      this.#release(type, object, ORPHAN);
    }
    if (!finalizers.includes(FOREGROUND)) return;
    for (const { type: of, object: dependent } of this.#dependents(object)) {
      if (dependent.metadata.deletionTimestamp) continue;
      this.#lifecycle.delete(of, dependent, { propagation: 'Foreground' });
    }
    const blocked = this.#dependents(object).some(({ object: dependent }) =>
      dependent.metadata.ownerReferences!.some(
        owner => owner.uid === uid && owner.blockOwnerDeletion,
      ),
    );
    if (!blocked) this.#release(type, object, FOREGROUND);
  }

  #disown({ type, object }: Owned, uid: string): void {
    const others = object.metadata.ownerReferences!.filter(
      owner => owner.uid !== uid,
    );
    if (others.length) this.#dropOwner(type, object, uid);
    else this.#lifecycle.delete(type, object, { propagation: 'Background' });
  }

  #dropOwner(type: ResourceType, { metadata }: GenericObject, uid: string) {
    const kind = this.#store.of(type.resource);
    kind.update(metadata.name, metadata.namespace, draft => {
      const left = draft.metadata.ownerReferences!.filter(
        owner => owner.uid !== uid,
      );
      draft.metadata.ownerReferences = left.length ? left : undefined;
    });
  }

  #release(type: ResourceType, object: GenericObject, finalizer: string) {
    this.#lifecycle.finish(type, object, draft => {
      const left = draft.metadata.finalizers?.filter(
        each => each !== finalizer,
      );
      draft.metadata.finalizers = left?.length ? left : undefined;
    });
  }

  #dependents({ metadata }: GenericObject): Owned[] {
    return this.#find(({ metadata: { ownerReferences } }) =>
      Boolean(ownerReferences?.some(owner => owner.uid === metadata.uid)),
    );
  }

  #owners({ metadata }: GenericObject): Owned[] {
    const uids = metadata.ownerReferences?.map(owner => owner.uid);
    if (!uids) return [];
    return this.#find(object => uids.includes(object.metadata.uid!));
  }

  #find(matches: (object: GenericObject) => boolean): Owned[] {
    return this.#all().flatMap(({ type, entries }) =>
      entries
        .filter(({ object }) => matches(object))
        .map(({ object }) => ({ type, object })),
    );
  }

  #all() {
    return [...this.#store.kinds()].map(kind => ({
      type: kind.type,
      entries: kind.entries(),
    }));
  }
}
