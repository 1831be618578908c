import { hasSyncOption } from '../hooks';
import type { SyncTask } from './SyncTask';

/** What an operation says while it waits for tasks. */
export function waitingMessage(
  tasks: readonly SyncTask[],
  isForDeletion: boolean,
): string {
  if (!tasks.length) return '';
  const unconfirmed = tasks.filter(
    task => task.isPrune && hasSyncOption(task.live!, 'Prune=confirm'),
  );
  if (unconfirmed.length) {
    return withMore('pruning confirmation of', unconfirmed, 'resources');
  }
  const hooks = tasks.filter(({ isHook }) => isHook);
  const type = hooks.length === tasks.length ? 'hooks' : 'resources';
  const ordered = hooks.length
    ? [...hooks, ...tasks.filter(({ isHook }) => !isHook)]
    : tasks;
  if (isForDeletion) {
    return withMore(`deletion of${hooks.length ? ' hook' : ''}`, ordered, type);
  }
  const what = hooks.length ? 'completion of hook' : 'healthy state of';
  return withMore(what, ordered, type);
}

/** A failure with the reasons that its tasks give, each once. */
export function failureMessage(
  message: string,
  failed: readonly SyncTask[],
): string {
  const reasons = [...new Set(failed.map(task => task.message))];
  return reasons.length ? `${message}, reason: ${reasons.join(',')}` : message;
}

function withMore(
  what: string,
  tasks: readonly SyncTask[],
  type: string,
): string {
  const message = `waiting for ${what} ${tasks[0].title}`;
  const more = tasks.length - 1;
  return more ? `${message} and ${more} more ${type}` : message;
}
