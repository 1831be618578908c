/**
 * Which fields are asked of a hub. Lists know a fixed set of names, which grew
 * with the version of Argo CD; streams can select any path. What would carry
 * Helm values or parameters is never asked for, where that can be helped.
 */

const LIST_COMMON = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.deletionTimestamp',
  'status.sync.status',
  'status.health',
  'status.summary',
  'status.operationState.phase',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
];

// Parts of `spec` can be selected since 3.5 only; asking for both fails at random.
const LIST_SINCE_3_5 = [
  'spec.project',
  'spec.destination',
  'spec.syncPolicy',
  'status.sync.revision',
];
const LIST_BEFORE_3_5 = ['spec'];

const SOURCE = ['repoURL', 'path', 'chart', 'targetRevision'];

const STREAM = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.labels',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.ownerReferences.kind',
  'metadata.ownerReferences.name',
  'spec.project',
  'spec.destination',
  'spec.syncPolicy.automated',
  ...SOURCE.map(field => `spec.source.${field}`),
  ...[...SOURCE, 'ref'].map(field => `spec.sources.${field}`),
  'operation.initiatedBy',
  'status.sync.status',
  'status.sync.revision',
  'status.sync.revisions',
  'status.health',
  'status.conditions',
  'status.summary',
  'status.resources.kind',
  ...[
    'id',
    'revision',
    'revisions',
    'deployedAt',
    'deployStartedAt',
    'initiatedBy',
  ].map(field => `status.history.${field}`),
  ...[
    'phase',
    'message',
    'startedAt',
    'finishedAt',
    'operation.initiatedBy',
    'syncResult.revision',
    'syncResult.revisions',
  ].map(field => `status.operationState.${field}`),
];

const PROJECT = [
  'metadata.name',
  'spec.destinations',
  'spec.sourceNamespaces',
  'spec.sourceRepos',
  'spec.permitOnlyProjectScopedClusters',
];

/** Whether a list of this version of Argo CD tells the revision of an application. */
export function listsRevision(version: string): boolean {
  return isAtLeast(version, 3, 5);
}

/** The `fields` of a list, by the hub's version. */
export function listFields(version: string): string {
  const special = isAtLeast(version, 3, 5) ? LIST_SINCE_3_5 : LIST_BEFORE_3_5;
  return [...LIST_COMMON, ...special].map(field => `items.${field}`).join(',');
}

/** The `fields` of a list of projects. */
export function projectFields(): string {
  return PROJECT.map(field => `items.${field}`).join(',');
}

/** The `fields` of a stream. Without `error`, the reason of a failure would be filtered away. */
export function streamFields(annotations: string[]): string {
  const paths = [
    ...STREAM,
    ...annotations.map(annotation => `metadata.annotations.${annotation}`),
  ];
  return [
    'error',
    'result.type',
    ...paths.map(path => `result.application.${path}`),
  ].join(',');
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [, x, y] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(x) > major || (Number(x) === major && Number(y) >= minor);
}
