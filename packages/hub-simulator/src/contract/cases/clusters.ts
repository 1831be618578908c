import { type Case, failure } from './Case';

const LIST = 'GET /api/v1/clusters';
const GET = 'GET /api/v1/clusters/{id.value}';
const CREATE = 'POST /api/v1/clusters';
const UPDATE = 'PUT /api/v1/clusters/{id.value}';
const DELETE = 'DELETE /api/v1/clusters/{id.value}';
const INVALIDATE = 'POST /api/v1/clusters/{id.value}/invalidate-cache';
const ROTATE = 'POST /api/v1/clusters/{id.value}/rotate-auth';
const DENIED = failure(7, 'permission denied');

const refused = expect.stringMatching(
  /^error getting server version: failed to get server version: Get "https:.*\/version\?timeout=32s": dial tcp .*: connect: connection refused$/,
);

export const clusterCases: Case[] = [
  { name: 'F1.3.1 lists', operation: LIST, path: '/api/v1/clusters' },
  {
    name: 'F1.3.1 lists the first match only',
    operation: LIST,
    path: '/api/v1/clusters?name=prod',
    holds: { items: [{ name: 'prod' }] },
  },
  {
    name: 'F1.3.1 lists nothing as an empty list',
    operation: LIST,
    path: '/api/v1/clusters?name=nothing',
    is: { metadata: {}, items: [] },
  },
  {
    name: 'F1.3.2 finds by server',
    operation: GET,
    path: world => `/api/v1/clusters/${world.cluster('prod')}`,
    holds: { name: 'prod' },
  },
  {
    name: 'F1.3.5 redacts',
    operation: GET,
    path: '/api/v1/clusters/prod?id.type=name',
    holds: { config: { tlsClientConfig: { insecure: false } } },
  },
  {
    name: 'F1.3.3 denies what is missing',
    operation: GET,
    path: '/api/v1/clusters/nothing?id.type=name',
    status: 403,
    is: DENIED,
  },
  {
    name: 'F2.5 has an entry for its own cluster',
    operation: GET,
    path: '/api/v1/clusters/in-cluster?id.type=name',
    holds: { server: 'https://kubernetes.default.svc' },
  },
  {
    name: 'F1.3.6 creates after a call to the cluster',
    operation: CREATE,
    path: '/api/v1/clusters',
    body: world => world.body('perf'),
    holds: {
      name: 'perf',
      info: { connectionState: { status: 'Successful' } },
    },
  },
  {
    name: 'F1.3.7 returns what is there already',
    operation: CREATE,
    path: '/api/v1/clusters',
    body: world => world.body('perf', { project: 'another' }),
    holds: { name: 'perf' },
  },
  {
    name: 'F1.3.7 refuses what differs',
    operation: CREATE,
    path: '/api/v1/clusters',
    body: world => world.body('perf', { labels: { a: 'b' } }),
    status: 400,
    holds: {
      message: expect.stringMatching(
        /^existing cluster spec is different; use upsert flag to force update; difference in keys "/,
      ),
    },
  },
  {
    name: 'F1.3.7 replaces when asked to',
    operation: CREATE,
    path: '/api/v1/clusters?upsert=true',
    body: world => world.body('perf', { labels: { a: 'b' } }),
    holds: { labels: { a: 'b' } },
  },
  {
    name: 'F1.3.6 fails when the cluster refuses',
    operation: CREATE,
    path: '/api/v1/clusters',
    body: world => world.body('perf', { server: 'https://127.0.0.1:1' }),
    status: 500,
    is: failure(2, refused),
  },
  {
    name: "F1.1.9 hands on a cluster's 401",
    operation: CREATE,
    path: '/api/v1/clusters?upsert=true',
    body: world => {
      const { config, ...body } = world.body('perf');
      return { ...body, config: { ...(config as object), bearerToken: 'x' } };
    },
    status: 401,
    holds: { code: 16 },
  },
  {
    name: 'F1.1.11 refuses by policy',
    operation: DELETE,
    path: world => `/api/v1/clusters/${world.cluster('prod')}`,
    as: 'portal',
    status: 403,
    is: DENIED,
  },
  {
    name: 'F1.3.8 replaces the fields that are listed',
    operation: UPDATE,
    path: world =>
      `/api/v1/clusters/${world.cluster('perf')}?updatedFields=labels`,
    body: { labels: { c: 'd' }, name: 'ignored' },
    holds: { name: 'perf', labels: { c: 'd' } },
  },
  {
    name: 'F1.3.8 needs the cluster even for labels',
    operation: UPDATE,
    path: world =>
      `/api/v1/clusters/${world.cluster('perf')}?updatedFields=labels`,
    before: ({ fixture }) =>
      fixture.control('/spokes/perf/break', { how: 'refused' }),
    body: { labels: { e: 'f' } },
    status: 500,
    holds: { code: 2 },
  },
  {
    name: 'F1.3.11 invalidates',
    operation: INVALIDATE,
    path: world => `/api/v1/clusters/${world.cluster('prod')}/invalidate-cache`,
    holds: { name: 'prod', refreshRequestedAt: expect.any(String) },
  },
  {
    name: 'F1.3.3 denies rotating what is missing',
    operation: ROTATE,
    path: '/api/v1/clusters/nothing/rotate-auth?id.type=name',
    status: 403,
    is: DENIED,
  },
  {
    name: 'F1.3.9 deletes',
    operation: DELETE,
    path: '/api/v1/clusters/perf?id.type=name',
    is: {},
  },
  {
    name: 'F1.1.14 takes a flag only as Go parses it',
    operation: CREATE,
    path: '/api/v1/clusters?upsert=perhaps',
    body: {},
    status: 400,
    holds: { code: 3 },
  },
];
