import { HubError } from '../hub/HubError';
import { listsRevision } from '../hub/fieldSets';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { ListedDifference } from './ListComparer';
import { ListReader, type ListRound } from './ListReader';
import { isAllStored } from './isAllStored';
import type { MirrorContext } from './MirrorContext';
import { pauseOfBurst } from './pauseOfBurst';
import { ReadBudget } from './ReadBudget';
import { repeat } from './repeat';
import { RemovalGuard } from './RemovalGuard';
import { Repairer } from './Repairer';
import type { StreamFollower } from './StreamFollower';
import { Alarm, backOff, jittered, sleep } from '../async/time';

const WHILE_BURSTING_MS = 1_000;
/**
 * More applications than this, and more than this share of all, are told
 * faster by a burst of the stream than one by one.
 */
const MANY = 500;
const LARGE_SHARE = 1 / 5;

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
  readonly #reader: ListReader;
  readonly #guard: RemovalGuard;
  readonly #stream: StreamFollower;
  readonly #alarm = new Alarm();
  readonly #budget: ReadBudget;
  /** When a burst was asked for to settle a list, by `performance.now()`. */
  #wantedBurstAt?: number;

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
    this.#reader = new ListReader({
      ...options,
      burstEnded: () => options.stream.burstEndedAt !== undefined,
    });
    this.#guard = new RemovalGuard({
      ...options,
      read: version => this.#read(version),
    });
    const { pausePerList } = options.context.timing;
    this.#budget = new ReadBudget({ pausePerRead: pausePerList });
  }

  /** Lists when asked to and at intervals, until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    if (!this.#status.isComplete) {
      await this.#completeEarly();
    }
    // The first list waits for the stream, whose burst is far richer.
    await this.#alarm.wait(this.#intervalMs, signal);
    await repeat({
      context: this.#context,
      status: this.#status,
      failure: 'Applications were not listed',
      once: () => this.#onceQuiet(),
      pause: failures => this.#rest(failures),
    });
  }

  /** Between two lists, as far as nothing calls for one earlier. */
  get #intervalMs(): number {
    return Math.max(this.#context.hub.relistMs, this.#budget.pauseMs);
  }

  /** Lists soon. */
  request(): void {
    this.#alarm.ring();
  }

  /** Until the next list is due or asked for; then as long as the last ones were too dear. */
  async #rest(failures: number): Promise<void> {
    const { signal } = this.#context;
    const intervalMs = this.#intervalMs;
    const pause = failures
      ? backOff(failures - 1, {
          shortest: 1_000,
          longest: Math.max(1_000, intervalMs / 2),
        })
      : jittered(intervalMs);
    await this.#alarm.wait(pause, signal);
    await sleep(this.#budget.waitMs, signal);
  }

  /** The burst of a small hub is told in a blink, yet that it is over shows only seconds later. */
  async #completeEarly(): Promise<void> {
    const { signal } = this.#context;
    if (!(await pauseOfBurst(this.#stream, signal))) {
      return;
    }
    const isAll = await isAllStored({
      context: this.#context,
      index: this.#index,
      status: this.#status,
    });
    if (isAll) {
      await this.#writer.flush();
      await this.#status.completed();
    }
  }

  /** While the stream tells everything a list would know less. */
  async #onceQuiet(): Promise<boolean> {
    const { signal } = this.#context;
    while (this.#stream.isBursting && !signal.aborted) {
      await this.#alarm.wait(WHILE_BURSTING_MS, signal);
    }
    signal.throwIfAborted();
    try {
      await this.#once();
    } finally {
      // No list is under way now; while lists fail nobody else forgets.
      this.#index.forgetEventsBefore(performance.now());
    }
    return true;
  }

  /** Uses what was listed, also where a part of it failed; then rejects with that failure. */
  async #once(): Promise<void> {
    await this.#writer.flush();
    const version = await this.#context.client.version();
    this.#status.setVersion(version);
    const { round, missing, gone } = await this.#guard.read(version);
    const differing = this.#settleMany(round);
    const repaired = await this.#repairer.repair({
      differing: differing ?? [],
      missing,
      mostMissing: this.#most(round),
      gone,
      listsRevision: listsRevision(version),
    });
    await this.#writer.flush();
    if (repaired) {
      this.#context.logger.debug('A list repaired applications', { repaired });
      this.#status.repaired(repaired);
      this.#stream.mistrust();
    }
    if (round.failure) {
      throw round.failure;
    }
    await this.#listed(round, differing?.length === round.differing.length);
  }

  async #listed(round: ListRound, isSettled: boolean): Promise<void> {
    this.#status.note({ lastListAt: Date.now() });
    if (round.isFull && isSettled) {
      await this.#status.completed();
    }
    if (round.isSure) {
      const asked = new Set(round.differing.map(({ key }) => key));
      this.#status.forgetSkipped(
        key =>
          round.unreadable.has(key) || asked.has(key) || this.#index.has(key),
      );
    }
    if (round.tooLarge.length) {
      this.#status.failed(tooLarge(round.tooLarge));
    }
    await this.#status.flush();
  }

  /**
   * What is left to ask for singly. Where very much differs the stream tells it
   * faster; but it may not be able to, or the list says everything in other
   * words: then it goes on singly, a part in each round. Answers undefined when
   * the stream was asked to tell everything again.
   */
  #settleMany(round: ListRound): ListedDifference[] | undefined {
    const { differing } = round;
    const most = this.#most(round);
    if (differing.length <= most) {
      this.#wantedBurstAt = undefined;
      return differing;
    }
    if (this.#wantedBurstAt === undefined) {
      this.#wantedBurstAt = performance.now();
      this.#stream.restart({ burst: true });
      return undefined;
    }
    // What is not there at all is worse than what is not as it should be.
    const [unknown, known] = [false, true].map(wanted =>
      differing.filter(({ key }) => this.#index.has(key) === wanted),
    );
    return [...unknown, ...known].slice(0, most);
  }

  /** How many applications are asked for singly in one round. */
  #most({ listed }: ListRound): number {
    const all = Math.max(listed, this.#index.size);
    return Math.max(MANY, Math.ceil(all * LARGE_SHARE));
  }

  async #read(version: string): Promise<ListRound> {
    const { metrics } = this.#context;
    const began = performance.now();
    try {
      const round = await this.#reader.read(version);
      const outcome = round.failure ? 'failure' : 'success';
      metrics.listed({ outcome, durationMs: round.tookMs });
      this.#budget.spent(round.tookMs, { isGood: !round.failure });
      if (!round.failure) {
        this.#noteTime(round.tookMs);
      }
      return round;
    } catch (error) {
      const durationMs = performance.now() - began;
      metrics.listed({ outcome: 'failure', durationMs });
      this.#budget.spent(durationMs);
      throw error;
    }
  }

  /**
   * How old knowledge may be follows from the interval; a hub that fails slowly
   * gets no more time for that.
   */
  #noteTime(tookMs: number): void {
    this.#status.note({ lastListMs: Math.round(tookMs) });
    const listIntervalMs = this.#intervalMs;
    if (listIntervalMs !== this.#status.facts.listIntervalMs) {
      this.#status.note({ listIntervalMs });
    }
  }
}

function tooLarge(projects: string[]): HubError {
  const [one, ...others] = projects;
  const which = others.length
    ? `Projects ${one} and ${others.length} more are`
    : `Project ${one} is`;
  return new HubError({
    class: 'http',
    status: 429,
    grpcCode: 8,
    message: `${which} too large for a list of this hub, and followed by its stream alone, which is dearer and repairs later: raise ARGOCD_GRPC_MAX_SIZE_MB of argocd-server or divide the project`,
  });
}
