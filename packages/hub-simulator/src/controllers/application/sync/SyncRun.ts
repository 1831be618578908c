import type { HubState } from '../../../state/HubState';
import { healthOf } from '../health';
import { failureMessage, waitingMessage } from './messages';
import type { SyncTask } from './SyncTask';
import type { RunState, TaskRunner } from './TaskRunner';

/** `ARGOCD_SYNC_WAVE_DELAY`: between two waves. */
const WAVE_DELAY_MS = 2000;

/** Where an operation stands after a step. */
export interface StepOutcome {
  phase: string;
  message: string;
}

export interface SyncRunOptions {
  state: HubState;
  runner: TaskRunner;
  /** in their order */
  tasks: SyncTask[];
  /** the namespace that is made before anything is tried */
  namespaceTask?: SyncTask;
  /** whether earlier steps of this operation did anything */
  isStarted: boolean;
  /** leave out what is in sync */
  isWanted: (task: SyncTask) => boolean;
}

const running = (message: string): StepOutcome => ({
  phase: 'Running',
  message,
});
const failed = (message: string): StepOutcome => ({ phase: 'Failed', message });
const succeeded = (message: string): StepOutcome => ({
  phase: 'Succeeded',
  message,
});

/** One step of a sync: it goes as far as it can without waiting for the spoke. */
export class SyncRun {
  readonly #options: SyncRunOptions;
  readonly #runner: TaskRunner;

  constructor(options: SyncRunOptions) {
    this.#options = options;
    this.#runner = options.runner;
  }

  async step(): Promise<StepOutcome> {
    const { tasks, isStarted } = this.#options;
    const objection = await this.#check();
    if (objection) return objection;
    if (!isStarted) {
      const problem = await this.#rehearse();
      if (problem) return problem;
    }
    this.#lookAtRunning();
    const isMultiStep =
      tasks[0]?.wave !== tasks.at(-1)?.wave ||
      tasks[0]?.phase !== tasks.at(-1)?.phase;
    const busy = tasks.filter(
      task => task.isRunning && (isMultiStep || task.isHook),
    );
    if (busy.length) return this.#waitFor(busy);
    const leaving = tasks.filter(
      task =>
        task.status === 'Pruned' && !!task.live?.metadata.deletionTimestamp,
    );
    if (leaving.length) return running(waitingMessage(leaving, true));
    for (const task of tasks) {
      if (task.isHook && task.isCompleted) await this.#runner.release(task);
    }
    return this.#advance();
  }

