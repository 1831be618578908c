import { matchesGlob } from '../../glob';
import type { Application, AppProject, SyncWindow } from '../../types/argocd';
import { nextAfter, offsetOf, parseDuration } from './cron';

/** What a project's windows say about an application at a moment. */
export interface SyncWindows {
  /** those of the project that are about the application */
  assigned: SyncWindow[];
  /** those of the assigned that are open now */
  active: SyncWindow[];
  /**
   * Whether a sync may begin, or go on when it began at `startedAt`
   * (milliseconds since 1970).
   */
  canSync(options: { isManual: boolean; startedAt?: number }): boolean;
}

/**
 * Judges by the windows of a project; `now` is in milliseconds since 1970.
 * Throws Argo CD's error for a schedule or duration that cannot be read.
 */
export function syncWindows(
  project: AppProject,
  app: Application,
  now: number,
): SyncWindows {
  const all = project.spec.syncWindows ?? [];
  const assigned = all.filter(window => concerns(window, app));
  const active = openAt(assigned, now);
  return {
    assigned,
    active,
    canSync: ({ isManual, startedAt }) =>
      mayBeginAt(assigned, { isManual, at: now }) ||
      (startedAt !== undefined &&
        mayOverrun(assigned, active) &&
        mayBeginAt(assigned, { isManual, at: startedAt })),
  };
}

export function openAt(windows: SyncWindow[], at: number): SyncWindow[] {
  return windows.filter(window => isOpen(window, at));
}

function isOpen(window: SyncWindow, at: number): boolean {
  const { schedule, duration, timeZone } = window;
  const local = at + offsetOf(timeZone, Date.now());
  const length = read('duration', duration, () => parseDuration(duration));
  const begin = read('schedule', schedule, () =>
    nextAfter(schedule, local - length),
  );
  return begin < local;
}

function read<T>(what: string, text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(
      `invalid sync windows: cannot parse ${what} '${text}': ${
        (error as Error).message
      }`,
    );
  }
}

function mayBeginAt(
  windows: SyncWindow[],
  { isManual, at }: { isManual: boolean; at: number },
): boolean {
  const active = openAt(windows, at);
  const denying = active.filter(({ kind }) => kind === 'deny');
  if (denying.length) {
    return isManual && denying.every(({ manualSync }) => manualSync);
  }
  if (active.some(({ kind }) => kind === 'allow')) return true;
  const closed = windows.filter(({ kind }) => kind === 'allow');
  if (!closed.length) return true;
  return isManual && closed.every(({ manualSync }) => manualSync);
}

/** What began while it was allowed may end, where every window in its way says so. */
function mayOverrun(assigned: SyncWindow[], active: SyncWindow[]): boolean {
  const denying = active.filter(({ kind }) => kind === 'deny');
  const inTheWay = denying.length
    ? denying
    : assigned.filter(({ kind }) => kind === 'allow');
  return (
    inTheWay.length > 0 && inTheWay.every(({ syncOverrun }) => syncOverrun)
  );
}

/** By application, cluster or namespace; with `andOperator` by all that are set. */
function concerns(
  window: SyncWindow,
  { metadata, spec }: Application,
): boolean {
  const { server, name, namespace = '' } = spec.destination;
  const criteria = [
    matchesAny(window.applications, [metadata.name]),
    matchesAny(window.clusters, [name, server]),
    matchesAny(window.namespaces, [namespace]),
  ];
  const set = criteria.filter(each => each !== undefined);
  if (!set.length) return false;
  return window.andOperator ? set.every(Boolean) : set.some(Boolean);
}

/** Undefined when there is nothing to match. */
function matchesAny(
  patterns: string[] | undefined,
  values: (string | undefined)[],
): boolean | undefined {
  if (!patterns?.length) return undefined;
  return patterns.some(pattern =>
    values.some(value => !!value && matchesGlob(pattern, value)),
  );
}
