import type { Router } from 'express';
import request from 'supertest';
import { agentOn, as, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

type Who = keyof typeof as;

interface Row {
  /** A request that fits the route. */
  path: string;
  body?: object;
  /** Status by caller. The stranger has no permission at all, the owner has all. */
  answers: Record<Who, number>;
}

const PERMISSIONS = [
  'catalog.entity.read',
  ...['read', 'refresh', 'sync', 'rollback'].map(
    action => `argocd-hub.deployment.${action}`,
  ),
  ...['read', 'create', 'update', 'delete'].map(
    action => `argocd-hub.cluster.${action}`,
  ),
  'argocd-hub.hub.read',
];

const LIST = { nobody: 401, stranger: 403, owner: 200, service: 200 };
const NAMED = { nobody: 401, stranger: 404, owner: 200, service: 200 };
/** The hub of these tests has no client, so who gets past permission is told that there is none. */
const WRITE = { nobody: 401, stranger: 403, owner: 404, service: 404 };

const registration = {
  hub: 'main',
  name: 'perf',
  labels: {},
  destinationNamespaces: ['agent'],
  credential: { name: 'none' },
};

const MATRIX: Record<string, Row> = {
  'GET /entities/:kind/:namespace/:name/deployments': {
    path: '/entities/component/default/agent/deployments',
    answers: NAMED,
  },
  'GET /hubs': { path: '/hubs', answers: LIST },
  'GET /clusters': { path: '/clusters', answers: LIST },
  'GET /clusters/:hub/:cluster': {
    path: '/clusters/main/prod',
    answers: NAMED,
  },
  'GET /clusters/:hub/:cluster/deployments': {
    path: '/clusters/main/prod/deployments',
    answers: NAMED,
  },
  'GET /deployments': { path: '/deployments', answers: LIST },
  'GET /placements': {
    path: '/placements',
    answers: { nobody: 401, stranger: 403, owner: 403, service: 200 },
  },
  'POST /deployments/:hub/:namespace/:name/refresh': {
    path: '/deployments/main/argocd/agent-prod/refresh',
    answers: { nobody: 401, stranger: 404, owner: 202, service: 202 },
  },
  'POST /clusters/plan': {
    path: '/clusters/plan',
    body: { ...registration, hub: 'gone' },
    answers: WRITE,
  },
  'POST /clusters': {
    path: '/clusters',
    body: { ...registration, hub: 'gone' },
    answers: WRITE,
  },
  'PATCH /clusters/:hub/:cluster/labels': {
    path: '/clusters/gone/prod/labels',
    body: { labels: {} },
    answers: { nobody: 401, stranger: 404, owner: 404, service: 404 },
  },
};

/** Every route that a router and those in it really answer. */
function routesOf(router: Router): string[] {
  return router.stack.flatMap(layer => {
    if (!layer.route) {
      const inner = (layer as unknown as { handle: Router }).handle;
      return inner.stack ? routesOf(inner) : [];
    }
    const { path, stack } = layer.route;
    const methods = new Set(stack.map(({ method }) => method.toUpperCase()));
    return [...methods].map(method => `${method} ${path}`);
  });
}

let started: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  started = await startRouter({
    ownerOnly: PERMISSIONS,
    hubClient: { getApplication: async () => ({ metadata: { name: 'x' } }) },
  });
  await started.fill.hub();
  await started.fill.clusters('prod');
  await started.fill.applications(agentOn('prod'));
});

afterAll(() => started.stop());

it('has a row for every route', () => {
  expect(routesOf(started.router).sort()).toEqual(Object.keys(MATRIX).sort());
});

describe.each(Object.entries(MATRIX))(
  '%s',
  (route, { path, body, answers }) => {
    it.each(Object.entries(answers))(
      'answers %s with %s',
      async (who, status) => {
        const method = route.split(' ')[0].toLowerCase() as 'get';
        const response = await request(started.server)
          [method](`/api/argocd-hub${path}`)
          .set(as[who as Who])
          .send(body);

        expect(response.status).toBe(status);
      },
    );
  },
);
