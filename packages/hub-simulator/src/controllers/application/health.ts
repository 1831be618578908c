import type { Health } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';

const ORDER = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];

interface DeploymentStatus {
  observedGeneration?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  conditions?: { type: string; reason: string }[];
}

/** The health of one live object, undefined for kinds that have none. */
export function healthOf(object: GenericObject): Health | undefined {
  switch (object.kind) {
    case 'Deployment':
      return deploymentHealth(object);
    case 'Pod':
      return {
        status:
          (object.status as { phase: string }).phase === 'Running'
            ? 'Healthy'
            : 'Progressing',
      };
    case 'Ingress':
      return { status: object.status ? 'Healthy' : 'Progressing' };
    case 'Service':
      return { status: 'Healthy' };
    default:
      return undefined;
  }
}

/**
 * The health of an application: the worst of its objects. Missing objects do not
 * count unless all are missing; no object at all is Healthy.
 */
export function applicationHealth(live: (GenericObject | undefined)[]): string {
  if (live.length && live.every(object => !object)) return 'Missing';
  return live
    .flatMap(object => (object && healthOf(object)?.status) ?? [])
    .reduce(
      (worst, status) => (isWorse(status, worst) ? status : worst),
      'Healthy',
    );
}

function isWorse(status: string, than: string): boolean {
  return ORDER.indexOf(status) > ORDER.indexOf(than);
}

function deploymentHealth({ metadata, spec, status }: GenericObject): Health {
  const { replicas = 1 } = spec as { replicas?: number };
  const {
    observedGeneration,
    updatedReplicas = 0,
    availableReplicas = 0,
    conditions = [],
  } = (status ?? {}) as DeploymentStatus;
  if (conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded')) {
    return {
      status: 'Degraded',
      message: `Deployment "${metadata.name}" exceeded its progress deadline`,
    };
  }
  if (observedGeneration !== metadata.generation) {
    return {
      status: 'Progressing',
      message:
        'Waiting for rollout to finish: observed deployment generation less than desired generation',
    };
  }
  if (updatedReplicas < replicas) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${updatedReplicas} out of ${replicas} new replicas have been updated...`,
    };
  }
  if (availableReplicas < updatedReplicas) {
    return {
      status: 'Progressing',
      message: `Waiting for rollout to finish: ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
    };
  }
  return { status: 'Healthy' };
}
