/** How a value is not what its schema says. */
export type FindingKind =
  | 'null'
  | 'unknown field'
  | 'missing'
  | 'type'
  | 'format'
  | 'value';

/** An answer that is not what the OpenAPI file declares, as Argo CD's is not. */
export interface Deviation {
  /** as in the OpenAPI file, such as `GET /api/v1/applications` */
  operation: string;
  path: string;
  what: FindingKind;
  /** number of the fact that says so */
  fact: string;
}

const nulls = (operation: string, fact: string, paths: string[]): Deviation[] =>
  paths.map(path => ({ operation, path, what: 'null', fact }));

/** Every deviation there is; one that no answer shows any more must go. */
export const DEVIATIONS: Deviation[] = [
  // A pointer or slice that is not set, selected by `fields`.
  ...nulls('GET /api/v1/applications', 'F1.4.3', [
    'items',
    'items[].metadata.deletionTimestamp',
    'items[].spec.sourceHydrator',
    'items[].spec.sources',
  ]),
  // Redis has no entry of the cluster.
  ...nulls('GET /api/v1/clusters', 'F2.7', [
    'items[].connectionState.attemptedAt',
    'items[].info.connectionState.attemptedAt',
  ]),
];

/** What is wrong and waits to be put right; this list must end up empty. */
export const FAULTS: Deviation[] = [
  // The items of a list of the Kubernetes API have no type of their own.
  {
    operation: 'GET /api/v1/applications/{name}/events',
    path: 'items[].apiVersion',
    what: 'unknown field',
    fact: 'F1.6.5',
  },
  {
    operation: 'GET /api/v1/applications/{name}/events',
    path: 'items[].kind',
    what: 'unknown field',
    fact: 'F1.6.5',
  },
  {
    operation: 'POST /api/v1/applications/{name}/sync',
    path: 'operation.retry',
    what: 'missing',
    fact: 'F5.3',
  },
];

/** Operations that have cases already and that the simulator does not serve yet. */
export const AWAITED = [
  'POST /api/v1/clusters/{id.value}/rotate-auth',
  'GET /api/v1/applications/{applicationName}/managed-resources',
  'GET /api/v1/stream/applications/{applicationName}/resource-tree',
  'GET /api/v1/stream/applicationsets',
];
