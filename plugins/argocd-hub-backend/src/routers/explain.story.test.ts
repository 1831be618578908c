import type {
  ApplicationSetDetails,
  EntityExplanation,
} from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import { LITTLE_PATIENCE } from '../mirror/__testUtils__/littlePatience';
import { MirrorWorld, until } from '../mirror/__testUtils__/MirrorWorld';
import {
  clusterSecret,
  createSet,
  projectOf,
} from './__testUtils__/hubObjects';
import { as, component, startRouter } from './__testUtils__/startRouter';

jest.setTimeout(180_000);

const SET = { namespace: 'argocd', name: 'agent-multi-cluster' };
const SHOP = { namespace: 'argocd', name: 'shop' };
const KEY = 'backstage.io/entity-ref';

let world: MirrorWorld;
let started: Awaited<ReturnType<typeof startRouter>>;
/** The time that the router tells goes on. */
let ticking: NodeJS.Timeout;

async function ask<T>(path: string): Promise<T> {
  const { status, body } = await request(started.server)
    .get(`/api/argocd-hub${path}`)
    .set(as.owner);
  expect(status).toBe(200);
  return body;
}

const explain = (name: string, query = '') =>
  ask<EntityExplanation>(`/entities/component/default/${name}/explain${query}`);

/** The explanation, once it says what the hub says by now. */
async function explainOnce(
  name: string,
  isDue: (told: EntityExplanation) => unknown,
): Promise<EntityExplanation> {
  let last: EntityExplanation | undefined;
  try {
    return await until(async () => {
      last = await explain(name);
      return isDue(last) ? last : undefined;
    }, 60_000);
  } catch (error) {
    throw new Error(`${error} It says ${JSON.stringify(last, null, 1)}`);
  }
}

function reasonsOn(told: EntityExplanation, cluster: string) {
  return told.clusters.find(({ name }) => name === cluster)?.reasons;
}

const serverOf = (name: string) =>
  world.simulator.spokes.find(spoke => spoke.name === name)!.url;

beforeAll(async () => {
  started = await startRouter({
    entities: [
      component('agent', { 'argocd-hub/applicationset': SET.name }),
      component('shop', { 'argocd-hub/applicationset': 'shop' }),
      component('gated', { 'argocd/app-name': 'gated-dr' }),
      component('agent-prod'),
      component('elsewhere', {
        'argocd/app-name': 'agent-prod',
        'argocd/instance-name': 'main,edge',
        'argocd/app-namespace': 'team-apps',
      }),
    ],
  });
  world = await MirrorWorld.start({
    knex: started.knex,
    simulator: { timeScale: 10 },
    hub: { relistMs: 4_000 },
    timing: { ...LITTLE_PATIENCE, clustersEveryMs: 500 },
  });
  for (const object of [
    projectOf('gated', serverOf('prod')),
    clusterSecret('perf', serverOf('perf')),
  ]) {
    await world.control('/hub/objects', object);
  }
  const shared = { project: 'gated', envs: ['prod', 'dr'] };
  const tier = '.metadata.labels.tier'; // which no cluster has
  await createSet(world, { ...shared, name: 'shop', label: tier });
  await createSet(world, {
    ...{ ...shared, name: 'gated' },
    label: '.nameNormalized',
  });
  world.mirror();
  await until(
    async () => (await world.store.hubs.get('main'))?.readableSets,
    60_000,
  );
  await started.mapping.sync();
  ticking = setInterval(() => {
    started.clock.now = Date.now();
  }, 100);
});

afterAll(async () => {
  clearInterval(ticking);
  await world?.stop();
  await started?.stop();
});

