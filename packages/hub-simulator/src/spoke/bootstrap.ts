import type { GenericObject } from '../types/kubernetes';
import type { PolicyRule } from './auth/Authorizer';
import type { SpokeStore } from './SpokeStore';

const RBAC = 'rbac.authorization.k8s.io';
const ALL = ['*'];
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
/** Kubernetes' own objects bear this, so that people can leave them out. */
const BOOTSTRAP = {
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
};
const WORKLOADS = [
  'pods',
  'services',
  'configmaps',
  'serviceaccounts',
  'events',
];

const rule = (
  apiGroups: string[],
  resources: string[],
  verbs: string[],
): PolicyRule => ({ apiGroups, resources, verbs });

const VIEW = [
  rule([''], [...WORKLOADS, 'namespaces'], READ),
  rule(['apps'], ['deployments', 'replicasets'], READ),
  rule(['networking.k8s.io'], ['ingresses'], READ),
];
const EDIT = [
  rule([''], ['secrets'], READ),
  rule([''], ['secrets', 'serviceaccounts/token', ...WORKLOADS], WRITE),
  rule([''], ['serviceaccounts'], ['impersonate']),
  rule(['apps'], ['deployments', 'replicasets'], WRITE),
  rule(['networking.k8s.io'], ['ingresses'], WRITE),
  ...VIEW,
];

/** Frozen by use: every spoke stores the same rules. */
const ROLES: Record<string, readonly PolicyRule[]> = {
  'cluster-admin': [rule(ALL, ALL, ALL), { nonResourceURLs: ALL, verbs: ALL }],
  admin: [
    rule(['authorization.k8s.io'], ['localsubjectaccessreviews'], ['create']),
    rule([RBAC], ['roles', 'rolebindings'], [...READ, ...WRITE]),
    ...EDIT,
  ],
  edit: EDIT,
  view: VIEW,
  'system:public-info-viewer': [
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
  'system:discovery': [
    {
      nonResourceURLs: [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ],
      verbs: ['get'],
    },
  ],
  'system:basic-user': [
    rule(
      ['authorization.k8s.io'],
      ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      ['create'],
    ),
    rule(['authentication.k8s.io'], ['selfsubjectreviews'], ['create']),
  ],
};

const BINDINGS: Record<string, readonly string[]> = {
  'cluster-admin': ['system:masters'],
  'system:public-info-viewer': [
    'system:authenticated',
    'system:unauthenticated',
  ],
  'system:discovery': ['system:authenticated'],
  'system:basic-user': ['system:authenticated'],
};

/** Puts in what every new Kubernetes cluster has. */
export function bootstrap(store: SpokeStore): void {
  for (const name of [
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ]) {
    store.create('namespaces', {
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const [name, rules] of Object.entries(ROLES)) {
    store.create('clusterroles', { metadata: { name, ...BOOTSTRAP }, rules });
  }
  for (const [name, groups] of Object.entries(BINDINGS)) {
    store.create('clusterrolebindings', binding(name, groups));
  }
}

function binding(name: string, groups: readonly string[]): GenericObject {
  return {
    metadata: { name, ...BOOTSTRAP },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: groups.map(group => ({
      apiGroup: RBAC,
      kind: 'Group',
      name: group,
    })),
  };
}
