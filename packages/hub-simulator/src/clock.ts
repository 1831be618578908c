/**
 * Time for everything that waits. Timestamps are always real; a scale above 1
 * only makes the waits shorter, so that three minutes can pass in three seconds.
 */
export class Clock {
  readonly #scale: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  constructor(scale = 1) {
    this.#scale = scale;
  }

  /** Simulated milliseconds since some moment; runs as much faster as waits are shorter. */
  now(): number {
    return performance.now() * this.#scale;
  }

  /** Now, as Kubernetes writes it: RFC 3339 in UTC with whole seconds. */
  timestamp(date: Date = new Date()): string {
    return `${date.toISOString().slice(0, 19)}Z`;
  }

  /** Runs `task` once after `ms` simulated milliseconds; returns a cancel function. */
  after(ms: number, task: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      attempt(task);
    }, ms / this.#scale);
    return this.#keep(timer);
  }

  /** Runs `task` every `ms` simulated milliseconds; returns a cancel function. */
  every(ms: number, task: () => void): () => void {
    return this.#keep(setInterval(() => attempt(task), ms / this.#scale));
  }

  /** Real milliseconds that `ms` simulated ones take. */
  scaled(ms: number): number {
    return ms / this.#scale;
  }

  /** Whether nothing will happen any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Cancels everything that still waits. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #keep(timer: NodeJS.Timeout): () => void {
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }
}

/** One controller that stumbles must not take everybody with it. */
function attempt(task: () => void): void {
  try {
    task();
  } catch (error) {
    process.stderr.write(`hub-simulator: ${(error as Error).stack}\n`);
  }
}
