import type { LoggerService } from '@backstage/backend-plugin-api';
import type { HubConfig } from '../config';
import { withoutStatement } from '../store/databaseError';
import type { Lease } from '../store/LeaseStore';
import type { Store, StoreChange } from '../store/Store';
import type { MirrorContext, MirroredHubClient } from './MirrorContext';
import { type MirrorMetrics, noMetrics } from './MirrorMetrics';
import { MirrorSession } from './MirrorSession';
import { sleep } from '../async/time';
import { WorkTally } from './WorkTally';
import { WriteGuard } from './WriteGuard';
import { type MirrorTiming, TIMING } from './timing';

/** As parts of the time that a lease lasts. */
const RENEW_EVERY = 1 / 3;
/** Well before the lease runs out: what is under way must end in time. */
const GIVE_UP_AFTER = 5 / 6;
const ASK_EVERY = 1 / 6;

interface HubMirrorOptions {
  hub: HubConfig;
  client: MirroredHubClient;
  store: Store;
  logger: LoggerService;
  /** Default: nobody is told. */
  metrics?: MirrorMetrics;
  /** Is told of the calls to the hub. Default: nobody counts them. */
  work?: WorkTally;
  /** Tests are less patient. */
  timing?: Partial<MirrorTiming>;
  /** Keys of annotations of applications that are kept. */
  annotations: string[];
  /** Told in this process, after it was written. */
  onChange(change: StoreChange): void;
}

/**
 * Mirrors one hub into the store. Of all replicas only the one that holds the
 * lease of the hub does; the others wait for it to become free.
 */
export class HubMirror {
  readonly #options: HubMirrorOptions;
  readonly #logger: LoggerService;
  readonly #metrics: MirrorMetrics;
  readonly #work: WorkTally;
  readonly #guard: WriteGuard;
  readonly #stopped = new AbortController();
  #running?: Promise<void>;

  static create(options: HubMirrorOptions): HubMirror {
    return new HubMirror(options);
  }

  private constructor(options: HubMirrorOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ hub: options.hub.name });
    this.#guard = new WriteGuard({ logger: this.#logger });
    this.#work = options.work ?? new WorkTally();
    this.#metrics = this.#work.beside(options.metrics ?? noMetrics);
  }

  /** Begins in the background. A hub that is down is tried until it is back. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing will be written any more and the lease is free. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const lease = await this.#acquire();
      if (lease) {
        await this.#hold(lease);
      } else {
        await sleep(ASK_EVERY * this.#ttlMs, signal);
      }
    }
  }

  async #hold(lease: Lease): Promise<void> {
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, lost.signal]);
    const renewing = this.#keep(lease, { lost, signal });
    this.#metrics.leaseHeld(true);
    this.#work.begin();
    try {
      await new MirrorSession(this.#context(lease, { lost, signal })).run();
    } catch (error) {
      if (!this.#guard.saysAway(error)) {
        this.#logger.error(
          'The mirror failed and starts again',
          withoutStatement(error),
        );
      }
      lost.abort();
      await sleep(ASK_EVERY * this.#ttlMs, this.#stopped.signal);
    }
    lost.abort();
    await renewing;
    this.#metrics.leaseHeld(false);
    this.#work.end();
    await this.#options.store.leases.release(lease).catch(() => undefined);
  }

  /** Renews until the signal aborts; gives the lease up where that fails too long. */
  async #keep(
    lease: Lease,
    options: { lost: AbortController; signal: AbortSignal },
  ): Promise<void> {
    const { lost, signal } = options;
    let giveUpAt = performance.now() + GIVE_UP_AFTER * this.#ttlMs;
    while (!signal.aborted) {
      await sleep(RENEW_EVERY * this.#ttlMs, signal);
      if (signal.aborted) {
        return;
      }
      const asked = performance.now();
      // A database that does not answer at all must not keep us from giving up.
      const renewed = await Promise.race([
        this.#renew(lease),
        sleep(Math.max(0, giveUpAt - asked) + 2, signal),
      ]);
      if (renewed) {
        giveUpAt = asked + GIVE_UP_AFTER * this.#ttlMs;
      } else if (renewed === false || performance.now() >= giveUpAt) {
        this.#lose(lost);
      }
    }
  }

  get #ttlMs(): number {
    return this.#options.store.leases.ttlMs;
  }

  #context(
    lease: Lease,
    options: { lost: AbortController; signal: AbortSignal },
  ): MirrorContext {
    const { hub, client, store, annotations, onChange } = this.#options;
    const logger = this.#logger;
    const tell = (change: StoreChange) => {
      try {
        onChange(change);
      } catch (error) {
        logger.error('A listener failed', error as Error);
      }
    };
    return {
      hub,
      client,
      store,
      lease,
      logger,
      metrics: this.#metrics,
      work: this.#work,
      timing: { ...TIMING, ...this.#options.timing },
      annotations,
      signal: options.signal,
      changed: change => tell({ hub: hub.name, ...change }),
      read: read => this.#guard.runRead(read, options.signal),
      write: async write => {
        const result = await this.#guard.run(write, options.signal);
        if (result.outcome === 'lost') {
          this.#lose(options.lost);
        }
        return result;
      },
    };
  }

  #lose(lost: AbortController): void {
    if (lost.signal.aborted || this.#stopped.signal.aborted) {
      return;
    }
    this.#logger.warn('The lease of the hub was lost');
    this.#metrics.leaseLost();
    lost.abort();
  }

  async #acquire(): Promise<Lease | undefined> {
    const { leases } = this.#options.store;
    return this.#ofLease(() => leases.acquire(this.#options.hub.name));
  }

  /** Answers undefined where nobody knows. */
  async #renew(lease: Lease): Promise<boolean | undefined> {
    return this.#ofLease(() => this.#options.store.leases.renew(lease));
  }

  async #ofLease<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.#guard.answered();
      return answer;
    } catch (error) {
      if (!this.#guard.saysAway(error)) {
        this.#logger.warn(
          `The lease cannot be had: ${withoutStatement(error).message}`,
        );
      }
      return undefined;
    }
  }
}
