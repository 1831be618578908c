import { setImmediate } from 'node:timers/promises';
import type {
  ApplicationKey,
  ApplicationRecord,
} from '../store/ApplicationStore';

const LONGEST_MS = 100;
/** On SQLite everybody else waits for what is written, and a turn of the stream ends here at the latest. */
const LARGEST = 100;

export interface Batch {
  upserts: ApplicationRecord[];
  removals: ApplicationKey[];
}

/**
 * Gathers changes for at most 100 ms or 100 applications and writes them one
 * batch after the other. What comes while one is written joins the next, so
 * that no more than a few wait. The last change of an application wins.
 */
export class WriteBatcher {
  readonly #write: (batch: Batch) => Promise<void>;
  #pending = new Map<string, ApplicationRecord | ApplicationKey>();
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  /** How many batches are being written or wait for that. */
  #begun = 0;
  #isDue = false;
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
    this.#timer ??= setTimeout(() => this.#due(), LONGEST_MS);
  }

  /** Writes what is gathered, after what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const changes = [...this.#pending.values()];
    this.#pending = new Map();
    if (changes.length) {
      this.#begun += 1;
      this.#writing = this.#writing
        .then(() => setImmediate())
        .then(() => this.#write(batchOf(changes)))
        // One that rejects all the same must not stop those after it.
        .catch(() => undefined)
        .then(() => this.#written());
    }
    return this.#writing;
  }

  #due(): void {
    this.#timer = undefined;
    this.#isDue = true;
    if (!this.#begun) {
      this.flush();
    }
  }

  #written(): void {
    this.#begun -= 1;
    if (this.#isDue && !this.#begun) {
      this.flush();
    }
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
