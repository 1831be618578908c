import {
  argocdHubPermissions,
  clusterReadPermission,
  clusterResourceRef,
  clusterUpdatePermission,
  deploymentReadPermission,
  hubReadPermission,
  parseClusterResourceRef,
} from 'backstage-plugin-argocd-hub-common';
import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import {
  clustersDecide,
  hubDecides,
  ownerDecides,
  platformDecides,
  TablePolicy,
} from '../routers/__testUtils__/permissionFramework';
import {
  agentOn,
  as,
  CONFIG,
  EDGE_ONLY,
  hubConfig,
  OWNER,
  PLATFORM,
  PROD_ONLY,
  startRouter,
  StoreFiller,
} from '../routers/__testUtils__/startRouter';

jest.setTimeout(60_000);

const ODD = 'arn:aws:eks:eu:1:cluster/prod';
const WELL_KNOWN = '/api/argocd-hub/.well-known/backstage/permissions';

/** As many as make a body too large that asks for each ref apart. */
const manyGroups = Array.from(
  { length: 100 },
  (_, index) => `group:default/a-group-with-some-name-${index}`,
);

let started: Awaited<ReturnType<typeof startRouter>>;

beforeAll(async () => {
  started = await startRouter({
    config: { hubs: [...CONFIG.hubs, hubConfig('edge')] },
    policy: new TablePolicy({
      [PLATFORM]: platformDecides,
      [PROD_ONLY]: clustersDecide(
        argocdHubClusterConditions.hasLabel({ label: 'env', value: 'prod' }),
      ),
      [EDGE_ONLY]: hubDecides('edge'),
      [OWNER]: permission =>
        permission.name.startsWith('argocd-hub.cluster')
          ? platformDecides(permission)
          : ownerDecides('guests', ...manyGroups)(permission),
    }),
  });
  await started.fill.hub();
  await started.fill.clusters('prod', 'dev', ODD);
  const edge = new StoreFiller(started.store, 'edge');
  await edge.hub();
  await edge.clusters('dev');
});

afterAll(() => started.stop());

/** As a browser asks, which knows refs and no conditions. */
async function mayIn(
  who: keyof typeof as,
  permission: object,
  resourceRef: string,
) {
  const { body } = await request(started.server)
    .post('/api/permission/authorize')
    .set(as[who])
    .send({ items: [{ id: '1', permission, resourceRef }] });
  return body.items[0].result;
}

it('tells the framework of every permission and rule', async () => {
  const { body } = await request(started.server)
    .get(`${WELL_KNOWN}/metadata`)
    .set(as.service);

  expect(body.permissions).toEqual(
    expect.arrayContaining(JSON.parse(JSON.stringify(argocdHubPermissions))),
  );
  expect(
    body.rules.map((rule: any) => [
      rule.resourceType,
      rule.name,
      Object.keys(rule.paramsSchema.properties),
      rule.paramsSchema.required,
    ]),
  ).toEqual([
    ['argocd-hub-cluster', 'IN_HUB', ['hubs'], ['hubs']],
    ['argocd-hub-cluster', 'HAS_LABEL', ['label', 'value'], ['label']],
    ['argocd-hub-hub', 'IN_HUB', ['hubs'], ['hubs']],
  ]);
});

it.each([
  ['prodOnly', 'main', 'prod', 'ALLOW'],
  ['prodOnly', 'main', 'dev', 'DENY'],
  ['prodOnly', 'edge', 'dev', 'DENY'],
  ['prodOnly', 'main', 'nowhere', 'DENY'],
  ['prodOnly', 'main', ODD, 'DENY'],
  ['edgeOnly', 'edge', 'dev', 'ALLOW'],
  ['edgeOnly', 'main', 'dev', 'DENY'],
  ['edgeOnly', 'edge', 'prod', 'DENY'],
  ['platform', 'main', ODD, 'ALLOW'],
  ['stranger', 'main', 'prod', 'DENY'],
] as const)(
  'judges for %s the cluster %s/%s',
  async (who, hub, name, result) => {
    const ref = clusterResourceRef({ hub, name });
    expect(await mayIn(who, clusterReadPermission, ref)).toBe(result);
    expect(await mayIn(who, clusterUpdatePermission, ref)).toBe(result);
  },
);

it.each([
  ['edgeOnly', 'edge', 'ALLOW'],
  ['edgeOnly', 'main', 'DENY'],
  ['edgeOnly', 'gone', 'DENY'],
  ['platform', 'main', 'ALLOW'],
  ['prodOnly', 'main', 'DENY'],
] as const)('judges for %s the hub %s', async (who, hub, result) => {
  expect(await mayIn(who, hubReadPermission, hub)).toBe(result);
});

it.each(['', '/', 'main', 'main/', '/prod'])(
  'takes %j for no cluster',
  async ref => {
    expect(parseClusterResourceRef(ref)).toBeUndefined();
    expect(await mayIn('edgeOnly', clusterReadPermission, ref || ' ')).toBe(
      'DENY',
    );
  },
);

it('finds back what a ref was made of', () => {
  const cluster = { hub: 'main', name: ODD };
  expect(parseClusterResourceRef(clusterResourceRef(cluster))).toEqual(cluster);
});

it('asks about the entities of a whole page, whatever groups its caller is in', async () => {
  const names = Array.from(
    { length: 400 },
    (_, index) => `component:default/component-number-${index}`,
  );
  await started.fill.applications(
    agentOn('dev', {
      name: 'mine',
      annotations: { 'backstage.io/entity-ref': 'component:default/agent' },
    }),
    ...names.map((name, index) =>
      agentOn('dev', {
        name: `app-${index}`,
        labels: {},
        annotations: { 'backstage.io/entity-ref': name },
      }),
    ),
  );
  await started.mapping.sync();

  const { status, body } = await request(started.server)
    .get('/api/argocd-hub/deployments?limit=500')
    .set(as.owner);

  expect(status).toBe(200);
  expect(body.items).toHaveLength(401);
  const told = body.items.filter(({ entities }: any) => entities.length > 0);
  expect(told.map(({ name }: any) => name)).toEqual(['mine']);
  expect(await mayIn('owner', deploymentReadPermission, names[0])).toBe('DENY');
});
