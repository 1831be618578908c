import type { RolloutStatus } from '../../../types/applicationset';
import type { Application } from '../../../types/argocd';
import type { Steps } from './steps';

const FINISHED = ['Succeeded', 'Failed', 'Error'];

/** What is known of an application when its place in a rollout is judged. */
export interface Observed {
  app: Application;
  /** the set wants another spec than it has */
  specChanged: boolean;
}

/** Where every application stands now, before anything new may start. */
export function judge(
  observed: readonly Observed[],
  steps: Steps,
  options: { before: readonly RolloutStatus[]; now: string },
): RolloutStatus[] {
  const { before, now } = options;
  return observed.map(({ app, specChanged }) => {
    const { name } = app.metadata;
    const known = before.find(({ application }) => application === name);
    const status: RolloutStatus = {
      ...(known ?? firstStatus(app, now)),
      step: steps.labelOf(name),
    };
    const change = pendingChange(status, app, specChanged);
    if (change) {
      status.targetRevisions = revisionsOf(app);
      Object.assign(status, moved('Waiting', change, now));
    }
    return { ...status, ...advance(status, app, now) };
  });
}

/** Lets waiting applications start whose turn it is, as many as their step allows. */
export function promote(
  statuses: readonly RolloutStatus[],
  steps: Steps,
  options: { turn: ReadonlySet<string>; now: string },
): RolloutStatus[] {
  const { turn, now } = options;
  const total = steps.steps.map(() => 0);
  const busy = steps.steps.map(() => 0);
  for (const { application, status } of statuses) {
    const at = steps.indexOf(application);
    total[at] += 1;
    if (status === 'Pending' || status === 'Progressing') busy[at] += 1;
  }
  return statuses.map(each => {
    const { application, status } = each;
    const at = steps.indexOf(application);
    const limit = limitOf(steps.steps[at].maxUpdate, total[at]);
    if (status !== 'Waiting' || !turn.has(application) || busy[at] >= limit) {
      return each;
    }
    busy[at] += 1;
    const message =
      'Application moved to Pending status, watching for the Application resource to start Progressing';
    return { ...each, ...moved('Pending', message, now) };
  });
}

function revisionsOf({ status }: Application): string[] {
  const { revision, revisions } = status.sync as {
    revision?: string;
    revisions?: string[];
  };
  if (revisions?.length) return revisions;
  return revision ? [revision] : [];
}

function firstStatus(app: Application, now: string): RolloutStatus {
  return {
    application: app.metadata.name,
    targetRevisions: revisionsOf(app),
    lastTransitionTime: now,
    message: 'No Application status found, defaulting status to Waiting',
    status: 'Waiting',
    step: '-1',
  };
}

function pendingChange(
  { targetRevisions }: RolloutStatus,
  app: Application,
  specChanged: boolean,
): string | undefined {
  const revisionChanged =
    JSON.stringify(targetRevisions) !== JSON.stringify(revisionsOf(app));
  if (!revisionChanged && !specChanged) return undefined;
  const details = revisionChanged
    ? specChanged && ' (revision and spec differ)'
    : ' (spec differs)';
  return `Application has pending changes${
    details || ''
  }, setting status to Waiting`;
}

/** The step forward that the state of an application allows. */
function advance(
  status: RolloutStatus,
  app: Application,
  now: string,
): Partial<RolloutStatus> {
  const isHealthy = app.status.health.status === 'Healthy';
  const isSynced = app.status.sync.status === 'Synced';
  const become = isHealthy ? 'Healthy' : 'Progressing';
  switch (status.status) {
    case 'Waiting': {
      if (!isSynced) return {};
      const message = `Application resource has synced, updating status to ${become}`;
      return moved(become, message, now);
    }
    case 'Pending':
      return startOf(status, app, now);
    case 'Progressing': {
      if (!isHealthy || !isSynced) return {};
      const message =
        'Application resource became Healthy, updating status from Progressing to Healthy';
      return moved('Healthy', message, now);
    }
    default:
      return {};
  }
}

/** A pending application progresses once a sync has begun after it became pending. */
function startOf(
  { lastTransitionTime = '' }: RolloutStatus,
  app: Application,
  now: string,
): Partial<RolloutStatus> {
  const { reconciledAt, operationState, conditions = [] } = app.status;
  if (reconciledAt && reconciledAt < lastTransitionTime) return {};
  // Go compares whole seconds here too, but the controllers are much slower than these.
  if (operationState && operationState.startedAt >= lastTransitionTime) {
    const { phase } = operationState;
    const how = FINISHED.includes(phase)
      ? `completed a sync${phase === 'Succeeded' ? ' successfully' : ''}`
      : 'became Progressing';
    const message = `Application resource ${how}, updating status from Pending to Progressing`;
    return moved('Progressing', message, now);
  }
  const isBroken = conditions.some(({ type }) =>
    ['InvalidSpecError', 'UnknownError'].includes(type),
  );
  if (!isBroken) return {};
  const message =
    'Application resource has error and cannot sync, updating status to Progressing';
  return moved('Progressing', message, now);
}

function moved(
  status: RolloutStatus['status'],
  message: string,
  now: string,
): Partial<RolloutStatus> {
  return { status, message, lastTransitionTime: now };
}

/** A number or a percentage, rounded down; above 0 % at least one. */
function limitOf(
  maxUpdate: number | string | undefined,
  total: number,
): number {
  if (maxUpdate === undefined || maxUpdate === null) return Infinity;
  if (typeof maxUpdate === 'number') return maxUpdate;
  const [, percent] = /^(\d+)%$/.exec(maxUpdate) ?? [];
  const limit = percent ? Math.floor((Number(percent) * total) / 100) : 0;
  return maxUpdate === '0%' ? 0 : Math.max(limit, 1);
}
