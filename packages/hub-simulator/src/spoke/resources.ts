/** A kind that the spoke's API serves. */
export interface ResourceType {
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
  shortNames?: string[];
}

const core = (
  resource: string,
  kind: string,
  shortNames: string[] = [],
  namespaced = true,
): ResourceType => ({
  group: '',
  version: 'v1',
  resource,
  kind,
  namespaced,
  shortNames,
});

const inGroup = (
  group: string,
  resource: string,
  kind: string,
  namespaced = true,
): ResourceType => ({ group, version: 'v1', resource, kind, namespaced });

const RBAC = 'rbac.authorization.k8s.io';

export const RESOURCE_TYPES: readonly ResourceType[] = [
  core('namespaces', 'Namespace', ['ns'], false),
  core('nodes', 'Node', ['no'], false),
  core('serviceaccounts', 'ServiceAccount', ['sa']),
  core('secrets', 'Secret'),
  core('configmaps', 'ConfigMap', ['cm']),
  core('services', 'Service', ['svc']),
  core('pods', 'Pod', ['po']),
  core('events', 'Event', ['ev']),
  inGroup('apps', 'deployments', 'Deployment'),
  inGroup('apps', 'replicasets', 'ReplicaSet'),
  inGroup('networking.k8s.io', 'ingresses', 'Ingress'),
  inGroup(RBAC, 'roles', 'Role'),
  inGroup(RBAC, 'rolebindings', 'RoleBinding'),
  inGroup(RBAC, 'clusterroles', 'ClusterRole', false),
  inGroup(RBAC, 'clusterrolebindings', 'ClusterRoleBinding', false),
];

/** Kinds that are asked about but never stored. */
export const REVIEW_TYPES: readonly ResourceType[] = [
  inGroup(
    'authorization.k8s.io',
    'selfsubjectaccessreviews',
    'SelfSubjectAccessReview',
    false,
  ),
  inGroup(
    'authorization.k8s.io',
    'selfsubjectrulesreviews',
    'SelfSubjectRulesReview',
    false,
  ),
  inGroup(
    'authentication.k8s.io',
    'selfsubjectreviews',
    'SelfSubjectReview',
    false,
  ),
];

export function apiVersion(type: { group: string; version: string }): string {
  return type.group ? `${type.group}/${type.version}` : type.version;
}

export function findType(
  group: string,
  version: string,
  resource: string,
): ResourceType | undefined {
  return [...RESOURCE_TYPES, ...REVIEW_TYPES].find(
    type =>
      type.group === group &&
      type.version === version &&
      type.resource === resource,
  );
}
