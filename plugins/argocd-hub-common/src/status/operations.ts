import type {
  ClusterSummary,
  Deployment,
  ErrorCode,
  HubStatus,
} from '../types';
import { clusterOf } from './order';

/** What people may ask of a deployment. @public */
export type OperationName = 'refresh' | 'sync' | 'rollback' | 'terminate';

/**
 * Why a deployment does not allow an operation now. Where it is an
 * `ErrorCode`, the route answers with that code.
 *
 * @public
 */
export type Refusal =
  | Extract<
      ErrorCode,
      | 'hub-down'
      | 'stale'
      | 'ambiguous-cluster'
      | 'spoke-unreachable'
      | 'operation-in-progress'
      | 'auto-sync'
    >
  /** The destination names no cluster, or is not valid. */
  | 'no-cluster'
  /** Nobody would take the request. */
  | 'controller-silent'
  /** Argo CD was told to leave it alone. */
  | 'frozen'
  /** There is nothing to terminate. */
  | 'no-operation';

/** @public */
export type Allowance = { allowed: true } | { allowed: false; why: Refusal };

/** @public */
export type AllowedOperations = Record<OperationName, Allowance>;

/** @public */
export type OperableDeployment = Pick<
  Deployment,
  'destination' | 'health' | 'operation' | 'autoSync'
>;

/**
 * Which operations a row allows, permission apart: the same for routes and for
 * buttons. Where several refusals hold, the first of the order in `Refusal` and
 * in the code below is given.
 *
 * @param cluster - absent where the destination resolves to none
 * @public
 */
export function allowedOperations(
  deployment: OperableDeployment,
  cluster: Pick<ClusterSummary, 'verdict' | 'paused'> | undefined,
  hub: Pick<HubStatus, 'freshness'>,
): AllowedOperations {
  const hubRefuses = refusalOfHub(hub);
  const nobodyActs = refusalOfController(deployment, cluster);
  const noChange =
    hubRefuses ?? refusalOfDestination(deployment, cluster) ?? nobodyActs;
  const autoSync = deployment.autoSync ? 'auto-sync' : undefined;
  const busy = operationRuns(deployment) ? 'operation-in-progress' : undefined;
  return {
    refresh: allowance(hubRefuses ?? nobodyActs),
    sync: allowance(noChange ?? busy),
    rollback: allowance(noChange ?? autoSync ?? busy),
    terminate: allowance(
      hubRefuses ??
        (deployment.operation?.phase === 'Running'
          ? undefined
          : 'no-operation'),
    ),
  };
}

function allowance(why: Refusal | undefined): Allowance {
  return why ? { allowed: false, why } : { allowed: true };
}

function refusalOfHub(hub: Pick<HubStatus, 'freshness'>): Refusal | undefined {
  switch (hub.freshness) {
    case 'down':
      return 'hub-down';
    case 'stale':
      return 'stale';
    default:
      return undefined;
  }
}

function refusalOfDestination(
  deployment: OperableDeployment,
  cluster: Pick<ClusterSummary, 'verdict'> | undefined,
): Refusal | undefined {
  const { destination } = deployment;
  if ('problem' in destination && destination.problem === 'ambiguous-cluster') {
    return 'ambiguous-cluster';
  }
  if (clusterOf(deployment) === undefined) {
    return 'no-cluster';
  }
  return cluster?.verdict.reachability === 'unreachable'
    ? 'spoke-unreachable'
    : undefined;
}

function refusalOfController(
  deployment: OperableDeployment,
  cluster: Pick<ClusterSummary, 'paused'> | undefined,
): Refusal | undefined {
  if (deployment.health.reason === 'controller-silent') {
    return 'controller-silent';
  }
  return deployment.health.reason === 'frozen' ||
    cluster?.paused === 'skip-reconcile'
    ? 'frozen'
    : undefined;
}

function operationRuns({ operation }: OperableDeployment): boolean {
  return operation?.phase === 'Running' || operation?.phase === 'Terminating';
}
