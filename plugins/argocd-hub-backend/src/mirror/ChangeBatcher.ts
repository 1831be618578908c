import { setImmediate } from 'node:timers/promises';
import type { ApplicationKey, ApplicationRecord } from '../store/types';

const LONGEST_MS = 100;
const LARGEST = 500;

export interface Batch {
  upserts: ApplicationRecord[];
  removals: ApplicationKey[];
}

/**
 * Gathers changes for at most 100 ms or 500 applications and writes them one
 * batch after the other. The last change of an application wins.
 */
export class ChangeBatcher {
  readonly #write: (batch: Batch) => Promise<void>;
  #pending = new Map<string, ApplicationRecord | ApplicationKey>();
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param write - must not reject: what cannot be written is its matter */
  constructor(write: (batch: Batch) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when there is room for more: at once, unless writing is behind. */
  async add(change: ApplicationRecord | ApplicationKey): Promise<void> {
    if (this.#stopped) {
      return;
    }
    this.#pending.set(`${change.namespace}/${change.name}`, change);
    if (this.#pending.size >= LARGEST) {
      await this.flush();
      return;
    }
    this.#timer ??= setTimeout(() => this.flush(), LONGEST_MS);
  }

  /** Writes what is gathered, after what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = [...this.#pending.values()];
    this.#pending = new Map();
    if (changes.length) {
      this.#writing = this.#writing
        .then(() => setImmediate())
        .then(() => this.#write(batchOf(changes)));
    }
    return this.#writing;
  }

  /** Drops what is not written yet, and what comes later. Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#pending.clear();
    await this.#writing;
  }
}

function batchOf(changes: (ApplicationRecord | ApplicationKey)[]): Batch {
  const isRecord = (
    change: ApplicationRecord | ApplicationKey,
  ): change is ApplicationRecord => 'sources' in change;
  return {
    upserts: changes.filter(isRecord),
    removals: changes
      .filter(change => !isRecord(change))
      .map(({ hub, namespace, name }) => ({ hub, namespace, name })),
  };
}
