/**
 * Time for everything that waits. Timestamps are always real; a scale above 1
 * only makes the waits shorter, so that three minutes can pass in three seconds.
 */
export class Clock {
  readonly #scale: number;
  readonly #cancels = new Set<() => void>();

  constructor(scale = 1) {
    this.#scale = scale;
  }

  /** Now, as Kubernetes writes it: RFC 3339 in UTC with whole seconds. */
  timestamp(date: Date = new Date()): string {
    return `${date.toISOString().slice(0, 19)}Z`;
  }

  /** Runs `task` once after `ms` simulated milliseconds; returns a cancel function. */
  after(ms: number, task: () => void): () => void {
    const timer = setTimeout(() => {
      this.#cancels.delete(cancel);
      task();
    }, ms / this.#scale);
    const cancel = () => {
      clearTimeout(timer);
      this.#cancels.delete(cancel);
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** Runs `task` every `ms` simulated milliseconds; returns a cancel function. */
  every(ms: number, task: () => void): () => void {
    const timer = setInterval(task, ms / this.#scale);
    const cancel = () => {
      clearInterval(timer);
      this.#cancels.delete(cancel);
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** Real milliseconds that `ms` simulated ones take. */
  scaled(ms: number): number {
    return ms / this.#scale;
  }

  /** Cancels everything that still waits. */
  stop(): void {
    for (const cancel of [...this.#cancels]) cancel();
  }
}
