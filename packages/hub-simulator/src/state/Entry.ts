import type { KubernetesObject } from '../types/kubernetes';
import type { Recent } from './Recent';

/**
 * One stored version of an object with everything that was derived from it.
 * Bodies are serialised once, so that answering costs no more than writing bytes.
 *
 * An entry with `recent` keeps the bytes only and parses them again when somebody
 * wants the object: a fleet of 50,000 applications is 750 MB as bytes and some
 * gigabytes as objects. What is needed of every object of a big list stands in
 * `facts`, which costs no parsing.
 */
export class Entry<T extends KubernetesObject, F = unknown> {
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion: number;
  readonly labels: Record<string, string> | undefined;
  /** What the store extracts from every object. */
  readonly facts: F;
  readonly #recent: Recent | undefined;
  #object: T | undefined;
  #bytes: Buffer | undefined;
  readonly #derived = new Map<string, Buffer>();

  constructor(object: T, options: { facts: F; recent?: Recent }) {
    const { name, namespace = '', labels, resourceVersion } = object.metadata;
    this.name = name;
    this.namespace = namespace;
    this.labels = labels;
    this.resourceVersion = Number(resourceVersion);
    this.facts = options.facts;
    this.#recent = options.recent;
    this.#object = object;
    if (!this.#recent) return;
    this.#bytes = toBytes(JSON.stringify(object));
    this.#recent.hold(this);
  }

  /** The object; must not be changed. */
  get object(): T {
    if (!this.#object) {
      this.#object = JSON.parse(this.json) as T;
      this.#recent?.hold(this);
    }
    return this.#object;
  }

  /** Drops the object; its bytes stay. */
  release(): void {
    this.#object = undefined;
  }

  /** The object as bytes of JSON. */
  get bytes(): Buffer {
    this.#bytes ??= toBytes(JSON.stringify(this.#object));
    return this.#bytes;
  }

  /** The object as JSON. */
  get json(): string {
    return this.bytes.toString('utf8');
  }

  /** Bytes made of this version, kept under `key` as long as the version lives. */
  derive(key: string, make: (object: T) => string): Buffer {
    return this.keep(key, () => make(this.object));
  }

  /** The same for bytes that are made without the object. */
  keep(key: string, make: () => string): Buffer {
    let bytes = this.#derived.get(key);
    if (!bytes) {
      bytes = toBytes(make());
      this.#derived.set(key, bytes);
    }
    return bytes;
  }

  /** Forgets derived bytes whose other ingredients have changed. */
  forget(key: string): void {
    this.#derived.delete(key);
  }
}

/** Not from Node's shared pool: one small survivor would keep a whole slab. */
function toBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
