import type { Clock } from '../clock';

/**
 * Does one piece of work per turn of the event loop, in order, so that a fleet's
 * worth of them keeps nobody else from being answered.
 */
export class TurnQueue {
  readonly #clock: Clock;
  readonly #tasks: (() => void)[] = [];
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(task: () => void): void {
    this.#tasks.push(task);
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    const task = this.#clock.isStopped ? undefined : this.#tasks.shift();
    if (!task) {
      this.#isRunning = false;
      return;
    }
    // Also after a task that throws there is a next turn.
    setImmediate(() => this.#next());
    task();
  }
}
