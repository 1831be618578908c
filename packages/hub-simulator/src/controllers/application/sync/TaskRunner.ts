import type { AppProject, ResourceResult } from '../../../types/argocd';
import type { HubState } from '../../../state/HubState';
import { hasSyncOption } from '../hooks';
import { groupOf, imagesOf, versionOf } from '../objects';
import { permitsKind } from '../permissions';
import type { SpokeWriter } from './SpokeWriter';
import type { SyncTask } from './SyncTask';
import { HOOK_FINALIZER } from './taskList';

export type RunState = 'successful' | 'failed' | 'pending';

/** Which state of a task follows from a result. */
const STATES: Record<string, string> = {
  Synced: 'Running',
  SyncFailed: 'Failed',
  Pruned: 'Succeeded',
  PruneSkipped: 'Succeeded',
};

export interface RunnerOptions {
  state: HubState;
  project: AppProject;
  server: string;
  writer: SpokeWriter;
  dryRun: boolean;
  prune: boolean;
  force: boolean;
  syncOptions: readonly string[];
  results: Map<string, ResourceResult>;
}

/** Carries out tasks on a spoke, and notes what came of each. */
export class TaskRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Notes what is known of a task; a message stays until there is another. */
  note(task: SyncTask, status: string, state: string, message: string): void {
    task.status = status;
    task.state = state;
    if (message) task.message = message;
    const { object } = task;
    const { namespace = '', name } = object.metadata;
    const images = imagesOf(object);
    this.#options.results.set(task.key, {
      group: groupOf(object),
      version: versionOf(object),
      kind: object.kind!,
      namespace,
      name,
      ...(task.status && { status: task.status }),
      ...(task.message && { message: task.message }),
      ...(task.isHook && { hookType: task.phase }),
      ...(task.state && { hookPhase: task.state }),
      syncPhase: task.phase,
      ...(images.length && { images }),
    });
  }

  /** Asks the spoke and the project about every task; false when one may not be. */
  async check(tasks: readonly SyncTask[]): Promise<boolean> {
    let isValid = true;
    for (const task of tasks) {
      const objection = await this.#objection(task);
      if (!objection) continue;
      isValid = false;
      this.note(task, 'SyncFailed', '', objection);
    }
    return isValid;
  }

  /** Prunes, then deletes old hooks, then applies; stops where it cannot go on. */
  async run(tasks: readonly SyncTask[], isDryRun = false): Promise<RunState> {
    const dryRun = isDryRun || this.#options.dryRun;
    const prunes = tasks.filter(({ isPrune }) => isPrune);
    const others = tasks.filter(({ isPrune }) => !isPrune);
    if (prunes.some(({ live }) => hasSyncOption(live!, 'Prune=confirm'))) {
      return 'pending';
    }
    if (!(await this.#prune(prunes, dryRun, isDryRun))) return 'failed';
    const old = others.filter(task => task.deletesBeforeCreation);
    if (old.length && !dryRun) {
      const isDone = await this.#deleteOld(old);
      if (isDone !== 'successful') return isDone;
    }
    let state: RunState = 'successful';
    for (const task of others) {
      if (isDryRun && task.skipsDryRun) continue;
      if (!(await this.#apply(task, dryRun, isDryRun))) state = 'failed';
    }
    return state;
  }

  /** Deletes the live objects of hooks, and says where that does not work. */
  async deleteHooks(tasks: readonly SyncTask[]): Promise<boolean> {
    let isDone = true;
    for (const task of tasks) {
      try {
        await this.release(task);
        await this.#options.writer.delete(task.live!, this.#propagation());
      } catch (error) {
        isDone = false;
        const message = `failed to delete resource: ${textOf(error)}`;
        this.note(task, task.status, 'Error', message);
      }
    }
    return isDone;
  }

  /** Whether the spoke says that what a task made is not there. */
  async isMissing(task: SyncTask): Promise<boolean> {
    try {
      return !(await this.#options.writer.get(task.object));
    } catch (error) {
      const message = `Failed to get live resource ${textOf(error)}`;
      this.note(task, task.status, 'Error', message);
      return false;
    }
  }

  /** Takes the finalizer off a hook, which kept it until it was looked at. */
  async release({ live }: SyncTask): Promise<void> {
    const finalizers = live?.metadata.finalizers;
    if (!live || !finalizers?.includes(HOOK_FINALIZER)) return;
    const others = finalizers.filter(each => each !== HOOK_FINALIZER);
    await this.#options.writer.setFinalizers(live, others);
  }

  async #objection(task: SyncTask): Promise<string | undefined> {
    const { object } = task;
    const { state, project, server, writer } = this.#options;
    const group = groupOf(object);
    try {
      const type = await writer.typeOf(object);
      if (!type) return this.#unserved(task);
      if (!permitsKind(project, object, type.namespaced)) {
        return `resource ${group}:${object.kind} is not permitted in project ${project.metadata.name}`;
      }
      const { namespace } = object.metadata;
      const isRefused =
        type.namespaced &&
        state.refuseDestination(project, { server, namespace });
      return isRefused
        ? `namespace ${namespace} is not permitted in project '${project.metadata.name}'`
        : undefined;
    } catch (error) {
      return textOf(error);
    }
  }

  #unserved(task: SyncTask): string | undefined {
    const { object } = task;
    const option = 'SkipDryRunOnMissingResource=true';
    if (this.#has(option) || task.hasOption(option)) {
      task.skipsDryRun = true;
      return undefined;
    }
    const { namespace = '', name } = object.metadata;
    return `The Kubernetes API could not find ${groupOf(object)}/${
      object.kind
    } for requested resource ${namespace}/${name}. Make sure the "${
      object.kind
    }" CRD is installed on the destination cluster.`;
  }

  async #prune(
    tasks: readonly SyncTask[],
    dryRun: boolean,
    isRehearsal: boolean,
  ): Promise<boolean> {
    let isDone = true;
    for (const task of tasks) {
      const [status, message] = await this.#pruneOne(task, dryRun);
      if (status === 'SyncFailed') isDone = false;
      if (isRehearsal && status !== 'SyncFailed') continue;
      this.note(task, status, STATES[status], message);
    }
    return isDone;
  }

  async #pruneOne(
    { live }: SyncTask,
    dryRun: boolean,
  ): Promise<[status: string, message: string]> {
    if (!this.#options.prune) {
      return ['PruneSkipped', 'ignored (requires pruning)'];
    }
    if (hasSyncOption(live!, 'Prune=false') || this.#has('Prune=false')) {
      return ['PruneSkipped', 'ignored (no prune)'];
    }
    if (dryRun) return ['Pruned', 'pruned (dry run)'];
    try {
      if (!live!.metadata.deletionTimestamp) {
        await this.#options.writer.delete(live!, this.#propagation());
      }
      return ['Pruned', 'pruned'];
    } catch (error) {
      return ['SyncFailed', textOf(error)];
    }
  }

  /** What was deleted is made only when it is really gone. */
  async #deleteOld(tasks: readonly SyncTask[]): Promise<RunState> {
    if (!(await this.deleteHooks(tasks))) return 'failed';
    return 'pending';
  }

  async #apply(
    task: SyncTask,
    dryRun: boolean,
    isRehearsal: boolean,
  ): Promise<boolean> {
    try {
      const message = await this.#options.writer.apply(task.target!, {
        dryRun,
        replace: this.#wants(task, 'Replace=true'),
        force: this.#options.force || task.hasOption('Force=true'),
        serverSide:
          this.#wants(task, 'ServerSideApply=true') &&
          !task.hasOption('ServerSideApply=false'),
      });
      if (isRehearsal) return true;
      // Where nothing was made there is nothing to wait for.
      this.note(task, 'Synced', dryRun ? 'Succeeded' : STATES.Synced, message);
      return true;
    } catch (error) {
      this.note(task, 'SyncFailed', STATES.SyncFailed, textOf(error));
      return false;
    }
  }

  #wants(task: SyncTask, option: string): boolean {
    return this.#has(option) || task.hasOption(option);
  }

  #has(option: string): boolean {
    return this.#options.syncOptions.includes(option);
  }

  #propagation(): string {
    if (this.#has('PrunePropagationPolicy=background')) return 'Background';
    if (this.#has('PrunePropagationPolicy=orphan')) return 'Orphan';
    return 'Foreground';
  }
}

function textOf(error: unknown): string {
  return (error as Error).message;
}
