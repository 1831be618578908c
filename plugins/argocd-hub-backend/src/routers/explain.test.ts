import {
  clusterOf,
  type EntityDeployments,
  type EntityExplanation,
  type ExplainedCluster,
} from 'backstage-plugin-argocd-hub-common';
import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { Store } from '../store/Store';
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

it('tells whom may see no cluster what the deployments of the entity show, and no more', async () => {
  await start({ policy: ownerAndClusters() });
  const { body } = await explain();
  expect(body).toMatchObject({
    nearMisses: [],
    restricted: true,
    rules: [{}, { applications: 1, first: [{ name: 'agent-prod' }] }],
  });
  expect(body.applicationSets).toEqual([
    {
      ...{ hub: 'main', namespace: 'argocd', name: 'agents' },
      ...{ because: 'named', notVisible: true },
    },
  ]);
  expect(body.clusters).toEqual([
    {
      ...{ hub: 'main', name: 'prod', environment: 'prod', deployments: 1 },
      reasons: [{ code: 'not-visible' }],
    },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/staging|secret-set|lost|"dr"/);
  await expectOnTab(body);
});

/** All that is named is in the answer of the entity route, for the same caller. */
async function expectOnTab({ applicationSets, clusters }: EntityExplanation) {
  const { body } = await request(started.server)
    .get('/api/argocd-hub/entities/component/default/agent/deployments')
    .set(as.owner);
  const tab = body as EntityDeployments;
  const rows = tab.deployments.map(({ hub, namespace, applicationSet }) => ({
    ...{ hub, namespace, name: applicationSet },
  }));
  for (const { hub, namespace, name } of applicationSets) {
    expect(rows).toContainEqual({ hub, namespace, name });
  }
  for (const { hub, name, environment, deployments } of clusters) {
    expect(tab.clusters).toContainEqual(
      expect.objectContaining({ hub, name, environment }),
    );
    expect(
      tab.deployments.filter(row => row.hub === hub && clusterOf(row) === name),
    ).toHaveLength(deployments);
  }
}

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

it('tells of a named set that may not be seen as of one that is not there', async () => {
  const tell = async (set: string) => {
    await start({
      entities: [component('agent', { 'argocd-hub/applicationset': set })],
      policy: ownerAndClusters('prod'),
    });
    await started.store.applicationSets.replace({
      ...{ lease: (await started.store.leases.acquire('main'))!, hub: 'main' },
      sets: [
        applicationSetRecord('hidden', {
          clusterSelectors: [{ matchLabels: { env: 'staging' } }],
        }),
      ],
    });
    const { body } = await explain();
    await started.stop();
    return JSON.stringify(body).replaceAll(set, 'x');
  };
  const told = await tell('hidden');
  expect(told).toContain('{"code":"not-visible","name":"x"}');
  expect(told).toBe(await tell('absent'));
});

it.each([
  [2, undefined],
  [40, true],
])(
  'says whether there are more near misses: of %i, %s',
  async (count, more) => {
    await start();
    await started.fill.applications(
      ...Array.from({ length: count }, (_, i) =>
        agentOn('dr', {
          name: `like-${100 + i}`,
          labels: { 'app.kubernetes.io/name': 'agent' },
          applicationSet: undefined,
        }),
      ),
    );
    const { nearMisses, moreNearMisses } = (await explain()).body;

    const like = nearMisses.filter(({ name }) => name.startsWith('like-'));
    expect(like.length === count).toBe(!more);
    expect(moreNearMisses).toBe(more);
  },
);

it('asks the store little, and one question after the other', async () => {
  await start({
    entities: [component('agent', { 'argocd/app-selector': 'app=agent' })],
  });
  const { store } = started;
  const names = Array.from({ length: 220 }, (_, i) => `set-${1_000 + i}`);
  await started.fill.applications(
    ...names.map(name =>
      agentOn('prod', { applicationSet: name, name: `${name}-prod` }),
    ),
    // One that the entity does not have.
    agentOn('dr', {
      ...{ applicationSet: names[0], name: 'other' },
      labels: { app: 'other' },
    }),
  );
  await store.applicationSets.replace({
    ...{ lease: (await store.leases.acquire('main'))!, hub: 'main' },
    sets: names.map(name => applicationSetRecord(name)),
  });
  const asked = countQuestions(store);
  const { body } = await explain();

  expect(body.applicationSets).toHaveLength(50);
  expect(body.moreApplicationSets).toBe(true);
  expect(body.nearMisses.map(({ name }) => name)).toContain('other');
  expect(asked.counts).toMatchObject({ list: 1, placesOfSets: 1 });
  expect(asked.ofSets).toEqual([names[0]]);
  expect(asked.atOnce).toBe(1);
});

/** How often an explanation asks the store, for which sets, and how much at once. */
function countQuestions({ applications, applicationSets, projects }: Store) {
  const asked = {
    counts: {} as Record<string, number>,
    ofSets: [] as string[],
    atOnce: 0,
  };
  let pending = 0;
  const count = (target: any, method: string) => {
    const original = target[method].bind(target);
    jest.spyOn(target, method).mockImplementation(async (...args: any[]) => {
      asked.counts[method] = (asked.counts[method] ?? 0) + 1;
      const { hubs, match } = args[0]?.[0] ?? {};
      if (method === 'first' && hubs) asked.ofSets.push(match.name);
      pending += 1;
      asked.atOnce = Math.max(asked.atOnce, pending);
      return original(...args).finally(() => {
        pending -= 1;
      });
    });
  };
  ['first', 'placesOfSets', 'select'].forEach(method =>
    count(applications, method),
  );
  count(applicationSets, 'list');
  const listProjects = projects.list.bind(projects);
  jest.spyOn(projects, 'list').mockImplementation(async options => {
    pending += 1;
    asked.atOnce = Math.max(asked.atOnce, pending);
    return listProjects(options).finally(() => {
      pending -= 1;
    });
  });
  return asked;
}

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
