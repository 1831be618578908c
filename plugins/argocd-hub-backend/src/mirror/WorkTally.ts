import type { HubWork } from 'backstage-plugin-argocd-hub-common/status';
import type { HubCallReport } from '../hub/types';
import { EventLoopDelay } from '../async/EventLoopDelay';
import type { MirrorMetrics } from './MirrorMetrics';

/**
 * What this replica did for one hub since it mirrors it, for people: metrics
 * tell machines the same of every replica.
 */
export class WorkTally {
  readonly #calls = new Map<string, number>();
  readonly #heartbeats = new Map<string, number>();
  #batch: HubWork['batch'];
  #delay?: EventLoopDelay;

  /** Counts from here. */
  begin(): void {
    this.end();
    this.#calls.clear();
    this.#heartbeats.clear();
    this.#batch = undefined;
    this.#delay = EventLoopDelay.start();
  }

  /** Nothing is measured any more. */
  end(): void {
    this.#delay?.stop();
    this.#delay = undefined;
  }

  called({ outcome }: Pick<HubCallReport, 'outcome'>): void {
    count(this.#calls, outcome);
  }

  /** Metrics that are counted here, too. */
  beside(metrics: MirrorMetrics): MirrorMetrics {
    return {
      ...metrics,
      batchWritten: batch => {
        const { size, durationMs } = batch;
        this.#batch = {
          at: Date.now(),
          size,
          durationMs: Math.round(durationMs),
        };
        metrics.batchWritten(batch);
      },
      heartbeat: outcome => {
        count(this.#heartbeats, outcome);
        metrics.heartbeat(outcome);
      },
    };
  }

  /** As it is now. The delay is that since it was read last. */
  read(): HubWork {
    const delay = this.#delay?.read();
    return {
      calls: Object.fromEntries(this.#calls),
      heartbeats: Object.fromEntries(this.#heartbeats),
      ...(this.#batch && { batch: this.#batch }),
      ...(delay && {
        eventLoopDelay: {
          p99Ms: milliseconds(delay.p99),
          maxMs: milliseconds(delay.max),
        },
      }),
    };
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1_000);
}
