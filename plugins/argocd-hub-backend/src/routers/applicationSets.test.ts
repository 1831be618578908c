import type { ApplicationSetDetails } from 'backstage-plugin-argocd-hub-common';
import { argocdHubClusterConditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import {
  applicationSetRecord,
  clusterRecord,
  projectRecord,
} from '../testing/records';
import {
  clustersDecide,
  hubDecides,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import {
  agentOn,
  as,
  EDGE_ONLY,
  PROD_ONLY,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const PATH = '/api/argocd-hub/applicationsets/main/argocd/agents';
const ERROR = {
  ...{ type: 'ErrorOccurred', status: 'True', reason: 'Bad' },
  ...{ message: 'staging is bad', since: '2026-05-01T00:00:00Z' },
};

let started: Awaited<ReturnType<typeof startRouter>>;

afterEach(() => started.stop());

async function start(
  set: Partial<ApplicationSetRecord> = {},
  options: Parameters<typeof startRouter>[0] = {},
) {
  started = await startRouter(options);
  await started.fill.hub();
  await started.fill.clusters('dr', 'prod', 'staging');
  await started.fill.applications(
    agentOn('prod', { applicationSet: 'agents' }),
    agentOn('staging', { applicationSet: 'agents', namespace: 'elsewhere' }),
    agentOn('nowhere', { applicationSet: 'agents' }),
  );
  await write({
    conditions: [ERROR],
    resources: 2,
    health: 'Degraded',
    ...set,
  });
}

async function write(set: Partial<ApplicationSetRecord>) {
  const { store } = started;
  const shared = { lease: (await store.leases.acquire('main'))!, hub: 'main' };
  await store.applicationSets.replace({
    ...shared,
    sets: [applicationSetRecord('agents', set)],
  });
  await store.projects.replace({
    ...shared,
    projects: [
      projectRecord('default', {
        destinations: [{ name: '*', namespace: 'agent' }],
      }),
    ],
  });
}

async function ask(query = '', who: keyof typeof as = 'owner') {
  const { status, body } = await request(started.server)
    .get(`${PATH}${query}`)
    .set(as[who]);
  return { status, body: body as ApplicationSetDetails };
}

it('tells what a set made, and what it skipped', async () => {
  await start();
  const { body } = await ask();
  expect(body).toMatchObject({
    ...{ hub: 'main', namespace: 'argocd', name: 'agents', resources: 2 },
    ...{ project: 'default', health: 'Degraded', strategy: 'AllAtOnce' },
    ...{ clusterGenerators: 1, otherGenerators: [] },
    conditions: [ERROR],
    hubStatus: { name: 'main', unchecked: ['application-sets', 'projects'] },
    counts: { applications: 2, skipped: 2 },
    applications: [
      { name: 'agent-nowhere', destination: { problem: 'no-such-cluster' } },
      {
        ...{ name: 'agent-prod', environment: 'prod', mappedBy: [] },
        health: { status: 'Healthy' },
        destination: { cluster: 'prod' },
      },
    ],
    skipped: ['dr', 'staging'].map(cluster => ({
      ...{ cluster, environment: cluster },
      reasons: [{ code: 'application-set-error' }, { code: 'not-generated' }],
    })),
  });
  expect(body).not.toHaveProperty('upToDate');
  expect(body).not.toHaveProperty('restricted');
});

it.each([
  ['True', true],
  ['False', false],
  ['Unknown', false],
])('tells that its resources are up to date: %s', async (status, upToDate) => {
  await start({
    conditions: [{ type: 'ResourcesUpToDate', status, message: '' }],
  });
  expect((await ask()).body.upToDate).toBe(upToDate);
});

it('skips no cluster that no generator selects', async () => {
  await start({ clusterSelectors: [{ matchLabels: { env: 'dr' } }] });
  const { body } = await ask();
  expect(body.skipped.map(({ cluster }) => cluster)).toEqual(['dr']);
});

describe('to who may see some clusters', () => {
  const policy = new TablePolicy({
    [PROD_ONLY]: clustersDecide(
      argocdHubClusterConditions.hasLabel({ label: 'env', value: 'prod' }),
    ),
    [EDGE_ONLY]: hubDecides('edge'),
  });

  it('tells of those only', async () => {
    await start({}, { policy });
    const { status, body } = await ask('', 'prodOnly');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      counts: { applications: 1, skipped: 0 },
      applications: [{ name: 'agent-prod' }],
      ...{ skipped: [], restricted: true },
      conditions: [{ type: 'ErrorOccurred', reason: 'Bad' }],
    });
    expect(JSON.stringify(body)).not.toMatch(/staging|nowhere|"dr"/);
  });

  it('tells nothing of where hidden applications go, where a project forbids the others', async () => {
    await start(
      { conditions: [], clusterSelectors: [{ matchLabels: { region: 'eu' } }] },
      { policy },
    );
    await started.fill.remove('agent-prod');
    await started.fill.remove('agent-nowhere');
    const skippedWith = async (namespace: string) => {
      await started.fill.applications(
        agentOn('dr', {
          applicationSet: 'agents',
          destination: { namespace, name: 'dr' },
        }),
      );
      return (await ask('', 'prodOnly')).body.skipped;
    };
    const told = await skippedWith('hidden');
    expect(told).toMatchObject([{ cluster: 'prod' }]);
    expect(JSON.stringify(told)).not.toContain('hidden');
    expect(await skippedWith('agent')).toEqual(told);
  });

  it('names in a cursor nothing that it does not show, however much that is', async () => {
    await start({ conditions: [] }, { policy });
    await started.fill.applications(
      ...Array.from({ length: 5_100 }, (_, i) =>
        agentOn('dr', { name: `hidden-${i}`, applicationSet: 'agents' }),
      ),
      agentOn('prod', { name: 'last', applicationSet: 'agents' }),
    );
    const { body } = await ask('', 'prodOnly');
    expect(body).not.toHaveProperty('nextCursor');
    expect(body.applications.map(({ name }) => name)).toEqual([
      'agent-prod',
      'last',
    ]);
  });

  it('goes on where a page ended among what is hidden', async () => {
    await start({ conditions: [] }, { policy });
    const shown = Array.from({ length: 501 }, (_, i) => `p${10_000 + i}`);
    await started.fill.remove('agent-prod');
    await started.fill.applications(
      ...shown.flatMap(name => [
        agentOn('prod', { name, applicationSet: 'agents' }),
        agentOn('dr', { name: `${name}-hidden`, applicationSet: 'agents' }),
      ]),
    );
    const { body: first } = await ask('', 'prodOnly');
    expect(first.applications).toHaveLength(500);
    const query = `?cursor=${first.nextCursor}`;
    const { body: last } = await ask(query, 'prodOnly');
    expect(last.applications.map(({ name }) => name)).toEqual(['p10500']);
    expect(last).not.toHaveProperty('nextCursor');
  });

  it('ends where only what is hidden follows', async () => {
    await start({ conditions: [] }, { policy });
    const shown = Array.from({ length: 499 }, (_, i) => `b${10_000 + i}`);
    await started.fill.applications(
      ...shown.map(name => agentOn('prod', { name, applicationSet: 'agents' })),
      agentOn('dr', { name: 'hidden', applicationSet: 'agents' }),
    );
    const { body } = await ask('', 'prodOnly');
    expect(body.applications).toHaveLength(500);
    expect(body).not.toHaveProperty('nextCursor');
  });

  it.each<[string, Partial<ApplicationSetRecord>, keyof typeof as]>([
    ['another hub', {}, 'edgeOnly'],
    ['nothing at all', {}, 'stranger'],
  ])('is not there for who may see %s', async (_, set, who) => {
    await start(set, { policy });
    const hidden = await ask('', who);
    const missing = await request(started.server)
      .get(`${PATH}-gone`)
      .set(as[who]);
    expect(hidden.status).toBe(404);
    expect(missing.status).toBe(404);
    expect((missing.body as any).error).toEqual((hidden.body as any).error);
  });

  it('asks the database the same, whether it is missing or may not be seen', async () => {
    await start({}, { policy });
    const queriesOf = async (name: string) => {
      const asked: string[] = [];
      const listen = ({ sql }: { sql: string }) => asked.push(sql);
      started.knex.on('query', listen);
      const { status } = await request(started.server)
        .get(PATH.replace(/agents$/, name))
        .set(as.edgeOnly);
      started.knex.off('query', listen);
      return { status, asked };
    };
    await queriesOf('agents');
    const hidden = await queriesOf('agents');
    expect(hidden.asked.length).toBeGreaterThan(1);
    expect(await queriesOf('missing')).toEqual(hidden);
  });

  it('is not there where it takes none of those', async () => {
    await start(
      { clusterSelectors: [{ matchLabels: { env: 'dr' } }] },
      {
        policy,
      },
    );
    await started.fill.remove('agent-prod');
    expect((await ask('', 'prodOnly')).status).toBe(404);
  });
});

it('is read to the end, applications first and each once', async () => {
  await start({ conditions: [] });
  const { store } = started;
  const clusters = Array.from({ length: 900 }, (_, i) => `c${10_000 + i}`);
  await store.clusters.replace({
    ...{ lease: (await store.leases.acquire('main'))!, hub: 'main' },
    clusters: clusters.map(name => clusterRecord(name)),
  });
  const made = clusters.slice(0, 700);
  await started.fill.remove('agent-prod');
  await started.fill.remove('agent-nowhere');
  await started.fill.applications(
    ...made.map(name => agentOn(name, { applicationSet: 'agents' })),
  );

  const told: string[] = [];
  const sizes: number[][] = [];
  let cursor: string | undefined;
  do {
    const { body } = await ask(cursor ? `?cursor=${cursor}` : '');
    expect(body.counts).toEqual({ applications: 700, skipped: 200 });
    told.push(...body.applications.map(({ name }) => name));
    told.push(...body.skipped.map(({ cluster }) => cluster));
    sizes.push([body.applications.length, body.skipped.length]);
    cursor = body.nextCursor;
  } while (cursor);
  expect(told).toEqual([
    ...made.map(name => `agent-${name}`),
    ...clusters.slice(700),
  ]);
  expect(sizes).toEqual([
    [500, 0],
    [200, 200],
  ]);
});

it.each(['?cursor=nonsense', '?limit=1'])('refuses %s', async query => {
  await start();
  expect((await ask(query)).status).toBe(400);
});
