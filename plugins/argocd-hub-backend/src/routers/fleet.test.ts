import { TestDatabases } from '@backstage/backend-test-utils';
import type { FleetDeployment } from 'backstage-plugin-argocd-hub-common';
import request from 'supertest';
import { encodeCursor } from '../paging';
import type { ApplicationRecord } from '../store/ApplicationStore';
import { applicationRecord } from '../testing/records';
import {
  AGENT,
  agentOn,
  as,
  CONFIG,
  hubConfig,
  NOW,
  startRouter,
  StoreFiller,
} from './__testUtils__/startRouter';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

let started: Awaited<ReturnType<typeof startRouter>>;

async function ask(query: string) {
  const { status, body } = await request(started.server)
    .get(`/api/argocd-hub/deployments${query}`)
    .set(as.owner);
  expect(status).toBe(200);
  return body as { items: FleetDeployment[]; nextCursor?: string };
}

/** Names on all pages, each page for itself. */
async function pagesOf(query: string): Promise<string[][]> {
  const found: string[][] = [];
  let cursor = '';
  do {
    const { items, nextCursor } = await ask(`${query}${cursor}`);
    found.push(items.map(({ name }) => name));
    cursor = nextCursor ? `&cursor=${nextCursor}` : '';
  } while (cursor);
  return found;
}

const application = (
  name: string,
  cluster: string,
  overrides: Partial<ApplicationRecord> = {},
) =>
  applicationRecord(name, {
    destination: { namespace: 'x', name: cluster },
    ...overrides,
  });

