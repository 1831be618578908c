import type { Case, World } from './Case';

const CREATE = 'POST /api/v1/applications';
const UPDATE = 'PUT /api/v1/applications/{application.metadata.name}';
const PATCH = 'PATCH /api/v1/applications/{name}';
const SPEC = 'PUT /api/v1/applications/{name}/spec';
const PATH = '/api/v1/applications';

const spec = ({ fixture }: World, namespace = 'one') => ({
  project: 'default',
  source: {
    repoURL: 'https://github.com/example/agent',
    path: 'helm',
    targetRevision: 'HEAD',
  },
  destination: { server: fixture.spoke('prod').url, namespace },
});
const application = (world: World, namespace?: string) => ({
  metadata: { name: 'one', labels: { a: 'b' } },
  spec: spec(world, namespace),
});

export const applicationChangeCases: Case[] = [
  {
    name: 'F1.4.5 creates',
    operation: CREATE,
    path: PATH,
    body: world => application(world),
    holds: { metadata: { name: 'one', uid: expect.any(String) } },
  },
  {
    name: 'F1.4.5 returns what is there already',
    operation: CREATE,
    path: PATH,
    body: world => application(world),
    holds: { metadata: { name: 'one' } },
  },
  {
    name: 'F1.4.5 refuses what differs',
    operation: CREATE,
    path: PATH,
    body: world => application(world, 'two'),
    status: 400,
    holds: { code: 3 },
  },
  {
    name: 'F1.4.5 replaces when asked to',
    operation: CREATE,
    path: `${PATH}?upsert=true`,
    body: world => application(world, 'two'),
    holds: { spec: { destination: { namespace: 'two' } } },
  },
  {
    name: 'updates',
    operation: UPDATE,
    path: `${PATH}/one`,
    body: world => application(world, 'three'),
    holds: { spec: { destination: { namespace: 'three' } } },
  },
  {
    name: 'updates a spec',
    operation: SPEC,
    path: `${PATH}/one/spec`,
    body: world => spec(world, 'four'),
    holds: { destination: { namespace: 'four' } },
  },
  {
    name: 'patches',
    operation: PATCH,
    path: `${PATH}/one`,
    body: {
      patchType: 'merge',
      patch: '{"metadata":{"labels":{"a":"c"}}}',
    },
    holds: { metadata: { labels: { a: 'c' } } },
  },
];
