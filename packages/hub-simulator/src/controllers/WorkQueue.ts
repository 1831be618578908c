import type { Clock } from '../clock';

interface Waiting {
  /** simulated time */
  due: number;
  cancel: () => void;
}

/** Work by key: each key is worked on by one at a time, and once for many requests. */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #work: (key: string) => Promise<void>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();

  constructor(options: { clock: Clock; work: (key: string) => Promise<void> }) {
    this.#clock = options.clock;
    this.#work = options.work;
  }

  /** Works on a key after so many simulated milliseconds; the earliest request counts. */
  add(key: string, delayMs: number): void {
    if (this.#clock.isStopped) return;
    const due = this.#clock.now() + delayMs;
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.due <= due) return;
    waiting?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#waiting.delete(key);
      void this.#run(key);
    });
    this.#waiting.set(key, { due, cancel });
  }

  /** Drops what waits for a key. */
  forget(key: string): void {
    this.#waiting.get(key)?.cancel();
    this.#waiting.delete(key);
    this.#again.delete(key);
  }

  async #run(key: string): Promise<void> {
    if (this.#busy.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#busy.add(key);
    try {
      await this.#work(key);
    } catch (error) {
      // As in Argo CD: whatever goes wrong with one key is logged, and life goes on.
      const { stack = String(error) } = error as Error;
      process.stderr.write(`controller, ${key}: ${stack}\n`);
    } finally {
      this.#busy.delete(key);
      if (this.#again.delete(key)) this.add(key, 0);
    }
  }
}
