import type { GenericObject } from '../../types/kubernetes';
import type { ResourceType } from '../resources';

/** One version of an object, serialised at most once. Never changed in place. */
export class StoredObject {
  readonly object: GenericObject;
  #json: string | undefined;

  constructor(object: GenericObject) {
    this.object = object;
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.object);
    return this.#json;
  }

  get revision(): number {
    return Number(this.object.metadata.resourceVersion);
  }
}

/** A change of one object. */
export interface SpokeEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  of: ResourceType;
  entry: StoredObject;
  /** what was stored before; undefined for a new object */
  previous?: StoredObject;
}

/** Objects are kept and sorted by this, as in etcd. */
export function storageKey({
  name,
  namespace = '',
}: {
  name: string;
  namespace?: string;
}): string {
  return `${namespace}/${name}`;
}
