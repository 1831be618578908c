import { listsRevision } from '../hub/fieldSets';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import type { HubStatusKeeper } from './HubStatusKeeper';
import {
  type Comparison,
  compareList,
  type ListedDifference,
} from './ListComparer';
import { isMassRemoval } from './massRemoval';
import type { MirrorContext } from './MirrorContext';
import { Repairer } from './Repairer';
import type { StreamFollower } from './StreamFollower';
import { Alarm, backOff, jittered, sleep } from './time';

/** Listing takes at most this part of the time. */
const SHARE_OF_TIME = 1 / 20;
const SECOND_LIST_AFTER_MS = 5_000;
const WHILE_BURSTING_MS = 1_000;
/** So long nothing new in a burst: it may be over. */
const PAUSE_OF_BURST_MS = 500;
const LOOK_EVERY_MS = 100;
/** A list of more than so many is too dear to be asked for early. */
const FEW = 2_000;
/** More differences than this are told faster by a burst of the stream than one by one. */
const MANY = 500;

/**
 * Lists now and then, for membership and repair. A list may lag behind, or lack
 * what is there: it only tells where to look.
 */
export class Lister {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #status: HubStatusKeeper;
  readonly #writer: ApplicationWriter;
  readonly #repairer: Repairer;
  readonly #stream: StreamFollower;
  readonly #alarm = new Alarm();
  #failures = 0;
  /** When a burst was asked for to settle a list, by `performance.now()`. */
  #wantedBurstAt?: number;
  #intervalMs: number;

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    status: HubStatusKeeper;
    writer: ApplicationWriter;
    stream: StreamFollower;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#status = options.status;
    this.#writer = options.writer;
    this.#stream = options.stream;
    this.#repairer = new Repairer(options);
    this.#intervalMs = options.context.hub.relistMs;
  }

  /** Lists when asked to and at intervals, until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    if (!this.#status.isComplete) {
      await this.#completeEarly();
    }
    // The first list waits for the stream, whose burst is far richer.
    await this.#alarm.wait(this.#intervalMs, signal);
    while (!signal.aborted) {
      if (this.#stream.isBursting) {
        await this.#alarm.wait(WHILE_BURSTING_MS, signal);
        continue;
      }
      await this.#tryOnce();
      const wait = this.#failures
        ? backOff(this.#failures - 1, {
            shortest: 1_000,
            longest: Math.max(1_000, this.#intervalMs / 2),
          })
        : jittered(this.#intervalMs);
      await this.#alarm.wait(wait, signal);
    }
  }

  /** Lists soon. */
  request(): void {
    this.#alarm.ring();
  }

  /**
   * The burst of a small hub is told in a blink, yet that it is over shows only
   * seconds later. That all of it came is known sooner: by a list that names
   * exactly what is stored. It proves that and is used for nothing else.
   */
  async #completeEarly(): Promise<void> {
    if (!(await this.#pauseOfBurst()) || this.#index.size > FEW) {
      return;
    }
    try {
      const version = await this.#context.client.version();
      const { differing, missing } = await this.#list(version);
      await this.#writer.flush();
      if (!differing.length && !missing.length) {
        await this.#status.completed();
      }
    } catch {
      // The first list that counts comes soon, and tells what is wrong.
    }
  }

  /** Answers false where the burst ends without any. */
  async #pauseOfBurst(): Promise<boolean> {
    const { signal } = this.#context;
    while (this.#stream.isBursting && !signal.aborted) {
      const heardAt = this.#stream.lastEventAt ?? Infinity;
      if (performance.now() - heardAt > PAUSE_OF_BURST_MS) {
        return true;
      }
      await sleep(LOOK_EVERY_MS, signal);
    }
    return false;
  }

  async #tryOnce(): Promise<void> {
    const { signal, logger } = this.#context;
    try {
      await this.#once();
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this.#failures += 1;
      this.#status.failed(error);
      const log = this.#failures === 1 ? 'warn' : 'debug';
      logger[log](`Applications were not listed: ${(error as Error).message}`);
    }
  }

  async #once(): Promise<void> {
    await this.#writer.flush();
    const version = await this.#context.client.version();
    this.#status.setVersion(version);
    const first = await this.#list(version);
    const differing = this.#settleMany(first.differing);
    if (!differing) {
      return;
    }
    const missing = await this.#confirmed(first, version);
    const repaired = await this.#repairer.repair({
      differing,
      ...missing,
      listsRevision: listsRevision(version),
    });
    await this.#writer.flush();
    if (repaired) {
      this.#context.logger.debug('A list repaired applications', { repaired });
      this.#status.repaired(repaired);
      this.#mistrustStream();
    }
    this.#status.note({ lastListAt: Date.now() });
    if (differing.length === first.differing.length) {
      await this.#status.completed();
    }
    await this.#status.flush();
  }

  /**
   * What is left to ask for singly. Where very much differs the stream tells it
   * faster, and what differs still after that is but another way to say it.
   * Answers undefined when the stream was asked to tell everything again.
   */
  #settleMany(differing: ListedDifference[]): ListedDifference[] | undefined {
    if (differing.length <= MANY) {
      this.#wantedBurstAt = undefined;
      return differing;
    }
    const wantedAt = this.#wantedBurstAt;
    if (wantedAt === undefined) {
      this.#wantedBurstAt = performance.now();
      this.#stream.restart({ burst: true });
      return undefined;
    }
    if ((this.#stream.burstEndedAt ?? -Infinity) < wantedAt) {
      return differing.slice(0, MANY);
    }
    this.#wantedBurstAt = undefined;
    differing.forEach(({ key, digest }) => this.#index.adopt(key, digest));
    return differing.filter(({ key }) => !this.#index.has(key)).slice(0, MANY);
  }

  /** A stream that never said a word, while a list found changes, may be dead. */
  #mistrustStream(): void {
    if (!this.#stream.isAlive) {
      this.#stream.restart({ burst: false });
    }
  }

  /** Many at once never go on the word of one list. */
  async #confirmed(
    first: Comparison,
    version: string,
  ): Promise<{ missing: string[]; gone: string[] }> {
    const { missing } = first;
    if (!isMassRemoval(missing.length, this.#index.size)) {
      return { missing, gone: [] };
    }
    this.#context.logger.warn('Many applications are gone; listing again', {
      missing: missing.length,
      known: this.#index.size,
    });
    await sleep(SECOND_LIST_AFTER_MS, this.#context.signal);
    const second = new Set((await this.#list(version)).missing);
    return { missing: [], gone: missing.filter(key => second.has(key)) };
  }

  async #list(version: string): Promise<Comparison> {
    const { client, signal } = this.#context;
    const asked = performance.now();
    const listed: ArgoApplication[] = await this.#timed(() =>
      client.listApplications({ signal }),
    );
    const comparison = await compareList({
      context: this.#context,
      index: this.#index,
      status: this.#status,
      listed,
      listsRevision: listsRevision(version),
      asked,
    });
    this.#index.forgetEventsBefore(asked);
    return comparison;
  }

  async #timed<T>(list: () => Promise<T>): Promise<T> {
    const { metrics } = this.#context;
    const startedAt = performance.now();
    const took = () => performance.now() - startedAt;
    try {
      const listed = await list();
      metrics.listed({ outcome: 'success', durationMs: took() });
      this.#status.note({ lastListMs: Math.round(took()) });
      this.#stretch(took());
      return listed;
    } catch (error) {
      metrics.listed({ outcome: 'failure', durationMs: took() });
      throw error;
    }
  }

  #stretch(took: number): void {
    const intervalMs = Math.max(
      this.#context.hub.relistMs,
      Math.round(took / SHARE_OF_TIME),
    );
    if (intervalMs !== this.#intervalMs) {
      this.#intervalMs = intervalMs;
      this.#status.note({ listIntervalMs: intervalMs });
    }
  }
}
