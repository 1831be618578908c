import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { listsRevision } from '../hub/fieldSets';
import type {
  ApplicationKey,
  StoredApplication,
} from '../store/ApplicationStore';
import { spelled } from './annotations';
import { ApplicationIndex } from './ApplicationIndex';
import { ApplicationWriter } from './ApplicationWriter';
import { ClusterBoard } from './ClusterBoard';
import { ClusterPoller } from './ClusterPoller';
import { CommitFetcher } from './CommitFetcher';
import { digestOfRecord } from './digest';
import { EventIntake } from './EventIntake';
import { HeartbeatMonitor } from './heartbeat/HeartbeatMonitor';
import { HubStatusKeeper } from './HubStatusKeeper';
import { Lister } from './Lister';
import type { MirrorContext } from './MirrorContext';
import { applicationSets, projects } from './polledKinds';
import { StreamFollower } from './StreamFollower';
import { backOff, sleep } from '../async/time';
import { WholeListPoller } from './WholeListPoller';

const PAGE = 200;

/** Mirrors one hub while this replica holds its lease. */
export class MirrorSession {
  readonly #context: MirrorContext;
  readonly #index = new ApplicationIndex();
  readonly #status: HubStatusKeeper;
  readonly #commits: CommitFetcher;
  readonly #writer: ApplicationWriter;
  readonly #board: ClusterBoard;
  readonly #clusters: ClusterPoller;
  /** Of kinds that are small enough to be listed as a whole. */
  readonly #wholeLists: Pick<WholeListPoller<never>, 'run' | 'request'>[];
  readonly #heartbeat: HeartbeatMonitor;
  readonly #follower: StreamFollower;
  readonly #lister: Lister;
  /** Aborts when one part failed: the others end, too. */
  readonly #failed = new AbortController();
  #listsRevision = true;

  constructor(given: MirrorContext) {
    const signal = AbortSignal.any([given.signal, this.#failed.signal]);
    const context = { ...given, signal };
    this.#context = context;
    const index = this.#index;
    const status = new HubStatusKeeper({
      context,
      onAvailability: available => this.#onAvailability(available),
      onComplete: () => this.#tellAll(),
    });
    const commits = new CommitFetcher(context);
    const board = new ClusterBoard({ context, hubFacts: () => status.facts });
    const writer = new ApplicationWriter({
      context,
      index,
      status,
      commits,
      onActivity: () => board.outdate(),
    });
    this.#status = status;
    this.#commits = commits;
    this.#writer = writer;
    this.#board = board;
    this.#heartbeat = new HeartbeatMonitor({ context, board });
    this.#clusters = new ClusterPoller({
      context,
      status,
      onListed: () => board.refresh(),
    });
    this.#wholeLists = [
      new WholeListPoller({
        context,
        status,
        kind: applicationSets({ context, status }),
      }),
      new WholeListPoller({
        context,
        status,
        kind: projects({ context, status }),
      }),
    ];
    const events = new EventIntake({
      index,
      writer,
      listsRevision: () => this.#listsRevision,
    });
    this.#follower = new StreamFollower({
      context,
      index,
      onEvent: event => events.see(event),
      onAlive: () => status.note({ lastStreamAt: Date.now() }),
      onLost: () => status.reconnected(),
      onFailed: error => status.failed(error),
      lastHeardAt: () => status.facts.lastStreamAt,
      wantList: () => {
        this.#lister.request();
        this.#wholeLists.forEach(poller => poller.request());
      },
    });
    this.#lister = new Lister({
      context,
      index,
      status,
      writer,
      stream: this.#follower,
    });
  }

  /**
   * Resolves when the context's signal aborted and nothing is written any more.
   * Rejects with what failed first, and not before everything else ended, too.
   */
  async run(): Promise<void> {
    try {
      await this.#status.start();
      await this.#board.refresh();
      this.#clusters.remember(this.#board.list());
      await this.#together([
        this.#status.run(),
        this.#board.run(),
        this.#clusters.run(),
        ...this.#wholeLists.map(poller => poller.run()),
        this.#heartbeat.run(),
        this.#mirrorApplications(),
      ]);
    } finally {
      this.#failed.abort();
      await this.#writer.stop();
      await this.#commits.settled();
    }
  }

  async #together(parts: Promise<void>[]): Promise<void> {
    const ended = parts.map(part =>
      part.catch(error => {
        this.#failed.abort();
        throw error;
      }),
    );
    await Promise.all(ended).finally(() => Promise.allSettled(ended));
  }

  async #mirrorApplications(): Promise<void> {
    await this.#waitForHub();
    if (this.#context.signal.aborted) {
      return;
    }
    await this.#load();
    await this.#together([this.#follower.run(), this.#lister.run()]);
  }

  /** The version decides what a list tells; while the hub is away there is nothing to mirror. */
  async #waitForHub(): Promise<void> {
    const { client, signal, logger } = this.#context;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        this.#listsRevision = listsRevision(await client.version());
        return;
      } catch (error) {
        const log = failures === 0 ? 'warn' : 'debug';
        logger[log](`The hub cannot be read: ${(error as Error).message}`);
        this.#status.failed(error);
        await sleep(
          backOff(failures, { shortest: 1_000, longest: 10_000 }),
          signal,
        );
      }
    }
  }

  /** What an earlier mirror left in the store. */
  async #load(): Promise<void> {
    const { store, hub, signal } = this.#context;
    let after: ApplicationKey | undefined;
    do {
      const page = await store.applications.list({
        hub: hub.name,
        after,
        limit: PAGE,
      });
      for (const record of page) {
        this.#index.set(`${record.namespace}/${record.name}`, {
          digest: digestOfRecord(record, { revision: this.#listsRevision }),
          project: record.project,
        });
      }
      await this.#respell(page);
      this.#commits.want(page);
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
      after = page.length === PAGE ? page[PAGE - 1] : undefined;
    } while (after && !signal.aborted);
  }

  /** No list tells annotations: what an older version wrote would stay for as long as nothing happens. */
  async #respell(stored: StoredApplication[]): Promise<void> {
    for (const { cluster, ...record } of stored) {
      const annotations = spelled(record.annotations);
      if (!isDeepStrictEqual(annotations, record.annotations)) {
        await this.#writer.rewrite({ ...record, annotations });
      }
    }
  }

  /** What the stream told while the hub was away is lost, and perhaps the stream itself. */
  #onAvailability(available: boolean): void {
    if (available) {
      this.#follower.restart({ burst: false });
      this.#clusters.request();
    }
    this.#tellAll();
  }

  /** What is said of the hub is part of every answer. */
  #tellAll(): void {
    const clusters = this.#board.list().map(({ name }) => name);
    this.#context.changed({ applications: [], clusters });
  }
}
