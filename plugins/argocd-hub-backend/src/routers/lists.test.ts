import request from 'supertest';
import { CANARIES } from '../__testUtils__/canaries/secrets';
import {
  agentOn,
  as,
  hubConfig,
  CONFIG,
  NOW,
  startRouter,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const BASE = '/api/argocd-hub';

let started: Awaited<ReturnType<typeof startRouter>>;

async function get(path: string) {
  return request(started.server).get(`${BASE}${path}`).set(as.owner);
}

async function namesAt(path: string): Promise<string[]> {
  const { status, body } = await get(path);
  expect(status).toBe(200);
  return body.items.map(({ name }: { name: string }) => name);
}

/** Follows cursors to the end. */
async function allNamesAt(path: string): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor = '';
  do {
    const { body } = await get(`${path}${cursor && `&cursor=${cursor}`}`);
    pages.push(body.items.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor ?? '';
  } while (cursor);
  return pages;
}

beforeAll(async () => {
  started = await startRouter({
    config: { hubs: [...CONFIG.hubs, hubConfig('never-seen')] },
  });
  const { fill } = started;
  await fill.hub();
  await fill.clusters('arn:aws:eks:eu:1:cluster/big', 'dr', 'prod', 'staging');
  await fill.applications(
    ...['dr', 'prod', 'staging'].map(cluster => agentOn(cluster)),
    agentOn('prod', { name: 'other', project: 'shop', labels: {} }),
    agentOn('prod', {
      name: 'lost',
      destination: { namespace: 'x', name: 'no' },
    }),
  );
  await fill.breakCluster('dr');
});

afterAll(() => started.stop());

describe('GET /hubs', () => {
  it('tells of every configured hub, also of one that was never reached', async () => {
    const { body } = await get('/hubs');

    expect(body.items).toMatchObject([
      {
        name: 'main',
        title: 'Hub main',
        freshness: 'live',
        complete: true,
        version: 'v3.5.1',
        applications: 5,
        clusters: 4,
        observedAt: new Date(NOW - 1_000).toISOString(),
      },
      {
        name: 'never-seen',
        freshness: 'lagging',
        complete: false,
        applications: 0,
        clusters: 0,
      },
    ]);
    expect(body.items[1]).not.toHaveProperty('observedAt');
    expect(JSON.stringify(body)).not.toContain(CANARIES.hubToken);
  });
});

describe('GET /clusters', () => {
  it.each([
    ['', ['arn:aws:eks:eu:1:cluster/big', 'dr', 'prod', 'staging']],
    ['?environment=prod', ['prod']],
    ['?reachability=unreachable', ['dr']],
    ['?reachability=not-monitored', ['arn:aws:eks:eu:1:cluster/big']],
    ['?q=STAG', ['staging']],
    ['?q=big.example.com', ['arn:aws:eks:eu:1:cluster/big']],
    ['?label=env=dr', ['dr']],
    ['?label=env=nowhere', []],
    ['?label=role', []],
    ['?hub=never-seen', []],
  ])('%s', async (query, expected) => {
    expect(await namesAt(`/clusters${query}`)).toEqual(expected);
  });

  it.each(['deploy.agent=true', 'deploy.agent', 'constructor', '', '=dr'])(
    'refuses the label %j, which is never shown, and names those that are',
    async label => {
      const { status, body } = await get(
        `/clusters?label=${encodeURIComponent(label)}`,
      );
      expect(status).toBe(400);
      expect(body.error.message).toBe(
        "Invalid 'label': must be one of env, role, region, failover-group, lifecycle, owner, alone or with '=' and a value; which labels are shown is set in argocdHub.clusterLabels",
      );
    },
  );

  it('pages', async () => {
    expect(await allNamesAt('/clusters?limit=3')).toEqual([
      ['arn:aws:eks:eu:1:cluster/big', 'dr', 'prod'],
      ['staging'],
    ]);
  });

  it('pages in its own order, however the database sorts', async () => {
    const { clusters } = started.store;
    const { list } = clusters;
    const sorted = jest
      .spyOn(clusters, 'list')
      .mockImplementation(async options =>
        (await list.call(clusters, options)).reverse(),
      );
    try {
      await started.fill.heartbeatAt('prod', NOW - 5_001);
      expect(await allNamesAt('/clusters?limit=3')).toEqual([
        ['arn:aws:eks:eu:1:cluster/big', 'dr', 'prod'],
        ['staging'],
      ]);
      expect(sorted).toHaveBeenCalled();
    } finally {
      sorted.mockRestore();
      await started.fill.heartbeatAt('prod', NOW - 5_000);
    }
  });

  it.each([
    'limit=0',
    'limit=501',
    'reachability=up',
    'hub=../x',
    'cursor=x',
    'label=env=prod=x',
    'label=env=prod=',
    'label=env==prod',
    ...['__proto__[x]=1', '__proto__=1', '%5F_proto__[x]=1', 'constructor=1'],
    'q=a&q[__proto__]=1',
    'q=a?&__proto__[x]=1',
    'limit=1&[__proto__]=1',
  ])('refuses ?%s', async query => {
    const { status, body } = await get(`/clusters?${query}`);
    expect(status).toBe(400);
    expect(body.error.name).toBe('InputError');
  });

  it('refuses what comes after more parameters than are read', async () => {
    const { status } = await get(`/clusters?${'&'.repeat(1_000)}hub=nowhere`);
    expect(status).toBe(400);
  });
});

describe('GET /clusters/:hub/:cluster', () => {
  it('tells what is known, labels by allow-list', async () => {
    const { body } = await get('/clusters/main/dr');

    expect(body).toMatchObject({
      name: 'dr',
      entityRef: 'resource:default/dr',
      environment: 'dr',
      region: 'eu',
      labels: { env: 'dr', region: 'eu' },
      applications: 1,
      verdict: { reachability: 'unreachable', reason: 'refused' },
    });
    expect(body.labels).not.toHaveProperty(['deploy.agent']);
  });

  it('takes names with slashes, as EKS gives them', async () => {
    const name = encodeURIComponent('arn:aws:eks:eu:1:cluster/big');
    const { body } = await get(`/clusters/main/${name}`);

    expect(body.entityRef).toBe(
      'resource:default/arn-aws-eks-eu-1-cluster-big',
    );
  });

  it.each(['..%2f..%2fhubs', '%2e%2e%2fmain%2fdr', 'a%2f..%2fb', 'a%00b'])(
    'refuses %s',
    async name => {
      const { status } = await get(`/clusters/main/${name}`);
      expect(status).toBe(400);
    },
  );

  it.each(['main/nowhere', 'unknown/dr'])('misses %s', async path => {
    expect((await get(`/clusters/${path}`)).status).toBe(404);
  });
});

describe('GET /clusters/:hub/:cluster/deployments', () => {
  it('tells what runs there, a page at a time', async () => {
    expect(await allNamesAt('/clusters/main/prod/deployments?limit=1')).toEqual(
      [['agent-prod'], ['other']],
    );
  });
});

describe('GET /deployments', () => {
  it.each([
    ['', ['agent-staging', 'agent-prod', 'other', 'agent-dr', 'lost']],
    ['?cluster=prod', ['agent-prod', 'other']],
    ['?environment=staging', ['agent-staging']],
    ['?project=shop', ['other']],
    ['?q=Agent', ['agent-staging', 'agent-prod', 'agent-dr']],
    ['?hub=never-seen', []],
  ])('%s', async (query, expected) => {
    expect(await namesAt(`/deployments${query}`)).toEqual(expected);
  });

  it('pages over what the filter leaves', async () => {
    const pages = await allNamesAt('/deployments?q=agent&limit=2');
    expect(pages.flat().sort()).toEqual([
      'agent-dr',
      'agent-prod',
      'agent-staging',
    ]);
    expect(pages[0]).toHaveLength(2);
  });

  it('does not compare versions, since a page is only a part', async () => {
    await started.fill.applications(
      agentOn('prod', { images: ['agent:2'] }),
      agentOn('staging', { images: ['agent:1'] }),
    );

    const { body } = await get('/deployments?q=agent');

    expect(body.items).toHaveLength(3);
    for (const item of body.items) expect(item).not.toHaveProperty('skew');
  });

  it('says why a destination is none', async () => {
    const { body } = await get('/deployments?q=lost');

    expect(body.items[0].destination).toEqual({
      namespace: 'x',
      problem: 'no-such-cluster',
      given: 'no',
    });
  });
});

it.each([
  ['/clusters', '/deployments'],
  ['/deployments', '/clusters'],
  ['/clusters', '/clusters/main/prod/deployments'],
  ['/clusters/main/prod/deployments', '/deployments'],
  [
    '/clusters/main/prod/deployments',
    '/applicationsets/main/argocd/agent-multi-cluster',
  ],
  ['/clusters', '/entities/component/default/agent/deployments'],
  ['/clusters', '/entities/component/default/agent/explain'],
  ['/clusters', '/entities/component/default/agent/history'],
])('a cursor of %s is none of %s', async (list, other) => {
  const { nextCursor } = (await get(`${list}?limit=1`)).body;
  const { status, body } = await get(`${other}?cursor=${nextCursor}`);
  expect(status).toBe(400);
  expect(body.error.message).toMatch(/same list.*or leave it out/);
});

describe('with the ETag of the answer before', () => {
  it.each([
    '/clusters',
    '/clusters/main/staging',
    '/clusters/main/staging/deployments',
    '/deployments?health=Healthy',
    '/deployments/main/argocd/agent-staging',
  ])('%s is not sent again before a verdict changes', async path => {
    await started.fill.heartbeatAt('staging', NOW - 5_000);
    const { headers } = await get(path);
    const again = async () => {
      const { status, text } = await request(started.server)
        .get(`${BASE}${path}`)
        .set(as.owner)
        .set('If-None-Match', headers.etag);
      return { status, isEmpty: !text };
    };

    expect(await again()).toEqual({ status: 304, isEmpty: true });
    await started.fill.breakCluster('staging');
    expect(await again()).toEqual({ status: 200, isEmpty: false });
  });
});
