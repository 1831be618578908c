import type { HubFacts } from 'backstage-plugin-argocd-hub-common/status';
import { OneAtATime } from '../async/OneAtATime';
import { HubError } from '../hub/HubError';
import type { HubRecord } from '../store/HubStore';
import type { MirrorContext } from './MirrorContext';
import { messageForPeople } from './messageForPeople';
import { SkippedApplications } from './SkippedApplications';
import { sleep } from '../async/time';

const WRITE_EVERY_MS = 3_000;

/**
 * What is known of the hub as a whole. Written every few seconds where it
 * changed, so that every replica can tell how old its knowledge is.
 */
export class HubStatusKeeper {
  readonly #context: MirrorContext;
  readonly #skipped = new SkippedApplications();
  readonly #writing = new OneAtATime(() => this.#write());
  #changes: Parameters<MirrorContext['store']['hubs']['update']>[0]['changes'] =
    {};
  readonly #onAvailability: (available: boolean) => void;
  readonly #onComplete: () => void;
  #facts: HubFacts;
  #down = false;
  #complete = false;

  constructor(options: {
    context: MirrorContext;
    /** The hub went down, or is back. */
    onAvailability(available: boolean): void;
    /** All of the hub is stored for the first time. */
    onComplete(): void;
  }) {
    this.#context = options.context;
    this.#onAvailability = options.onAvailability;
    this.#onComplete = options.onComplete;
    this.#facts = {
      startedAt: Date.now(),
      listIntervalMs: options.context.hub.relistMs,
      repairs: 0,
      reconnects: 0,
    };
  }

  /** As they will be written next. */
  get facts(): HubFacts {
    return this.#facts;
  }

  /** Makes the hub known to the store. What was known before is kept. */
  async start(): Promise<void> {
    const stored = await this.#context.store.hubs.get(this.#context.hub.name);
    this.#facts = { ...stored?.facts, ...this.#facts };
    this.#down = stored?.facts.downSince !== undefined;
    this.#complete = stored?.complete ?? false;
    this.#skipped.remember(stored);
    this.note(this.#facts);
    await this.flush();
  }

  /** Whether all of the hub has been stored, now or by an earlier mirror. */
  get isComplete(): boolean {
    return this.#complete;
  }

  /** Writes until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await sleep(WRITE_EVERY_MS, signal);
      if (!signal.aborted) {
        await this.#tick();
      }
    }
  }

  note(facts: Partial<HubFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#changes.facts = { ...this.#changes.facts, ...facts };
  }

  noteReadable(
    readable: Pick<Partial<HubRecord>, 'readableSets' | 'readableProjects'>,
  ): void {
    Object.assign(this.#changes, readable);
  }

  noteSkippedClusters(
    skipped: Required<
      Pick<HubRecord, 'skippedClusters' | 'skippedClusterCount'>
    >,
  ): void {
    Object.assign(this.#changes, skipped);
  }

  setVersion(version: string): void {
    this.#changes.version = version;
  }

  /** Everything that a list named is stored. */
  async completed(): Promise<void> {
    this.#changes.complete = true;
    await this.flush();
    if (!this.#complete) {
      this.#complete = true;
      this.#onComplete();
    }
  }

  /** A list put applications right. */
  repaired(applications: number): void {
    this.#context.metrics.repaired(applications);
    this.note({ repairs: (this.#facts.repairs ?? 0) + applications });
  }

  /** A connection of the stream ended, after it had worked. */
  reconnected(): void {
    this.#context.metrics.reconnected();
    this.note({ reconnects: (this.#facts.reconnects ?? 0) + 1 });
  }

  failed(error: unknown): void {
    if (error instanceof HubError) {
      this.#changes.lastError = {
        class: error.class,
        at: new Date().toISOString(),
        message: messageForPeople(error.message),
      };
    }
  }

  /** Said in the log when it is written next. */
  skip(application: { namespace: string; name: string }, reason: string): void {
    this.#skipped.add(application, reason);
  }

  unskip(key: string): void {
    this.#skipped.delete(key);
  }

  /** Unnames those that are no longer there, once a list told all that are. */
  forgetSkipped(isThere: (key: string) => boolean): void {
    this.#skipped.retain(isThere);
  }

  /** Resolves when what was noted until now is written, or could not be. */
  async flush(): Promise<void> {
    await this.#writing.run();
  }

  async #write(): Promise<void> {
    this.#tellSkipped();
    const changes = { ...this.#changes, ...this.#skipped.takeChange() };
    if (!Object.keys(changes).length) {
      return;
    }
    this.#changes = {};
    const { store, lease, hub } = this.#context;
    // Beside what must be written; never a reason to write.
    const facts = { ...changes.facts, work: this.#context.work.read() };
    const { outcome } = await this.#context.write(() =>
      store.hubs.update({
        lease,
        hub: hub.name,
        changes: { ...changes, facts },
      }),
    );
    if (outcome !== 'written') {
      this.#changes = {
        ...changes,
        ...this.#changes,
        facts: { ...changes.facts, ...this.#changes.facts },
      };
    }
  }

  #tellSkipped(): void {
    const { count, first } = this.#skipped.takeNews();
    if (count) {
      this.#context.logger.warn(
        `Skipped ${count} applications that cannot be read`,
        { first },
      );
    }
  }

  async #tick(): Promise<void> {
    const { downSince } = this.#context.client;
    const down =
      downSince !== undefined || (this.#down && !this.#contactedSinceStart());
    const wasDown = this.#down;
    if (down !== this.#down) {
      this.#down = down;
      this.note({ downSince });
      this.#context.logger[down ? 'warn' : 'info'](
        down ? 'The hub is down' : 'The hub is back',
      );
    }
    await this.flush();
    if (wasDown !== down) {
      this.#onAvailability(!down);
    }
  }

  /** A hub that was down when we stopped stays so until it answers: a restart is no news of it. */
  #contactedSinceStart(): boolean {
    const { startedAt, lastListAt = 0, lastStreamAt = 0 } = this.#facts;
    return Math.max(lastListAt, lastStreamAt) >= startedAt;
  }
}
