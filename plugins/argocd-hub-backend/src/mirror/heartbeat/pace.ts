import type { HubConfig } from '../../config';
import { sleep } from '../time';

type HeartbeatConfig = NonNullable<HubConfig['heartbeat']>;

const LOOK_AGAIN_MS = 50;
/** What rechecks and the search for targets need is kept free. */
const SHARE_OF_HEARTBEATS = 0.8;

/** Time between two heartbeats of one cluster, as long as so many clusters need it to be. */
export function stretchedIntervalMs(
  heartbeat: HeartbeatConfig,
  clusters: number,
): number {
  const perSecond = heartbeat.maxPerSecond * SHARE_OF_HEARTBEATS;
  return Math.max(
    heartbeat.intervalMs,
    Math.round((clusters / perSecond) * 1_000),
  );
}

/** Lets at most so many calls a second begin. What is not used is not saved for later. */
export class Pace {
  readonly #perSecond: number;
  #tokens = 1;
  #filledAt = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Resolves when one more may begin. */
  async turn(signal: AbortSignal): Promise<void> {
    while (!this.take()) {
      signal.throwIfAborted();
      await sleep(LOOK_AGAIN_MS, signal);
    }
  }

  /** Whether one more may begin now. */
  take(): boolean {
    const now = performance.now();
    const gained = ((now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(
      Math.max(1, this.#perSecond / 4),
      this.#tokens + gained,
    );
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }
}
