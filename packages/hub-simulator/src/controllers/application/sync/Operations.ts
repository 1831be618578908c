import type { SpokeClient } from '../../../net/SpokeClient';
import type { HubState } from '../../../state/HubState';
import { CONTROL_PLANE } from '../../../state/names';
import type { Application, OperationState } from '../../../types/argocd';
import { isApplicationHandled } from '../../reconcilable';
import type { LiveReader } from '../compare';
import { addHistory } from './history';
import { kitchen, mayRetry, retryDelay } from './retry';
import { syncStep } from './syncStep';

/** Between taking an operation and its first write. */
const TASK_DELAY_MS = 400;
/** How often a running operation looks whether it can go on. */
const POLL_MS = 1000;
/** An operation that waits for a window to pass looks less often. */
const BLOCKED_MS = 10_000;
const COMPLETED = ['Succeeded', 'Failed', 'Error'];

/** What follows from looking at an operation. */
export interface OperationProgress {
  /** look again after so many simulated milliseconds */
  again?: number;
  /** something was synced: compare again */
  isDone?: boolean;
  isAutomated?: boolean;
}

/** Runs the sync operations of applications against their spokes. */
export class Operations {
  readonly #state: HubState;
  readonly #client: SpokeClient;
  readonly #caches: LiveReader;
  /** simulated time of the next attempt of what failed, by namespace and name */
  readonly #retries = new Map<string, number>();

  constructor(options: {
    state: HubState;
    client: SpokeClient;
    caches: LiveReader;
  }) {
    this.#state = options.state;
    this.#client = options.client;
    this.#caches = options.caches;
  }

  forget(key: string): void {
    this.#retries.delete(key);
  }

  /** Takes the requested operation of an application as far as it goes now. */
  async process(name: string, namespace: string): Promise<OperationProgress> {
    const key = `${namespace}/${name}`;
    const { clock } = this.#state;
    const due = this.#retries.get(key);
    const before = this.#state.applications.get(name, namespace);
    if (!before?.operation) return {};
    const isTerminating = phaseOf(before) === 'Terminating';
    if (due !== undefined && !isTerminating) {
      const wait = due - clock.now();
      if (wait > 0) return { again: wait };
      this.#retries.delete(key);
    }
    const operation = this.#begin(before);
    await new Promise<void>(resolve => {
      clock.after(TASK_DELAY_MS, resolve);
    });
    const app = this.#state.applications.get(name, namespace);
    if (!app?.operation || !isApplicationHandled(this.#state, app)) return {};
    if (phaseOf(app) === 'Terminating') operation.phase = 'Terminating';
    return this.#step(key, structuredClone(app), operation);
  }

  async #step(
    key: string,
    app: Application,
    operation: OperationState,
  ): Promise<OperationProgress> {
    const { clock, projects } = this.#state;
    const wasTerminating = operation.phase === 'Terminating';
    const projectName = app.spec.project || 'default';
    const project = projects.get(projectName, CONTROL_PLANE);
    if (project) {
      const { name, namespace } = app.metadata;
      const copy = { ...app, metadata: { ...app.metadata, name, namespace } };
      await syncStep({
        state: this.#state,
        client: this.#client,
        caches: this.#caches,
        app: copy,
        project,
        operation,
      });
    } else {
      operation.phase = 'Error';
      operation.message = `Failed to load application project: appproject.argoproj.io "${projectName}" not found`;
    }
    if (operation.phase === 'Failed' || operation.phase === 'Error') {
      this.#retry(key, operation, wasTerminating);
    }
    this.#write(app, operation);
    if (COMPLETED.includes(operation.phase)) {
      const { initiatedBy, sync } = operation.operation;
      return {
        isDone: !sync?.dryRun,
        isAutomated: !!initiatedBy?.automated,
      };
    }
    const due = this.#retries.get(key);
    if (due !== undefined) return { again: Math.max(0, due - clock.now()) };
    const isBlocked = operation.message?.includes('blocked by sync window');
    return { again: isBlocked ? BLOCKED_MS : POLL_MS };
  }

  /** The state of a new operation, or of one that goes on. */
  #begin(app: Application): OperationState {
    const { clock } = this.#state;
    const last = app.status.operationState;
    if (last && !COMPLETED.includes(last.phase)) {
      const operation = structuredClone(last);
      if (!operation.finishedAt || last.phase !== 'Running') return operation;
      const { sync, retry } = operation.operation;
      const isRefreshed = !!retry?.refresh;
      if (isRefreshed && sync) {
        delete sync.revision;
        delete sync.revisions;
      }
      const extra = isRefreshed ? ' with latest revisions' : '';
      operation.message = `Retrying operation${extra}. Attempt #${operation.retryCount}`;
      delete operation.finishedAt;
      delete operation.syncResult;
      this.#write(app, operation);
      return operation;
    }
    this.#retries.delete(`${app.metadata.namespace}/${app.metadata.name}`);
    const operation: OperationState = {
      operation: app.operation!,
      phase: 'Running',
      startedAt: clock.timestamp(),
    };
    this.#write(app, operation);
    return structuredClone(operation);
  }

  #retry(
    key: string,
    operation: OperationState,
    wasTerminating: boolean,
  ): void {
    const { clock } = this.#state;
    const { retry } = operation.operation;
    const { retryCount = 0, message = '' } = operation;
    if (wasTerminating || !mayRetry(retry, retryCount)) {
      if (retryCount) {
        operation.message = `${message} (retried ${retryCount} times).`;
      }
      return;
    }
    try {
      const next = retryCount + 1;
      const told = clock.scaled(retryDelay(retry, retryCount));
      const at = kitchen(new Date(Date.now() + told));
      // What is waited for is longer than what is told: the count has risen.
      const wait = retryDelay(retry, next);
      operation.phase = 'Running';
      operation.finishedAt = clock.timestamp();
      operation.retryCount = next;
      operation.message = `${message}. Retrying attempt #${next} at ${at}.`;
      this.#retries.set(key, clock.now() + wait);
    } catch (error) {
      operation.phase = 'Error';
      operation.message = `${message} (failed to retry: ${
        (error as Error).message
      })`;
    }
  }

  #write({ metadata }: Application, operation: OperationState): void {
    const { applications, clock } = this.#state;
    applications.update(metadata.name, metadata.namespace, draft => {
      if (!isApplicationHandled(this.#state, draft)) return;
      const isCompleted = COMPLETED.includes(operation.phase);
      const current = draft.status.operationState?.phase;
      if (!isCompleted && current === 'Terminating' && draft.operation) {
        operation.phase = 'Terminating';
        operation.message = 'operation is terminating';
      }
      if (isCompleted) {
        operation.finishedAt = clock.timestamp();
        delete draft.operation;
      }
      const { sync } = operation.operation;
      const isWhole = !sync?.dryRun && !sync?.resources?.length;
      if (operation.phase === 'Succeeded' && isWhole) {
        addHistory(draft, operation, clock.timestamp());
      }
      draft.status.operationState = structuredClone(operation);
    });
  }
}

function phaseOf({ status }: Application): string | undefined {
  return status.operationState?.phase;
}
