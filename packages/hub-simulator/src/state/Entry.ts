import type { KubernetesObject } from '../types/kubernetes';

/**
 * One stored version of an object with everything that was derived from it.
 * Bodies are serialised once, so that answering costs no more than writing bytes.
 */
export class Entry<T extends KubernetesObject> {
  readonly object: T;
  readonly #derived = new Map<string, string>();

  constructor(object: T) {
    this.object = object;
  }

  /** The object as JSON. */
  get json(): string {
    return this.derive('', object => JSON.stringify(object));
  }

  /** Text made of this version, kept under `key` as long as the version lives. */
  derive(key: string, make: (object: T) => string): string {
    let text = this.#derived.get(key);
    if (text === undefined) {
      text = make(this.object);
      this.#derived.set(key, text);
    }
    return text;
  }

  /** Forgets derived text whose other ingredients have changed. */
  forget(key: string): void {
    this.#derived.delete(key);
  }
}
