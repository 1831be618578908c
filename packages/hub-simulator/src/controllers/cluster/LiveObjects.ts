import type { GenericObject } from '../../types/kubernetes';
import { instanceOf } from '../application/tracking';
import { objectKey } from '../application/objects';

/** What a cluster's cache holds, found by key, by application and by owner. */
export class LiveObjects {
  readonly #objects = new Map<string, GenericObject>();
  readonly #instances = new Map<string, Set<string>>();
  readonly #owners = new Map<string, Set<string>>();

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): GenericObject | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<GenericObject> {
    return this.#objects.values();
  }

  set(object: GenericObject): void {
    const key = objectKey(object);
    this.delete(key);
    this.#objects.set(key, object);
    const instance = instanceOf(object);
    if (instance) add(this.#instances, instance, key);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      add(this.#owners, uid, key);
    }
  }

  delete(key: string): void {
    const object = this.#objects.get(key);
    if (!object) return;
    this.#objects.delete(key);
    const instance = instanceOf(object);
    if (instance) remove(this.#instances, instance, key);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      remove(this.#owners, uid, key);
    }
  }

  /** The objects that bear the mark of an application. */
  managedBy(instance: string): GenericObject[] {
    return this.#pick(this.#instances.get(instance));
  }

  /** The objects that an object owns. */
  ownedBy(uid: string): GenericObject[] {
    return this.#pick(this.#owners.get(uid));
  }

  /** The application that an object or one of its owners bears the mark of. */
  applicationOf(object: GenericObject): string | undefined {
    let current: GenericObject | undefined = object;
    for (let depth = 0; current && depth < 10; depth += 1) {
      const instance = instanceOf(current);
      if (instance) return instance;
      current = this.#ownerOf(current);
    }
    return undefined;
  }

  #ownerOf({ metadata }: GenericObject): GenericObject | undefined {
    const [owner] = metadata.ownerReferences ?? [];
    if (!owner) return undefined;
    const [group] = owner.apiVersion.includes('/')
      ? owner.apiVersion.split('/')
      : [''];
    const scoped = `${group}/${owner.kind}/${metadata.namespace ?? ''}/${
      owner.name
    }`;
    return (
      this.#objects.get(scoped) ??
      this.#objects.get(`${group}/${owner.kind}//${owner.name}`)
    );
  }

  #pick(keys: ReadonlySet<string> | undefined): GenericObject[] {
    return [...(keys ?? [])].sort().map(key => this.#objects.get(key)!);
  }
}

function add(index: Map<string, Set<string>>, key: string, value: string) {
  const values = index.get(key) ?? new Set();
  index.set(key, values.add(value));
}

function remove(index: Map<string, Set<string>>, key: string, value: string) {
  const values = index.get(key);
  values?.delete(value);
  if (!values?.size) index.delete(key);
}
