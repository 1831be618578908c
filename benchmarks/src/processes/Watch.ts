import type { Child } from './Child';
import type { Gauges } from './Gauges';

/** What a process took over some time. */
export interface Watched {
  tookMs: number;
  cpuMs: number;
  /** bytes of memory: at its beginning, at most and at its end */
  rss: { before: number; peak: number; after: number };
  /** milliseconds */
  stall: { p99: number; longest: number };
}

/** Looks at a process for some time; only one at once of each process. */
export class Watch {
  readonly #child: Child;
  readonly #before: Gauges;
  readonly #startedAt = performance.now();

  static async start(child: Child): Promise<Watch> {
    return new Watch(child, await child.gauges('reset'));
  }

  private constructor(child: Child, before: Gauges) {
    this.#child = child;
    this.#before = before;
  }

  async end(): Promise<Watched> {
    const tookMs = performance.now() - this.#startedAt;
    const after = await this.#child.gauges();
    return {
      tookMs,
      cpuMs: after.cpuMs - this.#before.cpuMs,
      rss: {
        ...{ before: this.#before.rss, peak: after.peakRss },
        after: after.rss,
      },
      stall: {
        p99: after.eventLoopDelay.p99,
        longest: after.eventLoopDelay.max,
      },
    };
  }
}

/** Of one core, from 0 to 1 or more. */
export function cpuShare({ cpuMs, tookMs }: Watched): number {
  return cpuMs / tookMs;
}

/** Milliseconds of CPU on top of what the process takes anyway. */
export function cpuBeyond(watched: Watched, usual: Watched): number {
  return watched.cpuMs - cpuShare(usual) * watched.tookMs;
}
