import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DELAY_MS = 200;

/**
 * Keeps one JSON document per name in a directory, written a moment after the
 * last change and replaced as a whole. Without a directory nothing is kept.
 */
export class Persistence {
  readonly #directory: string | undefined;
  readonly #pending = new Map<string, () => unknown>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(directory: string | undefined) {
    this.#directory = directory;
    if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Whether anything is kept at all. */
  get isKept(): boolean {
    return this.#directory !== undefined;
  }

  /** Removes a document, and what waits to be written of it. */
  forget(name: string): void {
    this.#pending.delete(name);
    if (!this.#directory) return;
    rmSync(join(this.#directory, `${name}.json`), { force: true });
  }

  /** The document of a name, undefined when there is none. */
  load<T>(name: string): T | undefined {
    if (!this.#directory) return undefined;
    const path = join(this.#directory, `${name}.json`);
    if (!existsSync(path)) return undefined;
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  }

  /** Writes what `snapshot` gives by then, soon. */
  schedule(name: string, snapshot: () => unknown): void {
    if (!this.#directory || this.#isClosed) return;
    this.#pending.set(name, snapshot);
    this.#timer ??= setTimeout(() => void this.flush(), DELAY_MS);
  }

  /** Writes everything that waits, and nothing that comes later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** Writes everything that waits, now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const documents = [...this.#pending];
    this.#pending.clear();
    this.#writing = this.#writing.then(async () => {
      for (const [name, snapshot] of documents) {
        const path = join(this.#directory!, `${name}.json`);
        const text = JSON.stringify(snapshot());
        await writeFile(`${path}.tmp`, text, { mode: 0o600 });
        await rename(`${path}.tmp`, path);
      }
    });
    await this.#writing;
  }
}
