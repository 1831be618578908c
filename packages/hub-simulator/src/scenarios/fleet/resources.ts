import type { ResourceStatus } from '../../types/argocd';
import type { PlannedService } from './plan';

const BASE = [
  ['', 'v1', 'Namespace'],
  ['', 'v1', 'ServiceAccount'],
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'Service'],
  ['apps', 'v1', 'Deployment'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ['policy', 'v1', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io', 'v1', 'Role'],
  ['rbac.authorization.k8s.io', 'v1', 'RoleBinding'],
  ['monitoring.coreos.com', 'v1', 'ServiceMonitor'],
  ['external-secrets.io', 'v1', 'ExternalSecret'],
] as const;

/** Kinds that have a health of their own. */
const WITH_HEALTH = ['Deployment', 'Service', 'Ingress', 'ExternalSecret'];

/** The resources of a service, as `status.resources` lists them. */
export function resourcesOf(service: PlannedService): ResourceStatus[] {
  return Array.from({ length: service.resources }, (_, index) => {
    const [group, version, kind] = BASE[index % BASE.length];
    const round = Math.floor(index / BASE.length);
    const name = round ? `${service.name}-${round + 1}` : service.name;
    return {
      ...(group && { group }),
      version,
      kind,
      ...(kind !== 'Namespace' && { namespace: service.name }),
      name,
      status: 'Synced',
    };
  });
}

export function hasHealth(kind: string): boolean {
  return WITH_HEALTH.includes(kind);
}
