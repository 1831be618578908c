/** Which names a kind takes: a DNS label, a DNS subdomain or any path segment. */
export type NameRule = 'label' | 'subdomain' | 'path';

/** A kind that the spoke's API serves. */
export interface ResourceType {
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
  shortNames?: string[];
  /** `kubectl get all` asks for these */
  inAll?: boolean;
  names?: NameRule;
  /** counts changes of its spec */
  hasGeneration?: boolean;
  hasStatus?: boolean;
  /** PUT makes what is not there */
  createsOnUpdate?: boolean;
  /** DELETE answers with the object instead of a Status */
  returnsDeleted?: boolean;
  /** only one at a time can be deleted */
  hasNoCollectionDelete?: boolean;
  /** what an object of this kind may carry beside apiVersion, kind and metadata */
  fields: readonly string[];
}

type Traits = Partial<
  Omit<ResourceType, 'group' | 'version' | 'resource' | 'kind' | 'fields'>
>;

const RBAC = 'rbac.authorization.k8s.io';
const AUTHORIZATION = 'authorization.k8s.io';
const AUTHENTICATION = 'authentication.k8s.io';
const SPEC = ['spec', 'status'];

const define =
  (group: string, defaults: Traits) =>
  (
    resource: string,
    kind: string,
    fields: readonly string[],
    traits: Traits = {},
  ): ResourceType => ({
    group,
    version: 'v1',
    resource,
    kind,
    namespaced: true,
    fields,
    ...defaults,
    ...traits,
  });

const core = define('', {});
const apps = define('apps', {
  inAll: true,
  hasGeneration: true,
  hasStatus: true,
});
const rbac = define(RBAC, { names: 'path', createsOnUpdate: true });
const reviews = { namespaced: false };

const EVENT_FIELDS = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'series',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
];

export const RESOURCE_TYPES: readonly ResourceType[] = [
  core('namespaces', 'Namespace', SPEC, {
    shortNames: ['ns'],
    namespaced: false,
    names: 'label',
    hasStatus: true,
    hasNoCollectionDelete: true,
  }),
  core('nodes', 'Node', SPEC, {
    shortNames: ['no'],
    namespaced: false,
    hasStatus: true,
  }),
  core(
    'serviceaccounts',
    'ServiceAccount',
    ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
    { shortNames: ['sa'], returnsDeleted: true },
  ),
  core('secrets', 'Secret', ['data', 'stringData', 'type', 'immutable']),
  core('configmaps', 'ConfigMap', ['data', 'binaryData', 'immutable'], {
    shortNames: ['cm'],
  }),
  core('services', 'Service', SPEC, {
    shortNames: ['svc'],
    inAll: true,
    names: 'label',
    hasStatus: true,
    returnsDeleted: true,
  }),
  core('pods', 'Pod', SPEC, {
    shortNames: ['po'],
    inAll: true,
    hasGeneration: true,
    hasStatus: true,
    returnsDeleted: true,
  }),
  core('events', 'Event', EVENT_FIELDS, {
    shortNames: ['ev'],
    createsOnUpdate: true,
  }),
  apps('deployments', 'Deployment', SPEC, { shortNames: ['deploy'] }),
  apps('replicasets', 'ReplicaSet', SPEC, { shortNames: ['rs'] }),
  define('batch', {})('jobs', 'Job', SPEC, {
    inAll: true,
    hasGeneration: true,
    hasStatus: true,
  }),
  define('networking.k8s.io', {})('ingresses', 'Ingress', SPEC, {
    shortNames: ['ing'],
    hasGeneration: true,
    hasStatus: true,
  }),
  rbac('roles', 'Role', ['rules']),
  rbac('rolebindings', 'RoleBinding', ['subjects', 'roleRef']),
  rbac('clusterroles', 'ClusterRole', ['rules', 'aggregationRule'], {
    namespaced: false,
  }),
  rbac('clusterrolebindings', 'ClusterRoleBinding', ['subjects', 'roleRef'], {
    namespaced: false,
  }),
];

const access = define(AUTHORIZATION, reviews);
const identity = define(AUTHENTICATION, reviews);

/** Kinds that are asked about but never stored. */
export const REVIEW_TYPES: readonly ResourceType[] = [
  access('localsubjectaccessreviews', 'LocalSubjectAccessReview', SPEC, {
    namespaced: true,
  }),
  access('selfsubjectaccessreviews', 'SelfSubjectAccessReview', SPEC),
  access('selfsubjectrulesreviews', 'SelfSubjectRulesReview', SPEC),
  access('subjectaccessreviews', 'SubjectAccessReview', SPEC),
  identity('selfsubjectreviews', 'SelfSubjectReview', ['status']),
  identity('tokenreviews', 'TokenReview', SPEC),
];

const ALL_TYPES = [...RESOURCE_TYPES, ...REVIEW_TYPES];

export function apiVersion(type: { group: string; version: string }): string {
  return type.group ? `${type.group}/${type.version}` : type.version;
}

export function findType(
  group: string,
  version: string,
  resource: string,
): ResourceType | undefined {
  return ALL_TYPES.find(
    type =>
      type.group === group &&
      type.version === version &&
      type.resource === resource,
  );
}

/** Whether anything is served under a group and version. */
export function isServed(group: string, version: string): boolean {
  return ALL_TYPES.some(
    type => type.group === group && type.version === version,
  );
}
