import type { ApplicationEvent } from '../hub/types';
import { BurstWatch } from './BurstWatch';
import type { MirrorContext } from './MirrorContext';

/** Keepalives come every 15 seconds once the first event came. */
const SILENT_AFTER_MS = 45_000;
const LOOK_EVERY_MS = 5_000;
/** The hub tells nobody when it listens to what happens; no event before this is missed for long. */
const LISTENING_AFTER_MS = 1_000;
/** Before the first event of a burst the hub copies everything that it has. */
const PATIENCE_MS = 30_000;
/** The same where it may have nothing, and then never says a word. */
const PATIENCE_IF_EMPTY_MS = 5_000;

/** One connection of the stream: whether it lives, and how far its burst is. */
export class StreamConnection {
  readonly isBurst: boolean;
  readonly #context: Pick<MirrorContext, 'client' | 'signal' | 'timing'>;
  readonly #aborted = new AbortController();
  readonly #onSettled: () => void;
  readonly #began = performance.now();
  #aliveAt?: number;
  #lastEventAt?: number;
  #handling = false;
  #settled = false;
  #watch?: BurstWatch;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: {
    context: Pick<MirrorContext, 'client' | 'signal' | 'timing'>;
    /** Whether the hub shall tell all that there is, at first. */
    burst: boolean;
    /** Whether we know of applications that it must tell then. */
    expectsAny: boolean;
    /** Nothing that happens from now on is missed; a burst is over. */
    onSettled(): void;
  }) {
    this.isBurst = options.burst;
    this.#context = options.context;
    this.#onSettled = options.onSettled;
    if (options.burst) {
      this.#watch = new BurstWatch({
        patienceMs: options.expectsAny ? PATIENCE_MS : PATIENCE_IF_EMPTY_MS,
        quietMs: options.context.timing.quietMs,
        onEnd: () => this.#settle(),
      });
    } else {
      this.#timers.push(setTimeout(() => this.#settle(), LISTENING_AFTER_MS));
    }
    this.#timers.push(setInterval(() => this.#checkSilence(), LOOK_EVERY_MS));
  }

  /** Resolves when the stream ended; rejects when it broke, unless it was closed here. */
  async follow(options: {
    onAlive(): void;
    onEvent(event: ApplicationEvent): Promise<void>;
  }): Promise<void> {
    const { client, signal } = this.#context;
    const closed = AbortSignal.any([signal, this.#aborted.signal]);
    try {
      await client.streamApplications({
        resourceVersion: this.isBurst ? undefined : '0',
        signal: closed,
        onAlive: () => {
          this.#aliveAt = performance.now();
          options.onAlive();
        },
        onEvent: async event => {
          this.#lastEventAt = performance.now();
          this.#watch?.see(event);
          this.#handling = true;
          await options.onEvent(event);
          this.#handling = false;
          this.#aliveAt = performance.now();
          this.#watch?.handled();
        },
      });
    } catch (error) {
      if (!closed.aborted) {
        throw error;
      }
    } finally {
      this.#watch?.stop();
      this.#timers.forEach(clearTimeout);
    }
  }

  close(): void {
    this.#aborted.abort();
  }

  /** Whether the hub is telling everything just now: a list would know less. */
  get isBursting(): boolean {
    return this.isBurst && !this.#settled;
  }

  /** Whether the hub told everything, as far as that can be known. */
  get hasTold(): boolean {
    return this.#settled && (this.#watch?.sawAny ?? false);
  }

  /** When the last event or keepalive came, by `performance.now()`. */
  get aliveAt(): number | undefined {
    return this.#aliveAt;
  }

  /** When the last event came, by `performance.now()`. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** Milliseconds since it was asked for. */
  get ageMs(): number {
    return performance.now() - this.#began;
  }

  #settle(): void {
    if (!this.#settled) {
      this.#settled = true;
      this.#onSettled();
    }
  }

  /**
   * Before the first event a hub sends nothing at all, however long that takes;
   * and while we are not ready for more, it is us who do not listen.
   */
  #checkSilence(): void {
    if (
      !this.#handling &&
      this.#aliveAt !== undefined &&
      performance.now() - this.#aliveAt > SILENT_AFTER_MS
    ) {
      this.close();
    }
  }
}
