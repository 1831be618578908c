import type { Health } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { batchHealth, podHealth } from './healthOfRuns';
import {
  daemonSetHealth,
  deploymentHealth,
  replicaSetHealth,
  statefulSetHealth,
} from './healthOfWorkloads';
import { isHook } from './hooks';
import { groupOf } from './objects';

const ORDER = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];
const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

type Judge = (object: GenericObject) => Health;

const JUDGES: Record<string, Judge> = {
  'apps/Deployment': deploymentHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'batch/Job': batchHealth,
  '/Pod': podHealth,
  '/Service': serviceHealth,
  '/PersistentVolumeClaim': claimHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  'extensions/Ingress': ingressHealth,
  'argoproj.io/Application': childHealth,
};

/** The health of one live object, undefined for kinds that have none. */
export function healthOf(object: GenericObject): Health | undefined {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (deletionTimestamp && !finalizers?.includes(HOOK_FINALIZER)) {
    return { status: 'Progressing', message: 'Pending deletion' };
  }
  const health = JUDGES[`${groupOf(object)}/${object.kind}`]?.(object);
  if (!health) return undefined;
  const { status, message } = health;
  return { status, ...(message && { message }) };
}

/** What counts of one resource: its live object and what kind of thing it is. */
export interface Counted {
  live?: GenericObject;
  target?: GenericObject;
}

/**
 * The health of an application: the worst of its objects. Hooks, missing objects
 * and missing or unknown child applications do not count, but if all are missing
 * so is the application. No object at all is Healthy.
 */
export function applicationHealth(resources: Counted[]): string {
  const counted = resources.filter(
    ({ live, target }) =>
      !(live && isHook(live)) && !(target && isSkip(target)),
  );
  if (counted.length && counted.every(({ live }) => !live)) return 'Missing';
  let worst = 'Healthy';
  for (const { live } of counted) {
    const status = live && !isIgnored(live) && healthOf(live)?.status;
    if (!live || !status || isHarmless(live, status)) continue;
    if (ORDER.indexOf(status) > ORDER.indexOf(worst)) worst = status;
  }
  return worst;
}

function isHarmless(live: GenericObject, status: string): boolean {
  const isChild =
    live.kind === 'Application' && groupOf(live) === 'argoproj.io';
  return isChild && (status === 'Missing' || status === 'Unknown');
}

function isIgnored({ metadata }: GenericObject): boolean {
  const name = 'argocd.argoproj.io/ignore-healthcheck';
  return metadata.annotations?.[name] === 'true';
}

function isSkip({ metadata }: GenericObject): boolean {
  return metadata.annotations?.['argocd.argoproj.io/hook'] === 'Skip';
}

interface LoadBalanced {
  spec?: { type?: string };
  status?: { loadBalancer?: { ingress?: unknown[] } };
}

function serviceHealth(object: GenericObject): Health {
  const { spec } = object as unknown as LoadBalanced;
  if (spec?.type !== 'LoadBalancer') return { status: 'Healthy' };
  return ingressHealth(object);
}

function ingressHealth(object: GenericObject): Health {
  const { status } = object as unknown as LoadBalanced;
  const isServed = !!status?.loadBalancer?.ingress?.length;
  return { status: isServed ? 'Healthy' : 'Progressing' };
}

function claimHealth(object: GenericObject): Health {
  const phases: Record<string, string> = {
    Lost: 'Degraded',
    Pending: 'Progressing',
    Bound: 'Healthy',
  };
  const { phase = '' } = (object.status ?? {}) as { phase?: string };
  return { status: phases[phase] ?? 'Unknown' };
}

/** A child application says it itself. */
function childHealth(object: GenericObject): Health {
  const { health } = (object.status ?? {}) as { health?: Health };
  return {
    status: health?.status || 'Progressing',
    message: health?.message,
  };
}
