import type { Health } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';

interface Condition {
  type: string;
  status?: string;
  reason?: string;
  message?: string;
}

interface Workload {
  metadata: { name: string; generation?: number };
  spec?: {
    replicas?: number;
    paused?: boolean;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    conditions?: Condition[];
  };
}

const HEALTHY: Health = { status: 'Healthy' };

function read(object: GenericObject) {
  const { metadata, spec = {}, status = {} } = object as unknown as Workload;
  const { generation = 0, name } = metadata;
  const isOutdated = generation > (status.observedGeneration ?? 0);
  return { name, spec, status, isOutdated };
}

function waiting(message: string): Health {
  return { status: 'Progressing', message };
}

export function deploymentHealth(object: GenericObject): Health {
  const { name, spec, status, isOutdated } = read(object);
  if (spec.paused) {
    return { status: 'Suspended', message: 'Deployment is paused' };
  }
  const rollout = 'Waiting for rollout to finish:';
  if (isOutdated) {
    return waiting(
      `${rollout} observed deployment generation less than desired generation`,
    );
  }
  const progress = status.conditions?.find(
    ({ type }) => type === 'Progressing',
  );
  if (progress?.reason === 'ProgressDeadlineExceeded') {
    return {
      status: 'Degraded',
      message: `Deployment "${name}" exceeded its progress deadline`,
    };
  }
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas) {
    return waiting(
      `${rollout} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated...`,
    );
  }
  if (replicas > updatedReplicas) {
    return waiting(
      `${rollout} ${
        replicas - updatedReplicas
      } old replicas are pending termination...`,
    );
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(
      `${rollout} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
    );
  }
  return HEALTHY;
}

export function statefulSetHealth(object: GenericObject): Health {
  const { spec, status, isOutdated } = read(object);
  if (isOutdated || !status.observedGeneration) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const { readyReplicas = 0, updatedReplicas = 0 } = status;
  if (spec.replicas !== undefined && readyReplicas < spec.replicas) {
    return waiting(
      `Waiting for ${spec.replicas - readyReplicas} pods to be ready...`,
    );
  }
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'RollingUpdate' && rollingUpdate) {
    const wanted = (spec.replicas ?? 0) - (rollingUpdate.partition ?? 0);
    return updatedReplicas < wanted
      ? waiting(
          `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
        )
      : {
          status: 'Healthy',
          message: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...`,
        };
  }
  if (type === 'OnDelete') {
    return {
      status: 'Healthy',
      message: `statefulset has ${readyReplicas} ready pods`,
    };
  }
  if (status.updateRevision !== status.currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${status.updateRevision}...`,
    );
  }
  return {
    status: 'Healthy',
    message: `statefulset rolling update complete ${
      status.currentReplicas ?? 0
    } pods at revision ${status.currentRevision ?? ''}...`,
  };
}

export function daemonSetHealth(object: GenericObject): Health {
  const { name, spec, status, isOutdated } = read(object);
  if (isOutdated) {
    return waiting(
      'Waiting for rollout to finish: observed daemon set generation less than desired generation',
    );
  }
  const {
    desiredNumberScheduled: desired = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  } = status;
  if (spec.updateStrategy?.type === 'OnDelete') {
    return {
      status: 'Healthy',
      message: `daemon set ${updated} out of ${desired} new pods have been updated`,
    };
  }
  const rollout = `Waiting for daemon set "${name}" rollout to finish:`;
  if (updated < desired) {
    return waiting(
      `${rollout} ${updated} out of ${desired} new pods have been updated...`,
    );
  }
  if (available < desired) {
    return waiting(
      `${rollout} ${available} of ${desired} updated pods are available...`,
    );
  }
  return HEALTHY;
}

export function replicaSetHealth(object: GenericObject): Health {
  const { spec, status, isOutdated } = read(object);
  if (isOutdated) {
    return waiting(
      'Waiting for rollout to finish: observed replica set generation less than desired generation',
    );
  }
  const failure = status.conditions?.find(
    ({ type }) => type === 'ReplicaFailure',
  );
  if (failure?.status === 'True') {
    return { status: 'Degraded', message: failure.message };
  }
  const { availableReplicas = 0 } = status;
  if (spec.replicas !== undefined && availableReplicas < spec.replicas) {
    return waiting(
      `Waiting for rollout to finish: ${availableReplicas} out of ${spec.replicas} new replicas are available...`,
    );
  }
  return HEALTHY;
}
