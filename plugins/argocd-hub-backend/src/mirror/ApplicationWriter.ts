import { setTimeout as delay } from 'node:timers/promises';
import type { ArgoApplication } from '../hub/types';
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
    const { signal } = this.#context;
    for (let tried = 1; tried <= TRIES && !signal.aborted; tried++) {
      if (await this.#apply(batch)) {
        return;
      }
      await delay(RETRY_MS * tried, undefined, { signal }).catch(() => {});
    }
    for (const part of singles(batch)) {
      if (!signal.aborted && !(await this.#apply(part))) {
        part.upserts.forEach(record => this.#giveUp(record));
      }
    }
  }

  async #apply(batch: Batch): Promise<boolean> {
    const { store, lease, hub } = this.#context;
    const written = await this.#context.guard(() =>
      store.applications.apply({ lease, hub: hub.name, ...batch }),
    );
    if (!written) {
      return false;
    }
    const { changed, clusters } = written;
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
    return true;
  }

  #giveUp({ namespace, name }: ApplicationKey): void {
    this.#index.delete(`${namespace}/${name}`);
    this.#status.skip({ namespace, name }, 'It cannot be stored');
  }
}

function singles({ upserts, removals }: Batch): Batch[] {
  return [
    ...upserts.map(record => ({ upserts: [record], removals: [] })),
    ...(removals.length ? [{ upserts: [], removals }] : []),
  ];
}
