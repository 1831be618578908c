import { type Case, failure } from './Case';

const LIST = 'GET /api/v1/applications';
const GET = 'GET /api/v1/applications/{name}';
const DENIED = failure(7, 'permission denied');

/** What the product asks for in a list. */
const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'spec.destination',
  'spec.project',
  'spec.source',
  'spec.sources',
  'spec.sourceHydrator',
  'spec.syncPolicy',
  'status.sourceHydrator',
  'status.sync.status',
  'status.sync.revision',
  'status.health',
  'status.summary',
  'status.resources',
  'status.operationState.phase',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
  'status.operationState.operation.sync',
  'operation.sync',
]
  .map(field => `items.${field}`)
  .join(',');

export const applicationCases: Case[] = [
  {
    name: 'F1.4.1 lists in order of names',
    operation: LIST,
    path: '/api/v1/applications',
    holds: {
      items: ['dr', 'prod', 'staging'].map(name => ({
        metadata: { name: `agent-${name}` },
      })),
    },
  },
  {
    name: 'F1.4.1 lists by name and project',
    operation: LIST,
    path: '/api/v1/applications?name=agent-prod&projects=default',
    holds: { items: [{ metadata: { name: 'agent-prod' } }] },
  },
  {
    name: 'F1.1.8, F1.4.1 refuses a selector that is none',
    operation: LIST,
    path: '/api/v1/applications?selector=a%20b%20%3D',
    status: 500,
    holds: { code: 2 },
  },
  {
    name: 'F1.4.3 lists every field there is',
    operation: LIST,
    path: `/api/v1/applications?fields=${FIELDS}`,
    trimmed: true,
    holds: { metadata: { resourceVersion: expect.any(String) } },
  },
  {
    name: 'F1.4.3 lists the whole spec',
    operation: LIST,
    path: '/api/v1/applications?fields=items.spec',
    trimmed: true,
  },
  {
    name: 'F1.4.3 lists nothing as null',
    operation: LIST,
    path: '/api/v1/applications?name=nothing&fields=items.spec',
    trimmed: true,
    holds: { items: null },
  },
  {
    name: 'F1.4.3 fails when fields are excluded',
    operation: LIST,
    path: '/api/v1/applications?fields=-items.status',
    status: 500,
    holds: { code: 2 },
  },
  {
    name: 'F1.4.4 gets one',
    operation: GET,
    path: '/api/v1/applications/agent-prod',
    holds: { metadata: { name: 'agent-prod' } },
  },
  {
    name: 'F1.4.4 gets one after a refresh',
    operation: GET,
    path: '/api/v1/applications/agent-prod?refresh=hard',
    holds: { metadata: { name: 'agent-prod' } },
  },
  {
    name: 'F1.4.4 denies what is missing',
    operation: GET,
    path: '/api/v1/applications/nothing',
    status: 403,
    is: DENIED,
  },
  {
    name: 'F1.4.4 admits that something is missing in a project',
    operation: GET,
    path: '/api/v1/applications/nothing?project=default',
    status: 404,
    holds: { code: 5 },
  },
  {
    name: 'F1.1.13 takes only a deadline that is one',
    operation: GET,
    path: '/api/v1/applications/agent-prod',
    headers: { 'Grpc-Timeout': 'soon' },
    status: 400,
  },
];
