import type { RbacPreset } from 'backstage-plugin-argocd-hub-common';
import type { KubeObject } from './spoke/types';

export const DEFAULT_NAMESPACE = 'argocd-hub';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'backstage-argocd-hub';

const READ = ['get', 'list', 'watch'];
/** Not `*`: that would add bind, escalate and impersonate. */
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const RBAC = 'rbac.authorization.k8s.io';
const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** What is made on a cluster so that a hub can deploy to it. */
export interface SpokeManifests {
  account: { name: string; namespace: string };
  /** Holds the token of the account once the cluster has filled it. */
  tokenSecret: KubeObject;
  /** Everything in the order in which it is made, the token Secret last. */
  objects: KubeObject[];
}

/**
 * The objects of one hub on one cluster.
 *
 * `scoped` reads every kind, because Argo CD's cache must list all kinds in its
 * scope, and writes in the destination namespaces only. `namespaced` reads and
 * writes there and nowhere else. `admin` may do everything.
 */
export function createManifests(options: {
  hub: string;
  preset: RbacPreset;
  namespace: string;
  destinationNamespaces: string[];
}): SpokeManifests {
  const { hub, preset, namespace, destinationNamespaces } = options;
  const name = `argocd-hub-${hub}`;
  const account = { name, namespace };
  const tokenSecret = createTokenSecret(account);
  const namespaces = [...new Set([namespace, ...destinationNamespaces])];
  return {
    account,
    tokenSecret,
    objects: [
      ...namespaces.map(each => object('v1', 'Namespace', { name: each })),
      object('v1', 'ServiceAccount', account),
      ...clusterRights(name, namespace, preset),
      ...(preset === 'admin'
        ? []
        : destinationNamespaces.flatMap(destination =>
            namespaceRights({ account, destination, preset }),
          )),
      tokenSecret,
    ],
  };
}

function clusterRights(
  name: string,
  namespace: string,
  preset: RbacPreset,
): KubeObject[] {
  if (preset === 'namespaced') return [];
  const rules: PolicyRule[] =
    preset === 'admin'
      ? [anything(['*']), { nonResourceURLs: ['*'], verbs: ['*'] }]
      : [anything(READ)];
  return [
    { ...object(`${RBAC}/v1`, 'ClusterRole', { name }), rules },
    {
      ...object(`${RBAC}/v1`, 'ClusterRoleBinding', { name }),
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

function namespaceRights(options: {
  account: { name: string; namespace: string };
  destination: string;
  preset: RbacPreset;
}): KubeObject[] {
  const { account, destination, preset } = options;
  const { name } = account;
  const verbs = preset === 'namespaced' ? [...READ, ...WRITE] : WRITE;
  const metadata = { name, namespace: destination };
  return [
    { ...object(`${RBAC}/v1`, 'Role', metadata), rules: [anything(verbs)] },
    {
      ...object(`${RBAC}/v1`, 'RoleBinding', metadata),
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}

function createTokenSecret(account: {
  name: string;
  namespace: string;
}): KubeObject {
  const secret = object('v1', 'Secret', {
    name: `${account.name}-token`,
    namespace: account.namespace,
  });
  return {
    ...secret,
    metadata: {
      ...secret.metadata,
      annotations: { [ACCOUNT_ANNOTATION]: account.name },
    },
    type: 'kubernetes.io/service-account-token',
  };
}

function object(
  apiVersion: string,
  kind: string,
  { name, namespace }: { name: string; namespace?: string },
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
    },
  };
}

function anything(verbs: string[]): PolicyRule {
  return { apiGroups: ['*'], resources: ['*'], verbs };
}