it('says why a cluster without the label has nothing', async () => {
  const told = await explainOnce(
    'agent',
    ({ clusters, hubs, applicationSets }) =>
      clusters.length === 4 &&
      clusters.filter(({ deployments }) => deployments).length === 3 &&
      applicationSets[0]?.upToDate &&
      hubs[0].unchecked.length === 0,
  );

  expect(told.rules).toMatchObject([
    { key: KEY, outcome: 'followed', applications: 3 },
    {
      ...{ key: 'argocd-hub/applicationset', outcome: 'followed' },
      applications: 3,
      first: ['agent-dr', 'agent-prod', 'agent-staging'].map(name => ({
        name,
      })),
    },
  ]);
  expect(told.applicationSets).toEqual([
    {
      ...{ hub: 'main', ...SET, project: 'default', because: 'named' },
      ...{ clusterGenerators: 1, otherGenerators: [], upToDate: true },
    },
  ]);
  expect(told.clusters).toEqual([
    ...['dr', 'perf', 'prod', 'staging'].map(name => ({
      ...{ hub: 'main', name, environment: name },
      deployments: name === 'perf' ? 0 : 1,
      reasons:
        name === 'perf'
          ? [
              {
                ...{ code: 'not-selected', applicationSet: SET },
                generators: [
                  {
                    labels: [
                      {
                        ...{ key: 'deploy.agent', operator: 'In' },
                        expected: ['true'],
                      },
                    ],
                  },
                ],
              },
            ]
          : [],
    })),
  ]);
  expect(told).not.toHaveProperty('restricted');
});

it('says what Argo CD says of a set that it cannot follow, and whom its project keeps out', async () => {
  const told = await explainOnce(
    'shop',
    ({ applicationSets }) => applicationSets[0]?.error,
  );

  expect(told.applicationSets).toMatchObject([
    {
      ...{ ...SHOP, upToDate: false },
      error: { message: expect.stringContaining('tier') },
    },
  ]);
  expect(reasonsOn(told, 'prod')).toEqual([
    { code: 'application-set-error', applicationSet: SHOP },
    { code: 'not-generated', applicationSet: SHOP },
  ]);
  expect(reasonsOn(told, 'dr')).toEqual([
    { code: 'application-set-error', applicationSet: SHOP },
    {
      ...{ code: 'project-forbids', project: 'gated', applicationSet: SHOP },
      refusal: 'no-destination',
      expected: [{ server: serverOf('prod'), namespace: '*' }],
      actual: { server: serverOf('dr'), name: 'dr' },
    },
    { code: 'not-generated', applicationSet: SHOP },
  ]);
  expect(reasonsOn(told, 'staging')).toMatchObject([
    {
      code: 'not-selected',
      generators: [
        {
          labels: [{ key: 'env', expected: ['prod', 'dr'], actual: 'staging' }],
        },
      ],
    },
  ]);
});

it('says what keeps an application that is there from being deployed', async () => {
  const told = await explainOnce('gated', ({ clusters }) =>
    clusters.some(({ name, deployments }) => name === 'dr' && deployments),
  );
  expect(told.clusters.find(({ name }) => name === 'dr')).toMatchObject({
    deployments: 1,
    reasons: [
      {
        ...{ code: 'project-forbids', project: 'gated' },
        actual: { name: 'dr', namespace: 'shop' },
      },
    ],
  });
  expect(reasonsOn(told, 'prod')).toMatchObject([
    {
      code: 'application-not-taken',
      application: { name: 'gated-prod' },
      reasons: [
        { code: 'other-name', expected: 'gated-dr', actual: 'gated-prod' },
      ],
    },
  ]);
});

it('says what else was considered', async () => {
  const plain = await explain('agent-prod');
  expect(plain.nearMisses).toEqual([
    {
      ...{ hub: 'main', namespace: 'argocd', name: 'agent-prod' },
      ...{ project: 'default', cluster: 'prod' },
      reasons: [{ code: 'names-another-entity', key: KEY }],
    },
  ]);
  expect(reasonsOn(plain, 'staging')).toEqual([{ code: 'nothing-claimed' }]);
  expect(JSON.stringify(plain)).not.toContain('component:default/agent"');

  const elsewhere = await explain('elsewhere');
  expect(elsewhere.unknownHubs).toEqual(['edge']);
  expect(elsewhere.nearMisses[0]).toMatchObject({
    rule: { key: 'argocd/app-name' },
    reasons: [
      {
        code: 'other-namespace',
        expected: 'team-apps',
        actual: 'argocd',
      },
      { code: 'names-another-entity' },
    ],
  });
});

