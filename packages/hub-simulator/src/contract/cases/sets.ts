import { type Case, failure } from './Case';

const LIST = 'GET /api/v1/applicationsets';
const GET = 'GET /api/v1/applicationsets/{name}';
const CREATE = 'POST /api/v1/applicationsets';
const DELETE = 'DELETE /api/v1/applicationsets/{name}';
const GENERATE = 'POST /api/v1/applicationsets/generate';
const PATH = '/api/v1/applicationsets';

/** A set of one application that nobody has yet. */
const set = (project = 'default', namespace = 'agent') => ({
  metadata: { name: 'one', labels: { a: 'b' } },
  spec: {
    goTemplate: true,
    generators: [{ clusters: { selector: { matchLabels: { env: 'prod' } } } }],
    template: {
      metadata: { name: 'one-{{.name}}' },
      spec: {
        project,
        source: {
          repoURL: 'https://github.com/example/agent',
          path: 'helm',
          targetRevision: 'HEAD',
        },
        destination: { server: '{{.server}}', namespace },
      },
    },
  },
});

export const setCases: Case[] = [
  { name: 'F1.7.1 lists', operation: LIST, path: PATH },
  {
    name: 'F1.7.1 gets one',
    operation: GET,
    path: `${PATH}/agent-multi-cluster`,
    holds: { metadata: { name: 'agent-multi-cluster' } },
  },
  {
    name: 'F1.7.1 has a tree',
    operation: 'GET /api/v1/applicationsets/{name}/resource-tree',
    path: `${PATH}/agent-multi-cluster/resource-tree`,
    holds: { nodes: expect.any(Array) },
  },
  {
    name: 'F1.7.1 has events',
    operation: 'GET /api/v1/applicationsets/{name}/events',
    path: `${PATH}/agent-multi-cluster/events`,
  },
  {
    name: 'F1.7.1 admits that one is missing',
    operation: GET,
    path: `${PATH}/nothing`,
    status: 404,
    holds: { code: 5 },
  },
  {
    name: 'F1.7.2 generates',
    operation: GENERATE,
    path: `${PATH}/generate`,
    body: { applicationSet: set() },
    holds: { applications: [{ metadata: { name: 'one-prod' } }] },
  },
  {
    name: 'F1.7.1 only says what it would make',
    operation: CREATE,
    path: `${PATH}?dryRun=true`,
    body: set(),
    holds: { status: { resources: [{ name: 'one-prod' }] } },
  },
  {
    name: 'F1.7.1 refuses a templated project',
    operation: CREATE,
    path: PATH,
    body: set('{{.name}}'),
    status: 500,
    holds: { code: 2 },
  },
  {
    name: 'F1.7.1 refuses an unknown project',
    operation: CREATE,
    path: PATH,
    body: set('nothing'),
    status: 400,
  },
  {
    name: 'F1.7.1 creates',
    operation: CREATE,
    path: PATH,
    body: set(),
    holds: { metadata: { name: 'one', uid: expect.any(String) } },
  },
  {
    name: 'F1.7.1 returns what is there already',
    operation: CREATE,
    path: PATH,
    body: set(),
    holds: { metadata: { name: 'one' } },
  },
  {
    name: 'F1.7.1 refuses what differs',
    operation: CREATE,
    path: PATH,
    body: set('default', 'other'),
    status: 400,
  },
  {
    name: 'F1.7.1 replaces when asked to',
    operation: CREATE,
    path: `${PATH}?upsert=true`,
    body: set('default', 'other'),
    holds: {
      spec: { template: { spec: { destination: { namespace: 'other' } } } },
    },
  },
  {
    name: 'F1.1.11 deletes nothing without permission',
    operation: DELETE,
    path: `${PATH}/one`,
    as: 'portal',
    status: 403,
    is: failure(
      7,
      expect.stringMatching(
        /^permission denied: applicationsets, delete, default\/one, sub: backstage, iat: /,
      ),
    ),
  },
  { name: 'F1.7.1 deletes', operation: DELETE, path: `${PATH}/one`, is: {} },
];
