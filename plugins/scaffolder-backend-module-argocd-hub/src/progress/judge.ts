import type { Deployment } from 'backstage-plugin-argocd-hub-common';

/** How far deployments are. */
export type Progress =
  | { state: 'waiting'; reason: string }
  | { state: 'done' }
  /** Will not get better by waiting. */
  | { state: 'failed'; reason: string };

/** Problems that waiting does not solve. */
const FATAL_CONDITIONS = ['InvalidSpecError', 'UnknownError'];
const FAILED_PHASES = ['Failed', 'Error'];

/**
 * Tells whether all deployments are there, with their operation finished, Synced
 * and Healthy. One that is Degraded, or whose operation failed, fails at once.
 */
export function judge(deployments: Deployment[], expected: string[]): Progress {
  const failure = deployments.map(failureOf).find(Boolean);
  if (failure) return { state: 'failed', reason: failure };
  const missing = expected.filter(
    name => !deployments.some(each => each.name === name),
  );
  if (missing.length > 0) {
    return {
      state: 'waiting',
      reason: `Argo CD has not made ${missing.join(', ')} yet`,
    };
  }
  if (deployments.length === 0) {
    return { state: 'waiting', reason: 'Argo CD has made no application yet' };
  }
  const unfinished = deployments.filter(each => !isFinished(each));
  if (unfinished.length === 0) return { state: 'done' };
  return { state: 'waiting', reason: unfinished.map(describe).join('; ') };
}

/** `agent-perf is OutOfSync and Missing (its sync is running)` */
export function describe(deployment: Deployment): string {
  const { name, sync, health, operation, conditions } = deployment;
  const notes = [
    ...(operation && isRunning(deployment) ? ['its sync is running'] : []),
    ...(health.reason ? [`not certain: ${health.reason}`] : []),
    ...conditions
      .filter(({ type }) => type.endsWith('Error'))
      .map(({ type, message }) => `${type}: ${message}`),
  ];
  const rest = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return `${name} is ${sync.status} and ${health.status}${rest}`;
}

function failureOf(deployment: Deployment): string | undefined {
  const { name, health, operation, conditions } = deployment;
  if (operation && FAILED_PHASES.includes(operation.phase)) {
    return `The sync of ${name} ended with ${operation.phase}. Argo CD says: ${
      operation.message ?? 'nothing more'
    }`;
  }
  if (health.status === 'Degraded') {
    const words = conditions.map(({ message }) => message);
    if (operation?.message) words.push(operation.message);
    return `${name} is Degraded: it was deployed but does not run as it should.${
      words.length > 0 ? ` Argo CD says: ${words.join('; ')}` : ''
    }`;
  }
  const fatal = conditions.find(({ type }) => FATAL_CONDITIONS.includes(type));
  return fatal && `${name} cannot be deployed. Argo CD says: ${fatal.message}`;
}

function isFinished(deployment: Deployment): boolean {
  return (
    !isRunning(deployment) &&
    deployment.sync.status === 'Synced' &&
    deployment.health.status === 'Healthy'
  );
}

function isRunning({ operation }: Deployment): boolean {
  return operation !== undefined && operation.phase !== 'Succeeded';
}
