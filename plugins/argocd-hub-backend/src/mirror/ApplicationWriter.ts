import { setTimeout as delay } from 'node:timers/promises';
import type { ArgoApplication } from '../hub/types';
import type {
  ApplicationKey,
  ApplicationRecord,
} from '../store/ApplicationStore';
import type { ApplicationIndex } from './ApplicationIndex';
import { type Batch, WriteBatcher } from './WriteBatcher';
import type { CommitFetcher } from './CommitFetcher';
import { digestOfRecord } from './digest';
import { withoutStatement } from '../store/databaseError';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { identityOf } from './identity';
import type { MirrorContext } from './MirrorContext';
import { trim } from './trim';
import type { WriteOutcome } from './WriteGuard';

const TRIES = 3;
const RETRY_MS = 1_000;

/** The way of an application from the hub into the store. */
export class ApplicationWriter {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #status: HubStatusKeeper;
  readonly #commits: CommitFetcher;
  readonly #onActivity: () => void;
  readonly #batcher = new WriteBatcher(batch => this.#write(batch));

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

  /**
   * Takes what the hub told in full. One that cannot be read is skipped and
   * named; what is stored of it would no longer be true, and goes. Answers its
   * digest unless it was skipped. Resolves when there is room for more.
   *
   * @param options.digest - what a list said of it, where it is asked for to settle that
   */
  async accept(
    application: ArgoApplication,
    options: { listsRevision: boolean; digest?: string },
  ): Promise<string | undefined> {
    const { hub, annotations } = this.#context;
    const identity = identityOf(application);
    try {
      const record = trim(application, { hub: hub.name, annotations });
      const digest = digestOfRecord(record, {
        revision: options.listsRevision,
      });
      this.#index.set(identity.key, {
        digest: options.digest ?? digest,
        project: record.project,
      });
      await this.#batcher.add(record);
      return digest;
    } catch (error) {
      if (this.#index.has(identity.key)) {
        await this.remove(identity);
      }
      this.#status.skip(identity, (error as Error).message);
      return undefined;
    }
  }

  /** Writes anew what is stored, as it is kept by now. */
  async rewrite(record: ApplicationRecord): Promise<void> {
    await this.#batcher.add(record);
  }

  async remove({ namespace, name }: { namespace: string; name: string }) {
    this.#index.delete(`${namespace}/${name}`);
    this.#status.unskip(`${namespace}/${name}`);
    await this.#batcher.add({ hub: this.#context.hub.name, namespace, name });
  }

  async flush(): Promise<void> {
    await this.#batcher.flush();
  }

  /** Resolves when nothing is written any more; to be called once the mirror's signal aborted. */
  async stop(): Promise<void> {
    await this.#batcher.stop();
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
        for (const record of part.upserts) {
          await this.#giveUp(record);
        }
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

  async #apply(batch: Batch): Promise<WriteOutcome<unknown>['outcome']> {
    const { store, lease, hub } = this.#context;
    const startedAt = performance.now();
    const result = await this.#context.write(() =>
      store.applications.apply({ lease, hub: hub.name, ...batch }),
    );
    if (result.outcome !== 'written') {
      return result.outcome;
    }
    const durationMs = performance.now() - startedAt;
    this.#tell(batch, { ...result.value, durationMs });
    return 'written';
  }

  /** Never throws: it is written, whoever cannot deal with that. */
  #tell(
    batch: Batch,
    written: {
      changed: ApplicationKey[];
      clusters: string[];
      durationMs: number;
    },
  ): void {
    const { changed, clusters, durationMs } = written;
    try {
      this.#context.metrics.batchWritten({
        size: batch.upserts.length + batch.removals.length,
        changed: changed.length,
        durationMs,
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
    } catch (error) {
      this.#context.logger.error(
        'What was written could not be told',
        withoutStatement(error),
      );
    }
  }

  /**
   * What is stored of it is no longer true: it goes. The index keeps it, unless
   * it is gone anyway: newer word of it may wait to be stored, and the next list
   * settles it.
   */
  async #giveUp({ hub, namespace, name }: ApplicationKey): Promise<void> {
    if (this.#index.doubt(`${namespace}/${name}`)) {
      this.#status.skip({ namespace, name }, 'It cannot be stored');
    }
    const removals = [{ hub, namespace, name }];
    await this.#try({ upserts: [], removals }, Infinity);
  }
}

function singles({ upserts, removals }: Batch): Batch[] {
  return [
    ...upserts.map(record => ({ upserts: [record], removals: [] })),
    ...(removals.length ? [{ upserts: [], removals }] : []),
  ];
}