describe.each(databases.eachSupportedId())('the fleet on %p', id => {
  /** `dr` does not answer, the hub `edge` was last heard of long ago. */
  const setUp = async () => {
    started = await startRouter({
      databases: { knex: await databases.init(id) },
      config: { hubs: [...CONFIG.hubs, hubConfig('edge')] },
      entities: [AGENT],
    });
    const { fill, store, mapping } = started;
    const edge = new StoreFiller(store, 'edge');
    await fill.hub();
    await edge.hub(3_600_000);
    await fill.clusters('dr', 'prod', 'staging');
    await edge.clusters('prod');
    await fill.applications(
      agentOn('prod'),
      agentOn('staging', { sync: 'OutOfSync' }),
      agentOn('dr'),
      application('broken', 'prod', { health: 'Degraded', project: 'shop' }),
      application('unsure', 'prod', {
        sync: 'Unknown',
        conditions: [{ type: 'ComparisonError', message: 'x' }],
      }),
      application('frozen', 'prod', { skipReconcile: true }),
      application('new', 'staging', { sync: undefined, health: undefined }),
      application('lost', 'nowhere', { health: 'Missing' }),
      application('a-100%', 'prod', { labels: { app: 'agent' } }),
    );
    await edge.applications(application('edge-app', 'prod', { hub: 'edge' }));
    await fill.breakCluster('dr');
    await mapping.sync();
  };

  describe('as it is', () => {
    beforeAll(setUp);
    afterAll(() => started.stop());

    it.each([
      ['health=Healthy', ['agent-prod', 'agent-staging', 'a-100%']],
      ['health=Degraded', ['broken']],
      ['health=Missing', ['lost']],
      ['health=Suspended', []],
      ['health=Unknown', ['agent-dr', 'unsure', 'frozen', 'new', 'edge-app']],
      ['sync=Synced', ['agent-prod', 'broken', 'lost', 'a-100%']],
      ['sync=OutOfSync', ['agent-staging']],
      ['sync=Unknown', ['agent-dr', 'unsure', 'frozen', 'new', 'edge-app']],
      ['sync=Synced&health=Degraded', ['broken']],
      ['sync=Unknown&health=Healthy', []],
      ['sync=Unknown&health=Unknown&cluster=dr', ['agent-dr']],
      ['hub=edge', ['edge-app']],
      ['cluster=prod&hub=main&project=shop', ['broken']],
      ['environment=staging', ['agent-staging', 'new']],
      ['q=AGENT', ['agent-dr', 'agent-prod', 'agent-staging']],
      ['q=100%25', ['a-100%']],
      ['q=%25', ['a-100%']],
      ['q=_', []],
      ['unmapped=true&health=Degraded', ['broken']],
      [
        'unmapped=true',
        ['broken', 'unsure', 'frozen', 'new', 'lost', 'edge-app'],
      ],
      ['unmapped=true&cluster=dr', []],
      ['unmapped=false&environment=dr', ['agent-dr']],
      ['project=none', []],
    ])('is asked for ?%s', async (query, expected) => {
      const wanted = [...expected].sort();
      expect((await pagesOf(`?${query}`)).flat().sort()).toEqual(wanted);
      const one = await pagesOf(`?${query}&limit=1`);
      expect(one.flat().sort()).toEqual(wanted);
      expect(one.every(page => page.length <= 1)).toBe(true);
    });

    it.each([
      ['hub=main&cluster=prod&q=broken', ['broken'], 0],
      ['environment=staging&health=Degraded', [], 0],
      ['cluster=prod&project=shop', ['broken'], 1],
      ['hub=edge&q=edge', ['edge-app'], 1],
      ['q=broken', ['broken'], 1],
    ])(
      'is counted only where one statement cannot read it all: ?%s',
      async (query, names, times) => {
        let counts = 0;
        const note = ({ sql }: { sql: string }) => {
          counts += /count\(.* from .applications. /.test(sql) ? 1 : 0;
        };
        started.knex.on('query', note);
        const { items } = await ask(`?${query}`);
        started.knex.removeListener('query', note);
        expect(items.map(({ name }) => name)).toEqual(names);
        expect(counts).toBe(times);
      },
    );

    it('is told in the order of environments, whatever the size of pages', async () => {
      const ORDER = [
        ['staging', 'main', 'staging'],
        ['prod', 'edge', 'prod'],
        ['prod', 'main', 'prod'],
        ['dr', 'main', 'dr'],
        [undefined, 'main', undefined],
      ];
      let query = '?limit=1';
      const places: unknown[] = [];
      for (;;) {
        const { items, nextCursor } = await ask(query);
        const [{ environment, hub, destination }] = items;
        const cluster =
          'cluster' in destination ? destination.cluster : undefined;
        places.push([environment, hub, cluster]);
        if (!nextCursor) break;
        query = `?limit=1&cursor=${nextCursor}`;
      }
      const distinct = places.filter(
        (place, index) =>
          JSON.stringify(place) !== JSON.stringify(places[index - 1]),
      );
      expect(distinct).toEqual(ORDER);
      expect(places).toHaveLength(10);
    });

    it('suggests what would map a row, and only where nothing does', async () => {
      const { items } = await ask('?cluster=prod&hub=main');
      const of = (name: string) => items.find(item => item.name === name)!;
      expect(of('broken')).toMatchObject({
        mappedBy: [],
        entities: [],
        unmapped: {
          suggestions: [
            { on: 'entity', key: 'argocd/app-name', value: 'broken' },
            { on: 'application', key: 'backstage.io/entity-ref' },
          ],
        },
      });
      expect(of('agent-prod')).not.toHaveProperty('unmapped');
      expect(of('agent-prod').entities).toEqual([
        {
          entityRef: 'component:default/agent',
          mappedBy: of('agent-prod').mappedBy,
        },
      ]);
    });

    it.each([
      'sync=Fine',
      'health=Fine',
      'unmapped=yes',
      'q=%00',
      'project=%00',
      'limit=501',
      'unknown=1',
      `cursor=${encodeCursor('fleet', { hub: 'a', key: '\0' })}`,
      `cursor=${encodeCursor('fleet', { hub: { x: 1 } })}`,
      `cursor=${encodeCursor('fleet', { hub: 'a', name: 'x' })}`,
    ])('refuses ?%s', async query => {
      const { status } = await request(started.server)
        .get(`/api/argocd-hub/deployments?${query}`)
        .set(as.owner);
      expect(status).toBe(400);
    });
  });

  describe('as it grows', () => {
    beforeEach(setUp);
    afterEach(() => started.stop());

    it('goes on where a page ended, also on large clusters and when little is found', async () => {
      const { fill } = started;
      const many = (cluster: string, count: number) =>
        Array.from({ length: count }, (_, index) =>
          application(`${cluster}-${String(index).padStart(4, '0')}`, cluster, {
            project: 'bulk',
            health: index % 400 === 399 ? 'Suspended' : 'Healthy',
          }),
        );
      await fill.applications(...many('prod', 1_100), ...many('staging', 450));
      await fill.applications(...many('nowhere', 600));

      const whole = await pagesOf('?project=bulk&limit=400');
      expect(whole.flat()).toHaveLength(2_150);
      expect(new Set(whole.flat()).size).toBe(2_150);
      expect(whole.slice(0, -1).every(page => page.length === 400)).toBe(true);

      const suspended = [
        'nowhere-0399',
        'prod-0399',
        'prod-0799',
        'staging-0399',
      ];
      const few = await pagesOf('?health=Suspended&limit=3');
      expect(few.map(page => page.length)).toEqual([3, 1]);
      expect(few.flat().sort()).toEqual(suspended);
    });

    /** 24 clusters of 450 applications whose state nobody vouches for. */
    const grow = async () => {
      const { fill } = started;
      const clusters = Array.from({ length: 24 }, (_, index) => `c${index}`);
      await fill.clusters(...clusters);
      for (const cluster of clusters) {
        const rows = Array.from({ length: 450 }, (_, index) =>
          application(`${cluster}-${index}`, cluster, {
            project: 'bulk',
            health: 'Suspended',
            skipReconcile: true,
          }),
        );
        await fill.applications(...rows);
      }
    };
    const countStatements = () => {
      const counted = { statements: 0 };
      started.knex.on('query', ({ sql }: { sql: string }) => {
        counted.statements += /from .applications. /.test(sql) ? 1 : 0;
      });
      return counted;
    };

    it('never reads more for a page than it may', async () => {
      await grow();
      const counted = countStatements();
      const first = await ask('?health=Suspended');
      expect(first.items).toEqual([]);
      expect(first.nextCursor).toBeDefined();
      expect(counted.statements).toBeLessThan(30);

      const last = await ask(`?health=Suspended&cursor=${first.nextCursor}`);
      expect(last).toEqual({ items: [] });
    });

    it.each([
      ['q=nothing-is-called-so', []],
      ['health=Missing', ['lost']],
      ['project=shop&health=Degraded', ['broken']],
    ])('looks only where something passes: ?%s', async (query, names) => {
      await grow();
      const counted = countStatements();
      const { items, nextCursor } = await ask(`?${query}`);
      expect(items.map(({ name }) => name)).toEqual(names);
      expect(nextCursor).toBeUndefined();
      // One that counts, and at the most two for a place.
      expect(counted.statements).toBeLessThanOrEqual(3);
    });
  });
});

describe('GET /deployments/:hub/:namespace/:name', () => {
  afterEach(() => started.stop());

  const given = async () => {
    started = await startRouter();
    await started.fill.hub();
    await started.fill.clusters('prod', 'dr');
    await started.fill.applications(
      agentOn('prod'),
      agentOn('dr'),
      application('lost', 'nowhere'),
    );
    await started.fill.breakCluster('dr');
    await started.mapping.sync();
  };
  const get = (path: string) =>
    request(started.server)
      .get(`/api/argocd-hub/deployments/${path}`)
      .set(as.owner);

  it('tells what is stored, with cluster, hub and entities', async () => {
    await given();
    const { status, body } = await get('main/argocd/agent-dr');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deployment: {
        name: 'agent-dr',
        environment: 'dr',
        destination: { cluster: 'dr' },
        health: {
          status: 'Unknown',
          reported: 'Healthy',
          reason: 'cluster-unreachable',
        },
        entities: [{ entityRef: 'component:default/agent' }],
      },
      cluster: { name: 'dr', verdict: { reachability: 'unreachable' } },
      hub: { name: 'main', observedAt: new Date(NOW - 1_000).toISOString() },
    });
  });

  it('tells no cluster where there is none', async () => {
    await given();
    const { body } = await get('main/argocd/lost');
    expect(body).not.toHaveProperty('cluster');
    expect(body.deployment.destination).toMatchObject({
      problem: 'no-such-cluster',
    });
  });

  it.each([
    ['main/argocd/nowhere', 404],
    ['main/other/agent-prod', 404],
    ['gone/argocd/agent-prod', 404],
    ['main/argocd/..%2fagent-prod', 400],
    ['main/argocd/agent-prod?full=true', 400],
  ])('answers %s with %s', async (path, expected) => {
    await given();
    expect((await get(path)).status).toBe(expected);
  });
});
