import { setTimeout as delay } from 'node:timers/promises';
import type { ArgoApplication } from '../hub/types';
import { isDatabaseAway } from '../store/isDatabaseAway';
import type { ApplicationKey } from '../store/types';
import type { ApplicationIndex } from './ApplicationIndex';
import { type Batch, ChangeBatcher } from './ChangeBatcher';
import type { CommitFetcher } from './CommitFetcher';
import { digestOfRecord } from './digest';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { trim } from './trim';

const TRIES = 3;
const RETRY_MS = 1_000;

/** The way of an application from the hub into the store. */
export class ApplicationWriter {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #status: HubStatusKeeper;
  readonly #commits: CommitFetcher;
  readonly #onActivity: () => void;
  #away = false;
  readonly #batcher = new ChangeBatcher(batch => this.#write(batch));

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    status: HubStatusKeeper;
    commits: CommitFetcher;
    /** What is counted of a cluster's applications changed. */
    onActivity(): void;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#status = options.status;
    this.#commits = options.commits;
    this.#onActivity = options.onActivity;
  }

  /** One that cannot be read is skipped and named. Resolves when there is room for more. */
  async accept(
    application: ArgoApplication,
    options: { listsRevision: boolean; digest?: string },
  ): Promise<void> {
    const { name, namespace = '' } = application.metadata;
    try {
      const record = trim(application, {
        hub: this.#context.hub.name,
        annotations: this.#context.annotations,
      });
      this.#index.set(`${namespace}/${name}`, {
        digest:
          options.digest ??
          digestOfRecord(record, { revision: options.listsRevision }),
        project: record.project,
      });
      await this.#batcher.add(record);
    } catch (error) {
      this.#status.skip({ namespace, name }, (error as Error).message);
    }
  }

  async remove(application: { namespace: string; name: string }) {
    const { namespace, name } = application;
    this.#index.delete(`${namespace}/${name}`);
    this.#status.unskip(`${namespace}/${name}`);
    await this.#batcher.add({ hub: this.#context.hub.name, namespace, name });
  }

  async flush(): Promise<void> {
    await this.#batcher.flush();
  }

  stop(): void {
    this.#batcher.stop();
  }

  /** Never rejects. A batch that fails again and again is written one by one, to find the one at fault. */
  async #write(batch: Batch): Promise<void> {
    if (await this.#try(batch, TRIES)) {
      return;
    }
    for (const part of singles(batch)) {
      // Nothing can be at fault with a removal, and nobody would notice if it were forgotten.
      const times = part.removals.length ? Infinity : 1;
      if (!(await this.#try(part, times)) && !this.#context.signal.aborted) {
        part.upserts.forEach(record => this.#giveUp(record));
      }
    }
  }

  /** Answers whether it was written before it failed so often. While the database is away nothing counts. */
  async #try(batch: Batch, times: number): Promise<boolean> {
    const { signal } = this.#context;
    for (let failed = 0; failed < times && !signal.aborted; ) {
      const outcome = await this.#apply(batch);
      if (outcome === 'written') {
        return true;
      }
      failed += outcome === 'failed' ? 1 : 0;
      if (failed < times) {
        const wait = RETRY_MS * Math.min(failed + 1, TRIES);
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    }
    return false;
  }

  async #apply(batch: Batch): Promise<'written' | 'failed' | 'away'> {
    const { store, lease, hub, metrics } = this.#context;
    const startedAt = performance.now();
    const written = await this.#context.guard(() =>
      store.applications
        .apply({ lease, hub: hub.name, ...batch })
        .catch(awayOrThrow),
    );
    if (written === undefined || written === 'away') {
      this.#sayAway(written === 'away');
      return written ?? 'failed';
    }
    this.#sayAway(false);
    const { changed, clusters } = written;
    metrics.batchWritten({
      size: batch.upserts.length + batch.removals.length,
      changed: changed.length,
      durationMs: performance.now() - startedAt,
    });
    batch.upserts.forEach(record => {
      this.#status.unskip(`${record.namespace}/${record.name}`);
    });
    this.#commits.want(batch.upserts);
    if (clusters.length) {
      this.#onActivity();
    }
    if (changed.length || clusters.length) {
      this.#context.changed({ applications: changed, clusters });
    }
    return 'written';
  }

  #sayAway(away: boolean): void {
    if (away && !this.#away) {
      this.#context.logger.warn(
        'The database is away; changes wait until it is back',
      );
    }
    this.#away = away;
  }

  #giveUp({ namespace, name }: ApplicationKey): void {
    this.#index.delete(`${namespace}/${name}`);
    this.#status.skip({ namespace, name }, 'It cannot be stored');
  }
}

function awayOrThrow(error: unknown): 'away' {
  if (isDatabaseAway(error)) {
    return 'away';
  }
  throw error;
}

function singles({ upserts, removals }: Batch): Batch[] {
  return [
    ...upserts.map(record => ({ upserts: [record], removals: [] })),
    ...(removals.length ? [{ upserts: [], removals }] : []),
  ];
}
