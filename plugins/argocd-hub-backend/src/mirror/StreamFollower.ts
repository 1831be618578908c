import { HubError } from '../hub/HubError';
import type { ApplicationEvent } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import { BurstWatch } from './BurstWatch';
import type { MirrorContext } from './MirrorContext';
import { backOff, sleep } from './time';

/** Keepalives come every 15 seconds once the first byte came. */
const SILENT_AFTER_MS = 45_000;
/** Below this many applications an initial burst costs the hub little, and repairs everything. */
const SMALL = 2_000;
const LONG_GAP_MS = 10 * 60_000;
const STEADY_MS = 60_000;

/**
 * Keeps one stream of events open. What happens between two connections is
 * lost: the list repairs it, and a burst where that is cheap or much was lost.
 */
export class StreamFollower {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #onEvent: (event: ApplicationEvent) => Promise<void>;
  readonly #onAlive: () => void;
  readonly #onLost: () => void;
  readonly #wantList: () => void;
  readonly #earlier: () => number | undefined;
  #connection?: AbortController;
  #aliveAt?: number;
  /** Last byte of the connection before. */
  #leftAt?: number;
  #burstNext = false;
  #bursting = false;
  #burstEndedAt?: number;
  #lastEventAt?: number;
  #failures = 0;

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    onEvent(event: ApplicationEvent): Promise<void>;
    onAlive(): void;
    /** A connection that had been alive ended. */
    onLost(): void;
    /** When an earlier mirror last heard of the stream, in milliseconds since the epoch. */
    leftAt: () => number | undefined;
    /** Now is the time to list: a connection begins, or its burst is over. */
    wantList(): void;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#onEvent = options.onEvent;
    this.#onAlive = options.onAlive;
    this.#onLost = options.onLost;
    this.#wantList = options.wantList;
    this.#earlier = options.leftAt;
  }

  /** Follows until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    this.#leftAt = this.#earlier();
    while (!signal.aborted) {
      const startedAt = Date.now();
      await this.#connect();
      const lasted = Date.now() - startedAt;
      this.#failures = lasted > STEADY_MS ? 0 : this.#failures + 1;
      await sleep(
        backOff(this.#failures - 1, { shortest: 500, longest: 30_000 }),
        signal,
      );
    }
  }

  /** Connects anew; with `burst` the hub tells everything again. */
  restart(options: { burst: boolean }): void {
    this.#burstNext ||= options.burst;
    this.#failures = 0;
    this.#connection?.abort();
  }

  /** Whether the hub is telling everything just now: a list would know less. */
  get isBursting(): boolean {
    return this.#bursting;
  }

  /** When the last burst was over, by `performance.now()`. */
  get burstEndedAt(): number | undefined {
    return this.#burstEndedAt;
  }

  /** When the present connection told the last event, by `performance.now()`. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** Whether any byte came over the present connection. */
  get isAlive(): boolean {
    return this.#aliveAt !== undefined;
  }

  async #connect(): Promise<void> {
    const { client, logger, signal } = this.#context;
    const burst = this.#wantsBurst();
    this.#bursting = burst;
    const watch = new BurstWatch({ burst, onEnd: () => this.#settled(burst) });
    this.#burstNext = false;
    this.#lastEventAt = undefined;
    this.#connection = new AbortController();
    const connection = AbortSignal.any([signal, this.#connection.signal]);
    const watchdog = setInterval(() => this.#checkSilence(), 5_000);
    try {
      await client.streamApplications({
        resourceVersion: burst ? undefined : '0',
        signal: connection,
        onAlive: () => this.#alive(),
        onEvent: async event => {
          this.#lastEventAt = performance.now();
          watch.see(event);
          await this.#onEvent(event);
        },
      });
      logger.debug('The stream of the hub ended');
    } catch (error) {
      if (!connection.aborted) {
        logger.debug(`The stream of the hub broke: ${messageOf(error)}`);
      }
    } finally {
      clearInterval(watchdog);
      watch.stop();
      this.#bursting = false;
      this.#connection = undefined;
      if (this.#aliveAt && !signal.aborted) {
        this.#leftAt = this.#aliveAt;
        this.#onLost();
        this.#wantList();
      }
      this.#aliveAt = undefined;
    }
  }

  #wantsBurst(): boolean {
    const gap = Date.now() - (this.#leftAt ?? 0);
    return this.#burstNext || this.#index.size < SMALL || gap > LONG_GAP_MS;
  }

  #settled(burst: boolean): void {
    this.#bursting = false;
    if (burst) {
      this.#burstEndedAt = performance.now();
    }
    this.#wantList();
  }

  #alive(): void {
    this.#aliveAt = Date.now();
    this.#onAlive();
  }

  #checkSilence(): void {
    // Before the first event a hub sends nothing at all, however long that takes.
    if (this.#aliveAt && Date.now() - this.#aliveAt > SILENT_AFTER_MS) {
      this.#connection?.abort();
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof HubError ? error.message : String(error);
}
