import { past } from 'backstage-plugin-argocd-hub-common/status';
import { HubError } from '../hub/HubError';
import type { ApplicationEvent } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { MirrorContext } from './MirrorContext';
import { StreamConnection } from './StreamConnection';
import { Alarm, backOff } from '../async/time';

/** Below this many applications an initial burst costs the hub little, and repairs everything. */
const SMALL = 2_000;
const LONG_GAP_MS = 10 * 60_000;
/** A connection that lasted so long was a good one; one over which something came earlier. */
const STEADY_MS = 50_000;
const STEADY_AND_ALIVE_MS = 10_000;
/** A younger connection may not have heard of what a list found. */
const LISTENS_SURELY_MS = 20_000;
/** So often a burst that broke is asked for again; then lists must do. */
const BROKEN_BURSTS = 3;

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
  readonly #onFailed: (error: unknown) => void;
  readonly #wantList: () => void;
  readonly #heardEarlier: () => number | undefined;
  readonly #alarm = new Alarm();
  #connection?: StreamConnection;
  /** The last sign of life of all connections before, by `performance.now()`. */
  #lastHeardAt = -Infinity;
  #burstNext = false;
  #brokenBursts = 0;
  #burstEndedAt?: number;
  #failures = 0;
  /** Failures since a connection last was a good one; those that the hub merely ended are none. */
  #failuresInARow = 0;

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    onEvent(event: ApplicationEvent): Promise<void>;
    onAlive(): void;
    /** A connection that had been alive ended. */
    onLost(): void;
    /** A connection failed that never was a good one, or tells nothing. */
    onFailed(error: unknown): void;
    /** When an earlier mirror last heard of the stream, in milliseconds since the epoch. */
    lastHeardAt: () => number | undefined;
    /** Now is the time to list: a connection listens, or its burst is over. */
    wantList(): void;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#onEvent = options.onEvent;
    this.#onAlive = options.onAlive;
    this.#onLost = options.onLost;
    this.#onFailed = options.onFailed;
    this.#wantList = options.wantList;
    this.#heardEarlier = options.lastHeardAt;
  }

  /** Follows until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal, timing } = this.#context;
    this.#lastHeardAt = monotonic(this.#heardEarlier());
    while (!signal.aborted) {
      await this.#connect();
      await this.#alarm.wait(
        backOff(this.#failures - 1, {
          shortest: 500,
          longest: timing.longestStreamPauseMs,
        }),
        signal,
      );
    }
  }

  /** Connects anew, and at once; with `burst` the hub tells everything again, unless it is just about to. */
  restart(options: { burst: boolean }): void {
    if (options.burst && this.#isAboutToTell()) {
      return;
    }
    this.#burstNext ||= options.burst;
    this.#brokenBursts = 0;
    this.#failures = 0;
    this.#connection?.close();
    this.#alarm.ring();
  }

  /** A list found what the stream should have told: connects anew where that never told anything. */
  mistrust(): void {
    if (this.isAlive) {
      return;
    }
    if (this.#connection && this.#connection.ageMs > LISTENS_SURELY_MS) {
      this.#failed(tellsNothing());
    }
    this.restart({ burst: false });
  }

  /** Whether the hub is telling everything just now: a list would know less. */
  get isBursting(): boolean {
    return this.#connection?.isBursting ?? false;
  }

  /** When the last burst was over, by `performance.now()`. */
  get burstEndedAt(): number | undefined {
    return this.#burstEndedAt;
  }

  /** When the present connection told the last event, by `performance.now()`. */
  get lastEventAt(): number | undefined {
    return this.#connection?.lastEventAt;
  }

  /** Whether the present connection told anything, if only a keepalive. */
  get isAlive(): boolean {
    return this.#connection?.aliveAt !== undefined;
  }

  async #connect(): Promise<void> {
    const connection: StreamConnection = new StreamConnection({
      context: this.#context,
      burst: this.#wantsBurst(),
      expectsAny: this.#index.size > 0,
      onSettled: () => this.#settled(connection),
    });
    this.#burstNext = false;
    this.#connection = connection;
    let failure: unknown;
    try {
      await connection.follow({
        onAlive: this.#onAlive,
        onEvent: this.#onEvent,
      });
      this.#context.logger.debug('The stream of the hub ended');
    } catch (error) {
      failure = error;
    }
    this.#connection = undefined;
    this.#judge(connection, failure);
    if (!this.#context.signal.aborted) {
      this.#ended(connection);
    }
  }

  #judge({ aliveAt, ageMs }: StreamConnection, failure: unknown): void {
    const isGood = aliveAt !== undefined && ageMs > STEADY_AND_ALIVE_MS;
    this.#failures = isGood || ageMs > STEADY_MS ? 0 : this.#failures + 1;
    if (isGood) {
      this.#failuresInARow = 0;
    }
    if (!failure) {
      return;
    }
    if (isGood) {
      const { message } = failure as Error;
      this.#context.logger.debug(`The stream of the hub broke: ${message}`);
    } else {
      this.#failed(failure);
    }
  }

  #failed(failure: unknown): void {
    this.#failuresInARow += 1;
    const log = this.#failuresInARow === 1 ? 'warn' : 'debug';
    const { message } = failure as Error;
    this.#context.logger[log](`The stream of the hub failed: ${message}`);
    this.#onFailed(failure);
  }

  #ended(connection: StreamConnection): void {
    const { aliveAt } = connection;
    if (aliveAt === undefined) {
      if (this.#failures === 1) {
        // Nobody knows when the next one works: a list tells the most until then.
        this.#wantList();
      }
      return;
    }
    this.#lastHeardAt = aliveAt;
    this.#onLost();
    if (connection.isBursting) {
      // Half of it is worth nothing: what else there is nobody knows.
      this.#brokenBursts += 1;
      this.#burstNext ||= this.#brokenBursts < BROKEN_BURSTS;
    }
  }

  #wantsBurst(): boolean {
    const gap = performance.now() - this.#lastHeardAt;
    return this.#burstNext || this.#index.size < SMALL || gap > LONG_GAP_MS;
  }

  /** A large hub needs its time until the first event of a burst. */
  #isAboutToTell(): boolean {
    return Boolean(this.#connection?.isBurst) && !this.lastEventAt;
  }

  #settled(connection: StreamConnection): void {
    if (connection.hasTold) {
      this.#burstEndedAt = performance.now();
      this.#brokenBursts = 0;
    }
    this.#wantList();
  }
}

/**
 * A stored moment of an earlier process, by `performance.now()`. The clock may
 * have been set since: a moment in the future tells nothing.
 */
function monotonic(stored: number | undefined): number {
  const now = Date.now();
  const at = past(stored, now);
  return at === undefined
    ? -Infinity
    : performance.now() - Math.max(0, now - at);
}

function tellsNothing(): HubError {
  return new HubError({
    class: 'protocol',
    message:
      'The stream of the hub tells nothing, though a list shows changes; a front of the hub must pass on what it streams at once',
  });
}
