import type {
  Application,
  Operation,
  ResourceResult,
} from '../../../types/argocd';
import type { GenericObject } from '../../../types/kubernetes';
import type { LiveObjects } from '../../cluster/LiveObjects';
import type { Pair } from '../compare';
import { isDeletionHook, isHook, syncPhases } from '../hooks';
import { groupOf, objectKey } from '../objects';
import { SyncTask } from './SyncTask';

export const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

type SyncRequest = NonNullable<Operation['sync']>;

/** What tasks are made from. */
export interface TaskSource {
  app: Application;
  request: SyncRequest;
  pairs: readonly Pair[];
  hooks: readonly GenericObject[];
  live: LiveObjects | undefined;
  /** the resolved revision, for the names of generated hooks */
  revision: string;
  /** RFC 3339; when the operation began */
  startedAt: string;
}

/** The tasks of a sync in no order, without the namespace that it may make. */
export function makeTasks(source: TaskSource): SyncTask[] {
  const { pairs, request, app } = source;
  const tasks = pairs
    .filter(({ target, live }) => {
      const object = (target ?? live)!;
      return isSelected(request, object) && !isHook(object);
    })
    .flatMap(({ target, live }) =>
      syncPhases((target ?? live)!).map(
        phase => new SyncTask({ phase, target, live }),
      ),
    );
  const all = skipsHooks(request) ? tasks : [...tasks, ...hookTasks(source)];
  for (const task of all) {
    const { namespace } = app.spec.destination;
    // kubectl is always told a namespace, whatever the kind.
    if (!task.target || task.target.metadata.namespace || !namespace) continue;
    const { metadata } = task.target;
    task.live ??= source.live?.get(objectKey(task.target));
    task.target = { ...task.target, metadata: { ...metadata, namespace } };
  }
  for (const task of all) {
    if (task.target) task.live ??= source.live?.get(objectKey(task.target));
  }
  return all;
}

/** Gives the tasks what earlier steps of the operation found. */
export function restoreResults(
  tasks: readonly SyncTask[],
  results: ReadonlyMap<string, ResourceResult>,
): void {
  for (const task of tasks) {
    const result = results.get(task.key);
    if (!result) continue;
    task.status = result.status ?? '';
    task.state = result.hookPhase ?? '';
    task.message = result.message ?? '';
  }
}

/** Parts of an application are synced without hooks, as with the strategy apply. */
function skipsHooks({ resources, syncStrategy }: SyncRequest): boolean {
  return !!syncStrategy?.apply || !!resources?.length;
}

function isSelected(
  { resources }: SyncRequest,
  object: GenericObject,
): boolean {
  if (!resources?.length) return true;
  const { name, namespace } = object.metadata;
  return resources.some(
    each =>
      each.kind === object.kind &&
      (each.group ?? '') === groupOf(object) &&
      each.name === name &&
      (!each.namespace || each.namespace === namespace),
  );
}

function hookTasks(source: TaskSource): SyncTask[] {
  return source.hooks
    .filter(hook => !isDeletionHook(hook))
    .flatMap(hook =>
      syncPhases(hook).map(
        phase => new SyncTask({ phase, target: named(source, hook, phase) }),
      ),
    );
}

/** A hook that only has the beginning of a name gets one of its operation. */
function named(
  { revision, startedAt }: TaskSource,
  hook: GenericObject,
  phase: string,
): GenericObject {
  const { metadata } = hook;
  const { generateName = '', finalizers = [] } = metadata;
  const seconds = Math.floor(Date.parse(startedAt) / 1000);
  const short = revision.length >= 8 ? revision.slice(0, 7) : revision;
  const name =
    metadata.name ||
    `${generateName}${`${short}-${phase}-${seconds}`.toLowerCase()}`;
  const { generateName: _, ...others } = metadata;
  return {
    ...hook,
    metadata: {
      ...others,
      name,
      finalizers: [...new Set([...finalizers, HOOK_FINALIZER])],
    },
  };
}
