import type { Spoke } from '../spoke/Spoke';
import { clusterSecretName, CONTROL_PLANE } from '../state/names';
import type { ClusterSecret } from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';

const ADMIN_ROLE = 'argocd-manager-role';
const MANAGER = { name: 'argocd-manager', namespace: 'kube-system' };

/** What `argocd cluster add` leaves behind, on the spoke and on the hub. */
export async function registerCluster(
  spoke: Spoke,
  labels: Record<string, string>,
): Promise<ClusterSecret> {
  const { store } = spoke;
  const ensure = (resource: string, object: GenericObject) =>
    ensureObject(spoke, resource, object);
  const rbac = { apiGroup: 'rbac.authorization.k8s.io' };
  const token = `${MANAGER.name}-long-lived-token`;
  ensure('serviceaccounts', { metadata: { ...MANAGER } });
  ensure('clusterroles', {
    metadata: { name: ADMIN_ROLE },
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  });
  ensure('clusterrolebindings', {
    metadata: { name: `${ADMIN_ROLE}-binding` },
    roleRef: { ...rbac, kind: 'ClusterRole', name: ADMIN_ROLE },
    subjects: [{ kind: 'ServiceAccount', ...MANAGER }],
  });
  ensure('secrets', {
    metadata: {
      name: token,
      namespace: MANAGER.namespace,
      annotations: { 'kubernetes.io/service-account.name': MANAGER.name },
    },
    type: 'kubernetes.io/service-account-token',
  });
  await spoke.tokens.fill(token, MANAGER.namespace);
  const { data } = store.of('secrets').get(token, MANAGER.namespace)!;
  const bearer = (data as { token: string }).token;
  return {
    metadata: {
      name: clusterSecretName(spoke.url),
      namespace: CONTROL_PLANE,
      labels,
      annotations: { 'managed-by': 'argocd.argoproj.io' },
    },
    data: {
      name: spoke.name,
      server: spoke.url,
      config: {
        bearerToken: Buffer.from(bearer, 'base64').toString('utf8'),
        tlsClientConfig: { insecure: false, caData: spoke.caData },
      },
    },
  };
}

/** Makes an object on a spoke unless another hub has made it already. */
export function ensureObject(
  { store }: Spoke,
  resource: string,
  object: GenericObject,
): void {
  const { name, namespace } = object.metadata;
  if (store.of(resource).get(name, namespace)) return;
  store.create(resource, object);
}
