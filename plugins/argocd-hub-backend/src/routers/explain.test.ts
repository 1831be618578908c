import {
  type EntityExplanation,
  type ExplainedCluster,
} from 'backstage-plugin-argocd-hub-common';
import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import {
  applicationRecord,
  applicationSetRecord,
  clusterRecord,
  projectRecord,
} from '../testing/records';
import {
  clustersDecide,
  ownerDecides,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import {
  agentOn,
  as,
  component,
  OWNER,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

type Started = Awaited<ReturnType<typeof startRouter>>;
let started: Started;

afterEach(() => started.stop());

const SETS: ApplicationSetRecord[] = [
  applicationSetRecord('agents', {
    conditions: [
      {
        ...{ type: 'ErrorOccurred', status: 'True' },
        message: 'staging is bad',
      },
    ],
  }),
];

async function start(options: Parameters<typeof startRouter>[0] = {}) {
  started = await startRouter({
    entities: [component('agent', { 'argocd-hub/applicationset': 'agents' })],
    ...options,
  });
  await started.fill.hub();
  await started.fill.clusters('dr', 'prod', 'staging');
  await started.fill.applications(
    agentOn('prod', { applicationSet: 'agents' }),
    agentOn('dr', { applicationSet: 'secret-set', name: 'agents' }),
    applicationRecord('lost', {
      annotations: { 'backstage.io/entity-ref': 'agent' },
      destination: { namespace: 'x', name: 'no-such' },
    }),
  );
  const { store } = started;
  const lease = (await store.leases.acquire('main'))!;
  const shared = { lease, hub: 'main' };
  await store.applicationSets.replace({ ...shared, sets: SETS });
  await store.projects.replace({
    ...shared,
    projects: [
      projectRecord('default', {
        destinations: [{ name: 'prod', namespace: '*' }],
      }),
    ],
  });
  await store.hubs.update({
    ...shared,
    changes: { readableSets: 'all', readableProjects: 'all' },
  });
  await started.mapping.sync();
  return started;
}

async function explain(query = '', who: keyof typeof as = 'owner') {
  const answer = await request(started.server)
    .get(`/api/argocd-hub/entities/component/default/agent/explain${query}`)
    .set(as[who]);
  return { status: answer.status, body: answer.body as EntityExplanation };
}

function codesOn(clusters: ExplainedCluster[], cluster: string) {
  const found = clusters.find(({ name }) => name === cluster);
  return found?.reasons.map(({ code }) => code);
}

it('tells everything to whom may see all', async () => {
  await start();
  const { status, body } = await explain();

  expect(status).toBe(200);
  expect(body).toMatchObject({
    entityRef: 'component:default/agent',
    owner: 'group:default/guests',
    hubs: [{ name: 'main', unchecked: [] }],
    unknownHubs: [],
    applicationSets: [{ error: { message: 'staging is bad' } }],
  });
  expect(body.nearMisses.map(({ name }) => name)).toEqual(['agents', 'lost']);
  expect(body.clusters).toMatchObject([
    { name: 'dr', deployments: 0 },
    { name: 'prod', deployments: 1, reasons: [] },
    { name: 'staging', deployments: 0 },
  ]);
  expect(codesOn(body.clusters, 'dr')).toEqual([
    ...['application-not-taken', 'application-set-error'],
    ...['project-forbids', 'not-generated'],
  ]);
  expect(JSON.stringify(body)).not.toContain('restricted');
});

/** The owner of the entity, and of clusters by their labels. */
function ownerAndClusters(env?: string) {
  const ofEntity = ownerDecides('guests');
  const ofClusters = clustersDecide(
    argocdHubClusterConditions.hasLabel({ label: 'env', value: env }),
  );
  return new TablePolicy({
    [OWNER]: permission =>
      env && permission.name.startsWith('argocd-hub.cluster.')
        ? ofClusters(permission)
        : ofEntity(permission),
  });
}

it('tells the rules alone to whom may see no cluster', async () => {
  await start({ policy: ownerAndClusters() });
  const { body } = await explain();
  expect(body).toMatchObject({
    ...{ nearMisses: [], applicationSets: [], clusters: [] },
    restricted: true,
    rules: [{}, { applications: 1, first: [{ name: 'agent-prod' }] }],
  });
  expect(JSON.stringify(body)).not.toMatch(/staging|secret-set|lost|"dr"/);
});

it('tells of those clusters that a condition allows, and of nothing else', async () => {
  await start({ policy: ownerAndClusters('prod') });
  const { body } = await explain();
  expect(body.restricted).toBe(true);
  expect(body.clusters.map(({ name }) => name)).toEqual(['prod']);
  expect(body.applicationSets).toMatchObject([{ name: 'agents', error: {} }]);
  expect(JSON.stringify(body)).not.toMatch(/staging|secret-set|lost|"dr"/);
});

it('reads pages of clusters to the end, each once', async () => {
  await start();
  const { store } = started;
  const lease = (await store.leases.acquire('main'))!;
  const names = Array.from({ length: 1_100 }, (_, i) => `c${10_000 + i}`);
  await store.clusters.replace({
    ...{ lease, hub: 'main' },
    clusters: names.map(name => clusterRecord(name)),
  });
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await explain(cursor ? `?cursor=${cursor}` : '');
    seen.push(...body.clusters.map(({ name }) => name));
    sizes.push(body.clusters.length);
    cursor = body.nextCursor;
  } while (cursor);
  expect(sizes).toEqual([500, 500, 100]);
  expect(seen).toEqual(names);
});

it.each(['?cursor=nonsense', '?hub=MAIN', '?other=1', '?cluster=..%2fx'])(
  'refuses %s',
  async query => {
    await start();
    expect((await explain(query)).status).toBe(400);
  },
);

it('tells of no cluster of a hub that is none', async () => {
  await start();
  const { status, body } = await explain('?hub=gone');
  expect(status).toBe(200);
  expect(body.clusters).toEqual([]);
});

it('answers an entity that is missing as one that may not be seen', async () => {
  await start({ privateEntities: ['component:default/agent'] });
  const hidden = await explain('', 'stranger');
  expect(hidden.status).toBe(404);
  const missing = await request(started.server)
    .get('/api/argocd-hub/entities/component/default/other/explain')
    .set(as.owner);
  expect(missing.status).toBe(404);
});
