import type { KubernetesObject } from '../types/kubernetes';

/** Under which keys an object is found, by the name of the index. */
export type IndexFunctions<T extends KubernetesObject> = Record<
  string,
  (object: T) => string[]
>;

const NONE: ReadonlySet<string> = new Set();

/** Which ids an object store has under which key. */
export class Indexes<T extends KubernetesObject> {
  readonly #functions: IndexFunctions<T>;
  readonly #ids = new Map<string, Set<string>>();
  readonly #keys = new Map<string, string[]>();

  constructor(functions: IndexFunctions<T>) {
    this.#functions = functions;
  }

  find(index: string, value: string): ReadonlySet<string> {
    return this.#ids.get(join(index, value)) ?? NONE;
  }

  set(id: string, object: T): void {
    const keys = Object.entries(this.#functions).flatMap(([index, keysOf]) =>
      keysOf(object).map(value => join(index, value)),
    );
    const before = this.#keys.get(id);
    const isSame =
      before?.length === keys.length && keys.every((k, i) => k === before[i]);
    if (isSame) return;
    this.delete(id);
    if (!keys.length) return;
    this.#keys.set(id, keys);
    for (const each of keys) {
      const ids = this.#ids.get(each) ?? new Set();
      this.#ids.set(each, ids.add(id));
    }
  }

  delete(id: string): void {
    for (const each of this.#keys.get(id) ?? []) {
      const ids = this.#ids.get(each);
      ids?.delete(id);
      if (!ids?.size) this.#ids.delete(each);
    }
    this.#keys.delete(id);
  }
}

function join(index: string, value: string): string {
  return `${index}\n${value}`;
}
