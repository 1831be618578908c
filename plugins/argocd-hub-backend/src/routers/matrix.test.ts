import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import { applicationSetRecord } from '../testing/records';
import {
  clustersDecide,
  hubDecides,
  ownerDecides,
  platformDecides,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import { routesOf } from './__testUtils__/routesOf';
import {
  agentOn,
  as,
  EDGE_ONLY,
  OWNER,
  PLATFORM,
  PROD_ONLY,
  startRouter,
  STRANGER,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

type Who = keyof typeof as;

interface Row {
  /** A request that fits the route. */
  path: string;
  body?: object;
  /**
   * Status by caller. The stranger is signed in and owns nothing that is asked
   * for; the owner owns the entity and runs no cluster; the platform runs all
   * clusters and hubs and owns nothing. Two more read clusters by a condition:
   * those labelled env=prod, and those of the hub `edge` with that hub.
   */
  answers: Record<Who, number>;
}

/** Of one thing that belongs to an entity: its owner may see it. */
const ENTITY = {
  nobody: 401,
  stranger: 404,
  owner: 200,
  platform: 404,
  prodOnly: 404,
  edgeOnly: 404,
  service: 200,
};
/** Of clusters: those who run some of them may see these. */
const LIST = {
  nobody: 401,
  stranger: 403,
  owner: 403,
  platform: 200,
  prodOnly: 200,
  edgeOnly: 200,
  service: 200,
};
/** Of one that is labelled env=prod, at the hub `main`. */
const NAMED = {
  nobody: 401,
  stranger: 404,
  owner: 404,
  platform: 200,
  prodOnly: 200,
  edgeOnly: 404,
  service: 200,
};
/** The hub of these tests has no client, so who gets past permission is told that there is none. */
const CREATE = {
  nobody: 401,
  stranger: 403,
  owner: 403,
  platform: 404,
  prodOnly: 403,
  edgeOnly: 403,
  service: 404,
};
/** Those who are signed in, whoever they are. */
const ANYBODY = {
  nobody: 401,
  stranger: 200,
  owner: 200,
  platform: 200,
  prodOnly: 200,
  edgeOnly: 200,
  service: 200,
};

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
    answers: ENTITY,
  },
  'GET /entities/:kind/:namespace/:name/history': {
    path: '/entities/component/default/agent/history',
    answers: ENTITY,
  },
  'GET /entities/:kind/:namespace/:name/explain': {
    path: '/entities/component/default/agent/explain',
    answers: ENTITY,
  },
  'POST /entities/deployments/by-refs': {
    path: '/entities/deployments/by-refs',
    body: { entityRefs: ['component:default/agent'] },
    // Who may not see an entity is answered null for it.
    answers: ANYBODY,
  },
  'GET /openapi.json': { path: '/openapi.json', answers: ANYBODY },
  'GET /hubs': { path: '/hubs', answers: { ...LIST, prodOnly: 403 } },
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
  'GET /applicationsets/:hub/:namespace/:name': {
    path: '/applicationsets/main/argocd/agent-multi-cluster',
    answers: NAMED,
  },
  'GET /placements': {
    path: '/placements',
    answers: {
      nobody: 401,
      stranger: 403,
      owner: 403,
      platform: 403,
      prodOnly: 403,
      edgeOnly: 403,
      service: 200,
    },
  },
  'GET /deployments/:hub/:namespace/:name': {
    path: '/deployments/main/argocd/agent-prod',
    answers: { ...NAMED, owner: 200 },
  },
  'POST /deployments/:hub/:namespace/:name/refresh': {
    path: '/deployments/main/argocd/agent-prod/refresh',
    // Who sees it with its cluster may not operate it: that is for its owner.
    answers: {
      ...NAMED,
      owner: 202,
      platform: 403,
      prodOnly: 403,
      service: 202,
    },
  },
  'POST /clusters/plan': {
    path: '/clusters/plan',
    body: { ...registration, hub: 'gone' },
    answers: CREATE,
  },
  'POST /clusters': {
    path: '/clusters',
    body: { ...registration, hub: 'gone' },
    answers: CREATE,
  },
  'PATCH /clusters/:hub/:cluster/labels': {
    path: '/clusters/main/prod/labels',
    // Who gets past permission is told that this cannot be.
    body: { labels: 'none' },
    answers: { ...NAMED, platform: 400, prodOnly: 400, service: 400 },
  },
};

let started: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  started = await startRouter({
    policy: new TablePolicy({
      [OWNER]: ownerDecides('guests'),
      [STRANGER]: ownerDecides('strangers'),
      [PLATFORM]: platformDecides,
      [PROD_ONLY]: clustersDecide(
        argocdHubClusterConditions.hasLabel({ label: 'env', value: 'prod' }),
      ),
      [EDGE_ONLY]: hubDecides('edge'),
    }),
    hubClient: {
      refreshApplication: async () => {},
    },
  });
  await started.fill.hub();
  await started.fill.clusters('prod');
  await started.fill.applications(
    agentOn('prod', {
      annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
    }),
  );
  const { store } = started;
  await store.applicationSets.replace({
    lease: (await store.leases.acquire('main'))!,
    hub: 'main',
    sets: [applicationSetRecord('agent-multi-cluster')],
  });
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