  /** Ends what hooks still run. */
  async terminate(): Promise<StepOutcome> {
    const { tasks } = this.#options;
    const hooks = tasks.filter(({ isHook }) => isHook);
    for (const task of hooks) {
      if (task.isCompleted) await this.#runner.release(task);
    }
    const busy = hooks.filter(task => task.isRunning && task.live);
    for (const task of busy) {
      this.#runner.note(task, task.status, 'Failed', 'Terminated');
    }
    return (await this.#runner.deleteHooks(busy))
      ? failed('Operation terminated')
      : { phase: 'Error', message: 'Operation termination had errors' };
  }

  async #check(): Promise<StepOutcome | undefined> {
    const { tasks } = this.#options;
    if (await this.#runner.check(tasks)) return undefined;
    const reasons = tasks
      .filter(({ status, message }) => status === 'SyncFailed' && message)
      .map(({ message }) => message);
    const message = 'one or more synchronization tasks are not valid';
    const unique = [...new Set(reasons)].sort();
    return failed(unique.length ? `${message}: ${unique.join('; ')}` : message);
  }

  /** Tries everything without doing it; the namespace is made for that. */
  async #rehearse(): Promise<StepOutcome | undefined> {
    const { tasks, namespaceTask, isWanted } = this.#options;
    if (namespaceTask) {
      if ((await this.#runner.run([namespaceTask])) === 'failed') {
        return failed(
          failureMessage('the namespace failed to apply', [namespaceTask]),
        );
      }
    }
    const others = tasks.filter(
      task => task !== namespaceTask && isWanted(task),
    );
    return (await this.#runner.run(others, true)) === 'failed'
      ? failed('one or more objects failed to apply (dry run)')
      : undefined;
  }

  #lookAtRunning(): void {
    for (const task of this.#options.tasks) {
      const { live } = task;
      if (!task.isRunning || !live) continue;
      const health = healthOf(live);
      const { status, message = '' } = health ?? {};
      if (task.isHook) {
        const state = hookState(status);
        const text = health ? message : `${live.metadata.name} created`;
        this.#runner.note(task, task.status, state, text);
      } else if (!health || status === 'Healthy') {
        this.#runner.note(task, task.status, 'Succeeded', message);
      } else if (status === 'Degraded') {
        this.#runner.note(task, task.status, 'Failed', message);
      }
    }
  }

  /** What was made and is not there any more will never be healthy. */
  async #waitFor(tasks: readonly SyncTask[]): Promise<StepOutcome> {
    for (const task of tasks) {
      if (task.live || !(await this.#runner.isMissing(task))) continue;
      const message = `Resource ${task.title} is missing, it might have been deleted`;
      this.#runner.note(task, 'SyncFailed', 'Error', message);
    }
    return running(waitingMessage(tasks, false));
  }

  async #advance(): Promise<StepOutcome> {
    const all = this.#options.tasks;
    const failTasks = all.filter(({ phase }) => phase === 'SyncFail');
    const tasks = all.filter(({ phase }) => phase !== 'SyncFail');
    if (tasks.some(task => task.isFailed)) {
      await this.#deleteHooksOn('HookFailed');
      return this.#fail(
        failTasks,
        tasks.filter(({ status }) => status === 'SyncFailed'),
        'one or more synchronization tasks completed unsuccessfully',
      );
    }
    const pending = tasks.filter(
      task => task.isPending && this.#options.isWanted(task),
    );
    if (!pending.length) {
      await this.#deleteHooksOn('HookSucceeded');
      return succeeded('successfully synced (no more tasks)');
    }
    const [{ phase, wave }] = pending;
    const now = pending.filter(
      task => task.phase === phase && task.wave === wave,
    );
    const hasMore = now.length < pending.length;
    const outcome = await this.#runner.run(now);
    if (outcome !== 'failed' && hasMore) await this.#pause();
    return this.#conclude(outcome, { now, hasMore, failTasks });
  }

  async #conclude(
    outcome: RunState,
    {
      now,
      hasMore,
      failTasks,
    }: { now: SyncTask[]; hasMore: boolean; failTasks: SyncTask[] },
  ): Promise<StepOutcome> {
    if (outcome === 'failed') {
      const busy = now.filter(task => task.isHook && task.isRunning);
      const refused = now.filter(({ status }) => status === 'SyncFailed');
      const text = 'one or more objects failed to apply';
      if (busy.length) return running(waitingMessage(busy, false));
      const result = await this.#fail(failTasks, refused, text);
      if (result.phase === 'Failed') await this.#deleteHooksOn('HookFailed');
      return result;
    }
    if (outcome === 'pending') {
      const leaving = now.filter(
        task => task.deletesBeforeCreation || (task.isPrune && task.isPending),
      );
      return running(waitingMessage(leaving, true));
    }
    if (hasMore || now.some(({ isHook }) => isHook)) {
      return running(waitingMessage(now, false));
    }
    await this.#deleteHooksOn('HookSucceeded');
    return succeeded('successfully synced (all tasks run)');
  }

  /** Runs the hooks that are there for failures, and fails when they are through. */
  async #fail(
    failTasks: SyncTask[],
    refused: SyncTask[],
    text: string,
  ): Promise<StepOutcome> {
    const message = failureMessage(text, refused);
    const open = failTasks.filter(task => !task.isCompleted);
    if (open.length) {
      await this.#runner.run(open.filter(task => task.isPending));
      return running(waitingMessage(open, false));
    }
    const broken = failTasks.filter(({ status }) => status === 'SyncFailed');
    return failed(
      broken.length
        ? `${message}\n${failureMessage(
            'one or more SyncFail hooks failed',
            broken,
          )}`
        : message,
    );
  }

  async #deleteHooksOn(policy: string): Promise<void> {
    const due = this.#options.tasks.filter(
      task => !task.isRunning && task.deletesOn(policy) && !task.isPending,
    );
    if (due.length) await this.#runner.deleteHooks(due);
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      this.#options.state.clock.after(WAVE_DELAY_MS, resolve);
    });
  }
}

function hookState(status: string | undefined): string {
  if (status === 'Unknown' || status === 'Degraded') return 'Failed';
  if (status === 'Progressing' || status === 'Suspended') return 'Running';
  return 'Succeeded';
}
