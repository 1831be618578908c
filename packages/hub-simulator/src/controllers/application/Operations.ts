import { SpokeStatusError, type SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import type {
  Application,
  ClusterSecret,
  HistoryEntry,
  OperationState,
  ResourceResult,
} from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { loadTarget, sourceOf } from './compare';
import {
  collectionPath,
  groupOf,
  isApplied,
  typeOf,
  versionOf,
} from './objects';

const HISTORY_LIMIT = 10;
/** Between taking an operation and its first write. */
const TASK_DELAY_MS = 400;

/** Runs the sync operations of applications against their spokes. */
export class Operations {
  readonly #state: HubState;
  readonly #client: SpokeClient;

  constructor(options: { state: HubState; client: SpokeClient }) {
    this.#state = options.state;
    this.#client = options.client;
  }

  /** Takes the requested operation of an application and carries it out. */
  async run(name: string, namespace: string): Promise<void> {
    const app = this.#begin(name, namespace);
    if (!app?.status.operationState) return;
    if (app.status.operationState.phase === 'Terminating') {
      this.#terminate(name, namespace);
      return;
    }
    await new Promise<void>(resolve => {
      this.#state.clock.after(TASK_DELAY_MS, resolve);
    });
    const outcome = await this.#attempt(app, app.status.operationState);
    const current = this.#state.applications.get(name, namespace);
    if (current?.status.operationState?.phase === 'Terminating') {
      this.#terminate(name, namespace);
      return;
    }
    this.#state.applications.update(name, namespace, draft => {
      this.#record(draft, outcome);
    });
  }

  #terminate(name: string, namespace: string): void {
    const { applications, clock } = this.#state;
    applications.update(name, namespace, draft => {
      delete draft.operation;
      Object.assign(draft.status.operationState!, {
        phase: 'Failed',
        message: 'Operation terminated',
        finishedAt: clock.timestamp(),
      });
    });
  }

  #begin(name: string, namespace: string): Application | undefined {
    const { clock, applications } = this.#state;
    return applications.update(name, namespace, draft => {
      const { operation } = draft;
      if (!operation) return;
      if (draft.status.operationState?.phase === 'Terminating') return;
      draft.status.operationState = {
        operation,
        phase: 'Running',
        message: 'waiting for healthy state of sync tasks',
        startedAt: clock.timestamp(),
        ...(draft.status.operationState?.phase === 'Running' && {
          startedAt: draft.status.operationState.startedAt,
          retryCount: draft.status.operationState.retryCount,
        }),
      };
    });
  }

  async #attempt(
    app: Application,
    running: OperationState,
  ): Promise<OperationState> {
    const source = sourceOf(app);
    try {
      const target = loadTarget(
        this.#state,
        app,
        running.operation.sync?.revision,
      );
      const server = this.#state.resolve(app.spec.destination);
      const cluster = this.#state.clusterByServer(server);
      if (!cluster) throw new Error(`cluster "${server}" not found`);
      const resources: ResourceResult[] = [];
      const dryRun = !!running.operation.sync?.dryRun;
      for (const manifest of target.manifests) {
        resources.push(await this.#apply(cluster, manifest, dryRun));
      }
      const failed = resources.find(({ status }) => status === 'SyncFailed');
      return {
        ...running,
        phase: failed ? 'Failed' : 'Succeeded',
        message: failed
          ? `one or more objects failed to apply, reason: ${failed.message}`
          : 'successfully synced (all tasks run)',
        syncResult: { resources, revision: target.revision, source },
      };
    } catch (error) {
      return {
        ...running,
        phase: 'Error',
        message: (error as Error).message,
        syncResult: {
          revision: running.operation.sync?.revision ?? '',
          source,
        },
      };
    }
  }

  /** One object; a refusal is its result, an unreachable spoke ends the operation. */
  async #apply(
    cluster: ClusterSecret,
    manifest: GenericObject,
    dryRun: boolean,
  ): Promise<ResourceResult> {
    const { name, namespace = '' } = manifest.metadata;
    const type = typeOf(manifest);
    const result = {
      group: groupOf(manifest),
      version: versionOf(manifest),
      kind: manifest.kind!,
      namespace,
      name,
      hookPhase: 'Running',
      syncPhase: 'Sync',
    };
    try {
      const verb = await this.#write(
        cluster,
        collectionPath(type, namespace),
        manifest,
        dryRun ? '?dryRun=All' : '',
      );
      return {
        ...result,
        status: 'Synced',
        message: `${type.resource}${
          type.group && `.${type.group}`
        }/${name} ${verb}`,
      };
    } catch (error) {
      if (!(error instanceof SpokeStatusError)) throw error;
      if (error.code === 401) throw error;
      return { ...result, status: 'SyncFailed', message: error.message };
    }
  }

  async #write(
    { data }: ClusterSecret,
    collection: string,
    manifest: GenericObject,
    query: string,
  ): Promise<'created' | 'configured' | 'unchanged'> {
    const path = `${collection}/${manifest.metadata.name}`;
    const live = await this.#client
      .call<GenericObject>(data, { path })
      .catch(error => {
        if (error instanceof SpokeStatusError && error.code === 404) {
          return undefined;
        }
        throw error;
      });
    if (!live) {
      await this.#client.call(data, {
        method: 'POST',
        path: `${collection}${query}`,
        body: manifest,
      });
      return 'created';
    }
    if (isApplied(manifest, live)) return 'unchanged';
    await this.#client.call(data, {
      method: 'PATCH',
      path: `${path}${query}`,
      body: manifest,
      contentType: 'application/merge-patch+json',
    });
    return 'configured';
  }

  #record(draft: Application, outcome: OperationState): void {
    const now = this.#state.clock.timestamp();
    const { retry } = outcome.operation;
    const { retryCount = 0 } = outcome;
    const failed = outcome.phase !== 'Succeeded';
    if (failed && retryCount < (retry?.limit ?? 0)) {
      const at = new Date(Date.now() + this.retryDelay(draft, retryCount));
      draft.status.operationState = {
        ...outcome,
        phase: 'Running',
        retryCount: retryCount + 1,
        message: `${outcome.message}. Retrying attempt #${
          retryCount + 1
        } at ${kitchen(at)}.`,
      };
      return;
    }
    delete draft.operation;
    const suffix = retryCount ? ` (retried ${retryCount} times).` : '';
    draft.status.operationState = {
      ...outcome,
      message: `${outcome.message}${suffix}`,
      finishedAt: now,
    };
    const { dryRun } = outcome.operation.sync ?? {};
    if (!failed && !dryRun) addHistory(draft, outcome, now);
  }

  /** Real milliseconds until the next attempt. */
  retryDelay(app: Application, retryCount: number): number {
    const backoff = app.operation?.retry?.backoff;
    const first = seconds(backoff?.duration ?? '5s');
    const most = seconds(backoff?.maxDuration ?? '3m');
    const wait = first * (backoff?.factor ?? 2) ** retryCount;
    return this.#state.clock.scaled(Math.min(wait, most) * 1000);
  }
}

function addHistory(
  draft: Application,
  { startedAt, syncResult, operation }: OperationState,
  deployedAt: string,
): void {
  const history = draft.status.history ?? [];
  const entry: HistoryEntry = {
    revision: syncResult?.revision ?? '',
    deployedAt,
    id: (history.at(-1)?.id ?? -1) + 1,
    source: sourceOf(draft),
    deployStartedAt: startedAt,
    initiatedBy: operation.initiatedBy ?? {},
  };
  const limit = draft.spec.revisionHistoryLimit ?? HISTORY_LIMIT;
  draft.status.history = limit ? [...history, entry].slice(-limit) : [];
}

/** Go durations as Argo CD's retry uses them: `30s`, `3m`, `1h`, or seconds. */
function seconds(duration: string): number {
  const [, amount, unit] = /^(\d+)([smh]?)$/.exec(duration) ?? ['', '5', 's'];
  return Number(amount) * ({ m: 60, h: 3600 }[unit] ?? 1);
}

/** Go's time.Kitchen. */
function kitchen(date: Date): string {
  const hours = date.getUTCHours();
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${hours % 12 || 12}:${minutes}${hours < 12 ? 'AM' : 'PM'}`;
}
