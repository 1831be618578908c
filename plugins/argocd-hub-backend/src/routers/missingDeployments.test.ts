import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import {
  clustersDecide,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import {
  agentOn,
  as,
  PROD_ONLY,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const NAMED = { 'backstage.io/entity-ref': 'component:default/agent' };
const HIDDEN = [
  'main/argocd/claimed',
  'main/argocd/named',
  'main/argocd/nobodys',
  'main/argocd/lost',
];
const MISSING = [
  'main/argocd/missing',
  'main/elsewhere/claimed',
  'gone/argocd/claimed',
];

let started: Awaited<ReturnType<typeof startRouter>>;

/** All of it is forbidden to strangers. */
async function start(
  options: Pick<
    Parameters<typeof startRouter>[0] & object,
    'permissionsFail' | 'policy'
  > = {},
) {
  started = await startRouter({
    ...options,
    ownerOnly: [
      'argocd-hub.cluster.read',
      'argocd-hub.cluster.update',
      'argocd-hub.deployment.read',
      'argocd-hub.deployment.refresh',
    ],
    hubClient: { refreshApplication: async () => {} },
  });
  await started.fill.hub();
  await started.fill.clusters('prod');
  const nobodys = { labels: {}, annotations: {} };
  await started.fill.applications(
    agentOn('prod', { name: 'claimed' }),
    agentOn('prod', { name: 'named', annotations: NAMED }),
    agentOn('prod', { name: 'nobodys', ...nobodys }),
    agentOn('nowhere', { name: 'lost', ...nobodys }),
  );
  await started.mapping.sync();
}

const ROUTES = {
  GET: (path: string) =>
    request(started.server).get(`/api/argocd-hub/deployments/${path}`),
  POST: (path: string) =>
    request(started.server).post(`/api/argocd-hub/deployments/${path}/refresh`),
};

/** Read as time goes on, whatever is asked for. */
const BY_TIME = /`(revisions|settings)`/;

/** What the database was asked for one answer. */
async function queriesOf(method: keyof typeof ROUTES, path: string) {
  const asked: string[] = [];
  const listen = ({ sql }: { sql: string }) => {
    if (!BY_TIME.test(sql)) asked.push(sql);
  };
  started.knex.on('query', listen);
  const { status } = await ROUTES[method](path).set(as.prodOnly);
  started.knex.off('query', listen);
  return { status, asked };
}

afterEach(() => started.stop());

/** The answer, and which permissions were asked for it, each time. */
async function ask(method: keyof typeof ROUTES, path: string) {
  started.authorize.mockClear();
  const { status, body } = await ROUTES[method](path).set(as.stranger);
  const asked = started.authorize.mock.calls.map(([questions]) =>
    questions.map(({ permission }) => permission.name).join(' '),
  );
  return { status, message: body.error.message, asked: asked.sort() };
}

describe.each(['GET', 'POST'] as const)('%s of a deployment', method => {
  it('asks the same whether it is missing or may not be seen', async () => {
    await start();
    const [first] = HIDDEN;
    const { asked } = await ask(method, first);
    expect(asked.length).toBeGreaterThan(1);
    for (const path of [...HIDDEN, ...MISSING]) {
      expect({ path, ...(await ask(method, path)) }).toEqual({
        ...{ path, asked, status: 404 },
        message: `Deployment ${path} not found`,
      });
    }
  });

  it('asks the database the same, where conditions decide about clusters', async () => {
    await start({
      policy: new TablePolicy({
        [PROD_ONLY]: clustersDecide(
          argocdHubClusterConditions.hasLabel({ label: 'env', value: 'dr' }),
        ),
      }),
    });
    const [first] = HIDDEN;
    await queriesOf(method, first);
    const { asked } = await queriesOf(method, first);
    expect(asked.join()).toContain('applications');
    for (const path of [...HIDDEN, ...MISSING]) {
      expect({ path, ...(await queriesOf(method, path)) }).toEqual({
        ...{ path, asked, status: 404 },
      });
    }
  });

  it('tells of neither while permissions cannot be checked', async () => {
    await start({ permissionsFail: true });
    for (const path of [...HIDDEN, ...MISSING]) {
      expect({ path, status: (await ask(method, path)).status }).toEqual({
        ...{ path, status: 503 },
      });
    }
  });
});
