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
  // A time that is not set.
  ...nulls('GET /api/v1/applications/{name}/events', 'F1.1.1', [
    'items[].eventTime',
  ]),
  // Redis has no entry of the cluster.
  ...nulls('GET /api/v1/clusters', 'F2.7', [
    'items[].connectionState.attemptedAt',
    'items[].info.connectionState.attemptedAt',
  ]),
];
