import { TestDatabases } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type { PermissionPolicy } from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { argocdHubClusterConditions as conditions } from 'backstage-plugin-argocd-hub-node';
import request from 'supertest';
import { applicationRecord } from '../testing/records';
import {
  clustersDecide,
  hubDecides,
  ownerDecides,
  platformDecides,
  TablePolicy,
} from './__testUtils__/permissionFramework';
import {
  AGENT,
  agentOn,
  as,
  component,
  CONFIG,
  EDGE_ONLY,
  hubConfig,
  OWNER,
  PLATFORM,
  PROD_ONLY,
  startRouter,
  StoreFiller,
} from './__testUtils__/startRouter';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const BASE = '/api/argocd-hub';
const isProd = conditions.hasLabel({ label: 'env', value: 'prod' });

/** Claims the same application as AGENT does, for another owner. */
const RIVAL = {
  ...component('rival', { 'argocd/app-name': 'agent-prod' }),
  spec: { owner: 'rivals' },
};

const POLICY = new TablePolicy({
  [OWNER]: ownerDecides('guests'),
  [PLATFORM]: platformDecides,
  [PROD_ONLY]: clustersDecide(isProd),
  [EDGE_ONLY]: hubDecides('edge'),
});

describe.each(databases.eachSupportedId())('permissions on %p', id => {
  let started: Awaited<ReturnType<typeof startRouter>>;

  const setUp = async (policy: PermissionPolicy = POLICY) => {
    started = await startRouter({
      databases: { knex: await databases.init(id) },
      config: { hubs: [...CONFIG.hubs, hubConfig('edge')] },
      entities: [AGENT, RIVAL],
      policy,
      hubClient: {
        refreshApplication: async () => {},
      },
    });
    const edge = new StoreFiller(started.store, 'edge');
    await started.fill.hub();
    await edge.hub();
    await started.fill.clusters('dev', 'prod', 'staging');
    await edge.clusters('prod', 'dev');
    await started.fill.applications(
      agentOn('prod'),
      agentOn('dev'),
      agentOn('staging'),
      agentOn('prod', { name: 'own', labels: {} }),
      applicationRecord('lost', {
        destination: { namespace: 'x', name: 'nowhere' },
      }),
    );
    await edge.applications(
      { ...agentOn('prod', { name: 'edge-agent' }), hub: 'edge' },
      { ...agentOn('dev', { name: 'edge-dev', labels: {} }), hub: 'edge' },
      applicationRecord('edge-lost', {
        hub: 'edge',
        destination: { namespace: 'x', name: 'nowhere' },
      }),
    );
    await started.mapping.sync();
    return started;
  };
  afterEach(() => started.stop());

  type Who = keyof typeof as;
  const get = async (who: Who, path: string) =>
    request(started.server).get(`${BASE}${path}`).set(as[who]);
  const clusterAt = ({ hub, name }: { hub: string; name: string }) =>
    `${hub}/${name}`;
  /** Follows cursors to the end. */
  const pages = async (who: Who, path: string) => {
    const found: { items: any[]; total?: number }[] = [];
    let cursor = '';
    do {
      const { status, body } = await get(who, `${path}${cursor}`);
      expect(status).toBe(200);
      found.push(body);
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    return found;
  };
  const shown = async (who: Who, path: string) =>
    (await pages(who, path)).flatMap(({ items }) => items.map(clusterAt));

  const CLUSTERS: Partial<Record<Who, string[]>> = {
    platform: [
      'edge/dev',
      'edge/prod',
      'main/dev',
      'main/prod',
      'main/staging',
    ],
    service: ['edge/dev', 'edge/prod', 'main/dev', 'main/prod', 'main/staging'],
    prodOnly: ['edge/prod', 'main/prod'],
    edgeOnly: ['edge/dev', 'edge/prod'],
  };

  it('cut lists of clusters before they are paged and counted', async () => {
    await setUp();
    for (const [who, expected] of Object.entries(CLUSTERS)) {
      const found = await pages(who as Who, '/clusters?limit=1');
      expect(found.map(({ items }) => items.map(clusterAt))).toEqual(
        expected.map(name => [name]),
      );
      expect(found.map(({ total }) => total)).toEqual(
        expected.map(() => expected.length),
      );
    }
    const { body } = await get('prodOnly', '/clusters?environment=dev');
    expect(body).toEqual({ items: [], total: 0 });
  });

  it('are those of one cluster: others are as if they were not there', async () => {
    await setUp();
    for (const path of ['', '/deployments']) {
      const answersTo = async (who: Who, names: string[]) =>
        Promise.all(
          names.map(async name => {
            const { status, body } = await get(who, `/clusters/${name}${path}`);
            return { status, error: body.error };
          }),
        );
      const [missing] = await answersTo('platform', ['main/nowhere']);
      expect(missing.status).toBe(404);
      for (const [who, seen] of Object.entries(CLUSTERS)) {
        const expected = CLUSTERS.platform!.map(name =>
          seen.includes(name) ? { status: 200, error: undefined } : missing,
        );
        expect(await answersTo(who as Who, CLUSTERS.platform!)).toEqual(
          expected,
        );
      }
    }
  });

  it('cut the fleet before it is paged', async () => {
    await setUp();
    const ALL = [
      'edge/edge-agent',
      'edge/edge-dev',
      'edge/edge-lost',
      'main/agent-dev',
      'main/agent-prod',
      'main/agent-staging',
      'main/lost',
      'main/own',
    ];
    const FLEETS: Partial<Record<Who, string[]>> = {
      platform: ALL,
      service: ALL,
      // A destination that is no cluster has no labels that could allow it.
      prodOnly: ['edge/edge-agent', 'main/agent-prod', 'main/own'],
      edgeOnly: ['edge/edge-agent', 'edge/edge-dev', 'edge/edge-lost'],
    };
    for (const [who, expected] of Object.entries(FLEETS)) {
      for (const limit of [1, 2, 500]) {
        const path = `/deployments?limit=${limit}`;
        const found = await pages(who as Who, path);
        expect(
          found.flatMap(({ items }) => items.map(clusterAt)).sort(),
        ).toEqual(expected);
        expect(found.every(page => page.total === undefined)).toBe(true);
        expect(found.every(({ items }) => items.length <= limit)).toBe(true);
      }
    }
  });

  it.each([
    ['prod alone', isProd, ['main/agent-prod', 'main/own', 'edge/edge-agent']],
    [
      'all but prod',
      { not: isProd },
      ['main/agent-staging', 'edge/edge-dev', 'main/agent-dev'],
    ],
    [
      'one hub, or prod',
      { anyOf: [conditions.inHub({ hubs: ['main'] }), isProd] },
      [
        'main/agent-staging',
        'main/agent-prod',
        'main/own',
        'edge/edge-agent',
        'main/agent-dev',
        'main/lost',
      ],
    ],
    [
      'prod of one hub',
      { allOf: [conditions.inHub({ hubs: ['edge'] }), isProd] },
      ['edge/edge-agent'],
    ],
    ['no hub at all', conditions.inHub({ hubs: [] }), []],
  ])('join conditions: %s', async (_, criteria, expected) => {
    await setUp(
      new TablePolicy({ [PROD_ONLY]: clustersDecide(criteria as any) }),
    );
    expect((await shown('prodOnly', '/deployments?limit=2')).sort()).toEqual(
      [...expected].sort(),
    );
  });

  it('follow a label that changes', async () => {
    const { fill } = await setUp();
    expect(await shown('prodOnly', '/clusters?hub=main')).toEqual([
      'main/prod',
    ]);
    await fill.relabel('prod', { env: 'dev' });
    expect(await shown('prodOnly', '/clusters?hub=main')).toEqual([]);
    expect(await shown('prodOnly', '/deployments?hub=main')).toEqual([]);
    expect((await get('prodOnly', '/clusters/main/prod')).status).toBe(404);
  });

  it('cut the list of hubs', async () => {
    await setUp();
    const hubs = async (who: Who) =>
      (await get(who, '/hubs')).body.items.map((hub: any) => hub.name);
    expect(await hubs('platform')).toEqual(['main', 'edge']);
    expect(await hubs('edgeOnly')).toEqual(['edge']);
    const { body } = await get('edgeOnly', '/hubs');
    // Another cluster asks for the same entity, but not whose.
    expect(body.items[0].nameConflicts).toEqual([
      {
        entityRef: 'resource:default/dev',
        clusters: [{ hub: 'edge', name: 'dev' }],
      },
      {
        entityRef: 'resource:default/prod',
        clusters: [{ hub: 'edge', name: 'prod' }],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('main');
  });

  it('tell of entities only to those who may read them', async () => {
    const both = (permission: Permission): PolicyDecision =>
      isResourcePermission(permission, RESOURCE_TYPE_CATALOG_ENTITY)
        ? ownerDecides('guests')(permission)
        : { result: AuthorizeResult.ALLOW };
    await setUp(
      new TablePolicy({ [OWNER]: both, [PLATFORM]: platformDecides }),
    );
    const row = async (who: Who, name: string) => {
      const { body } = await get(who, `/deployments?q=${name}&hub=main`);
      expect(body.items).toHaveLength(1);
      return body.items[0];
    };
    const mappedBy = [
      { claimedBy: 'entity', key: 'argocd/app-selector', value: 'app=agent' },
    ];
    const entities = [{ entityRef: 'component:default/agent', mappedBy }];
    expect(await row('owner', 'agent-prod')).toMatchObject({
      mappedBy,
      entities,
    });
    expect(await row('service', 'agent-prod')).toMatchObject({
      entities: [...entities, { entityRef: 'component:default/rival' }],
    });
    for (const path of [
      '/deployments',
      '/clusters/main/prod/deployments',
      '/deployments/main/argocd/agent-prod',
    ]) {
      const { text } = await get('platform', path);
      expect(text).toContain('agent-prod');
      expect(text).not.toMatch(/component:|app-selector|rival/);
      expect((await get('owner', path)).text).not.toContain('rival');
    }
    // That it belongs to somebody is told, but not to whom.
    expect(await row('platform', 'agent-prod')).toMatchObject({
      mappedBy: [],
      entities: [],
    });
    expect(await row('platform', 'agent-prod')).not.toHaveProperty('unmapped');
  });

  it('let one deployment be seen with its cluster, or with an entity that claims it', async () => {
    await setUp();
    const seen = async (who: Who, name: string) =>
      (await get(who, `/deployments/${name}`)).status;
    expect(await seen('owner', 'main/argocd/agent-prod')).toBe(200);
    expect(await seen('owner', 'main/argocd/own')).toBe(404);
    expect(await seen('owner', 'main/argocd/nowhere')).toBe(404);
    expect(await seen('prodOnly', 'main/argocd/own')).toBe(200);
    expect(await seen('prodOnly', 'main/argocd/agent-dev')).toBe(404);
    expect(await seen('prodOnly', 'main/argocd/lost')).toBe(404);
    expect(await seen('edgeOnly', 'main/argocd/own')).toBe(404);
    expect(await seen('edgeOnly', 'edge/argocd/edge-lost')).toBe(200);
    expect(await seen('stranger', 'main/argocd/agent-prod')).toBe(404);
  });

  it('to change a cluster are asked for that one', async () => {
    await setUp();
    const write = (method: 'patch' | 'post', who: Who, path: string) =>
      request(started.server)
        [method](`${BASE}${path}`)
        .set(as[who])
        .send(method === 'patch' ? { labels: 'none' } : undefined);
    const label = async (who: Who, name: string) =>
      (await write('patch', who, `/clusters/${name}/labels`)).status;
    // Past permission a request is told that labels cannot be such.
    expect(await label('prodOnly', 'main/prod')).toBe(400);
    expect(await label('prodOnly', 'main/dev')).toBe(404);
    expect(await label('prodOnly', 'main/nowhere')).toBe(404);
    expect(await label('edgeOnly', 'main/prod')).toBe(404);
    expect(await label('edgeOnly', 'edge/prod')).toBe(400);

    const refresh = async (who: Who, name: string) =>
      (await write('post', who, `/deployments/main/argocd/${name}/refresh`))
        .status;
    // What belongs to no entity is for who may change its cluster.
    expect(await refresh('prodOnly', 'own')).toBe(202);
    expect(await refresh('platform', 'own')).toBe(202);
    expect(await refresh('prodOnly', 'agent-dev')).toBe(404);
    expect(await refresh('prodOnly', 'lost')).toBe(404);
    expect(await refresh('platform', 'lost')).toBe(202);
    expect(await refresh('owner', 'own')).toBe(404);
    // A claim of an entity alone is no right: the platform decides.
    expect(await refresh('owner', 'agent-prod')).toBe(403);
  });

  const wrongly = (changes: object) => (permission: Permission) => ({
    ...clustersDecide(isProd)(permission),
    ...changes,
  });
  const resourceType = 'argocd-hub-cluster';
  const inHub = { resourceType, rule: 'IN_HUB' };
  it.each([
    ['a rule that is not there', { conditions: { ...inHub, rule: 'NICE' } }],
    ['parameters that fit no rule', { conditions: { ...inHub, params: {} } }],
    ['conditions of another plugin', { pluginId: 'catalog' }],
    ['conditions about something else', { resourceType: 'catalog-entity' }],
  ])('refuse everything by %s', async (_, changes) => {
    await setUp(new TablePolicy({ [PROD_ONLY]: wrongly(changes) as any }));
    for (const path of [
      '/clusters',
      '/clusters/main/prod',
      '/deployments',
      '/deployments/main/argocd/own',
    ]) {
      const { status, body } = await get('prodOnly', path);
      expect(status).toBe(503);
      expect(body).not.toHaveProperty('items');
    }
  });
});