it('tells of one cluster only, where that is asked for', async () => {
  const { clusters } = await explain('agent', '?hub=main&cluster=perf');
  expect(clusters.map(({ name }) => name)).toEqual(['perf']);
});

it('tells of a set what it made and what it skipped', async () => {
  // Until its controller was seen to work, nothing is believed.
  const good = await until(async () => {
    const told = await ask<ApplicationSetDetails>(
      `/applicationsets/main/argocd/${SET.name}`,
    );
    const isBelieved = told.applications.every(({ sync }) => !sync.reason);
    return isBelieved ? told : undefined;
  }, 60_000);
  expect(good).toMatchObject({
    ...{ upToDate: true, resources: 3, clusterGenerators: 1 },
    counts: { applications: 3, skipped: 0 },
    applications: ['dr', 'prod', 'staging'].map(cluster => ({
      destination: { cluster },
      sync: { status: 'Synced' },
    })),
    skipped: [],
  });

  const bad = await ask<ApplicationSetDetails>(
    '/applicationsets/main/argocd/shop',
  );
  expect(bad.counts).toEqual({ applications: 0, skipped: 2 });
  expect(bad.conditions).toContainEqual(
    expect.objectContaining({
      ...{ type: 'ErrorOccurred', status: 'True' },
      message: expect.stringContaining('tier'),
    }),
  );
  expect(bad.skipped).toMatchObject([
    {
      cluster: 'dr',
      reasons: [
        { code: 'application-set-error' },
        { code: 'project-forbids' },
        { code: 'not-generated' },
      ],
    },
    {
      cluster: 'prod',
      reasons: [{ code: 'application-set-error' }, { code: 'not-generated' }],
    },
  ]);
});

it('says what it could not check when the hub hides projects and sets', async () => {
  const reader = [
    'p, role:reader, applications, get, */*, allow',
    'p, role:reader, clusters, get, *, allow',
  ];
  const sets = 'p, role:reader, applicationsets, get, */*, allow';
  const follow = async (...lines: string[]) =>
    world.control('/hub/policy', {
      policy: [...lines, 'g, backstage, role:reader'].join('\n'),
    });

  await follow(...reader, sets);
  const withSets = await explainOnce(
    'shop',
    ({ hubs }) => hubs[0].readable.projects === 'none',
  );
  expect(withSets.hubs[0]).toMatchObject({
    readable: { applicationSets: 'all', projects: 'none' },
    unchecked: ['projects'],
  });
  expect(reasonsOn(withSets, 'dr')).toEqual([
    { code: 'application-set-error', applicationSet: SHOP },
    {
      ...{ code: 'project-not-checked', project: 'gated' },
      ...{ applicationSet: SHOP, why: 'unreadable' },
    },
    { code: 'not-generated', applicationSet: SHOP },
  ]);

  await follow(...reader);
  const without = await explainOnce(
    'agent',
    ({ hubs }) => hubs[0].readable.applicationSets === 'none',
  );
  expect(without.hubs[0].unchecked).toEqual(['application-sets', 'projects']);
  expect(reasonsOn(without, 'perf')).toEqual([
    { code: 'application-sets-unreadable' },
  ]);
  expect(
    without.clusters.filter(({ deployments }) => deployments),
  ).toHaveLength(3);
});

it('says how old it is when the hub is gone', async () => {
  await world.control('/hub/break', { kind: 'refused' });
  clearInterval(ticking);
  started.clock.now = Date.now() + 3_600_000;
  const told = await explainOnce('agent', ({ hubs }) =>
    hubs[0].unchecked.includes('now'),
  );
  expect(told.hubs[0].freshness).toMatch(/stale|down/);
  expect(reasonsOn(told, 'perf')![0]).toEqual({ code: 'hub-stale' });
});
