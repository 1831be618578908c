import type { GenericObject } from '../types/kubernetes';
import type { SpokeStore } from './SpokeStore';

const RBAC = 'rbac.authorization.k8s.io';
const ALL = ['*'];

/** Puts in what every new Kubernetes cluster has. */
export function bootstrap(store: SpokeStore): void {
  for (const name of ['default', 'kube-system', 'kube-public']) {
    store.create('namespaces', {
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      status: { phase: 'Active' },
    });
    createDefaultAccount(store, name);
  }
  store.create('clusterroles', {
    metadata: { name: 'cluster-admin' },
    rules: [
      { apiGroups: ALL, resources: ALL, verbs: ALL },
      { nonResourceURLs: ALL, verbs: ALL },
    ],
  });
  bind(store, 'cluster-admin', [], ['system:masters']);
  bind(
    store,
    'system:public-info-viewer',
    [
      {
        nonResourceURLs: [
          '/healthz',
          '/livez',
          '/readyz',
          '/version',
          '/version/',
        ],
        verbs: ['get'],
      },
    ],
    ['system:authenticated', 'system:unauthenticated'],
  );
  bind(
    store,
    'system:discovery',
    [
      {
        nonResourceURLs: [
          '/api',
          '/api/*',
          '/apis',
          '/apis/*',
          '/openapi',
          '/openapi/*',
        ],
        verbs: ['get'],
      },
    ],
    ['system:authenticated'],
  );
  bind(
    store,
    'system:basic-user',
    [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      {
        apiGroups: ['authentication.k8s.io'],
        resources: ['selfsubjectreviews'],
        verbs: ['create'],
      },
    ],
    ['system:authenticated'],
  );
}

/** Every namespace gets a service account named default. */
export function createDefaultAccount(store: SpokeStore, namespace: string) {
  if (store.of('serviceaccounts').get('default', namespace)) return;
  store.create('serviceaccounts', { metadata: { name: 'default', namespace } });
}

function bind(
  store: SpokeStore,
  name: string,
  rules: GenericObject[] | object[],
  groups: string[],
): void {
  if (rules.length) store.create('clusterroles', { metadata: { name }, rules });
  store.create('clusterrolebindings', {
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: groups.map(group => ({
      apiGroup: RBAC,
      kind: 'Group',
      name: group,
    })),
  });
}
