import type { KubeObject } from './types';

const RESOURCES: Record<string, string> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Secret: 'secrets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
};

/** Group and plural name of a kind that onboarding makes. */
export function resourceOf(object: KubeObject): {
  group: string;
  resource: string;
} {
  const [group, version] = object.apiVersion.split('/');
  return {
    group: version ? group : '',
    resource: RESOURCES[object.kind],
  };
}

export function collectionPath(object: KubeObject): string {
  const { group, resource } = resourceOf(object);
  const { namespace } = object.metadata;
  const base = group ? `/apis/${object.apiVersion}` : `/api/v1`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${scope}/${resource}`;
}

export function objectPath(object: KubeObject): string {
  return `${collectionPath(object)}/${encodeURIComponent(
    object.metadata.name,
  )}`;
}

/** How an object is called in messages and in the list of changes. */
export function titleOf(object: KubeObject): string {
  const { name, namespace } = object.metadata;
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
