import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const NANOSECONDS = 1e9;

/** How late the timers of this process run, since it was asked last. */
export class EventLoopDelay {
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;

  /** Undefined where the runtime cannot tell. */
  static start(): EventLoopDelay | undefined {
    return typeof monitorEventLoopDelay === 'function'
      ? new EventLoopDelay()
      : undefined;
  }

  private constructor() {
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
  }

  /** Seconds; undefined when no timer ran since the last reading. */
  read(): { p99: number; max: number } | undefined {
    const histogram = this.#histogram;
    if (histogram.count === 0) {
      return undefined;
    }
    const delays = {
      p99: secondsLate(histogram.percentile(99)),
      max: secondsLate(histogram.max),
    };
    histogram.reset();
    return delays;
  }

  stop(): void {
    this.#histogram.disable();
  }
}

/** What is measured is the time from timer to timer, in nanoseconds. */
function secondsLate(measured: number): number {
  return Math.max(0, measured / NANOSECONDS - RESOLUTION_MS / 1_000);
}
