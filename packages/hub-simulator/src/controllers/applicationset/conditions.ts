import type {
  ApplicationSet,
  ApplicationSetCondition,
  ApplicationSetStatus,
} from '../../types/applicationset';
import type { Health } from '../../types/argocd';

const UP_TO_DATE = 'All applications have been generated successfully';

/** A condition before its time is known. */
export type NewCondition = Omit<ApplicationSetCondition, 'lastTransitionTime'>;

export function upToDate(): NewCondition {
  return {
    type: 'ResourcesUpToDate',
    status: 'True',
    reason: 'ApplicationSetUpToDate',
    message: UP_TO_DATE,
  };
}

export function errorOccurred(reason: string, message: string): NewCondition {
  return { type: 'ErrorOccurred', status: 'True', reason, message };
}

/**
 * Writes one condition and what follows from it into a status: an error means
 * that resources are not up to date, and the other way round. Conditions that
 * nothing follows for stay; the health is derived anew.
 */
export function setCondition(
  status: ApplicationSetStatus,
  condition: NewCondition,
  options: {
    set: ApplicationSet;
    parametersGenerated: boolean;
    now: string;
  },
): void {
  const { set, parametersGenerated, now } = options;
  const news = [
    condition,
    parametersCondition(parametersGenerated, condition.message),
    ...consequences(condition),
  ];
  const touched = new Set(news.map(({ type }) => type));
  if (!isRollingSync(set)) touched.add('RolloutProgressing');
  const before = status.conditions ?? [];
  const kept = before.filter(({ type }) => !touched.has(type));
  const stamped = news.map((each): ApplicationSetCondition => {
    const same = before.find(({ type }) => type === each.type);
    return same && isSame(same, each)
      ? same
      : { ...each, lastTransitionTime: now };
  });
  status.conditions = [...kept, ...stamped].sort((a, b) =>
    a.type < b.type ? -1 : 1,
  );
  status.health = healthOf(status.conditions);
}

export function isRollingSync({ spec }: ApplicationSet): boolean {
  const { type, rollingSync } = spec.strategy ?? {};
  return type === 'RollingSync' && !!rollingSync;
}

function parametersCondition(
  generated: boolean,
  message: string,
): NewCondition {
  const type = 'ParametersGenerated';
  return generated
    ? {
        type,
        status: 'True',
        reason: type,
        message: 'Successfully generated parameters for all Applications',
      }
    : { type, status: 'False', reason: 'ErrorOccurred', message };
}

function consequences(condition: NewCondition): NewCondition[] {
  const { type, status, reason, message } = condition;
  if (status !== 'True') return [];
  if (type === 'ResourcesUpToDate') {
    return [{ type: 'ErrorOccurred', status: 'False', reason, message }];
  }
  return type === 'ErrorOccurred'
    ? [
        {
          type: 'ResourcesUpToDate',
          status: 'False',
          reason: 'ErrorOccurred',
          message,
        },
      ]
    : [];
}

function isSame(a: NewCondition, b: NewCondition): boolean {
  return (
    a.status === b.status && a.reason === b.reason && a.message === b.message
  );
}

function healthOf(conditions: readonly ApplicationSetCondition[]): Health {
  const holding = (wanted: string) =>
    conditions.find(({ type, status }) => type === wanted && status === 'True')
      ?.message;
  const error = holding('ErrorOccurred');
  if (error !== undefined) return { status: 'Degraded', message: error };
  const rollout = holding('RolloutProgressing');
  if (rollout !== undefined) return { status: 'Progressing', message: rollout };
  const good = holding('ResourcesUpToDate');
  if (good !== undefined) return { status: 'Healthy', message: good };
  return {
    status: 'Unknown',
    message: 'Waiting for health status to be determined',
  };
}
