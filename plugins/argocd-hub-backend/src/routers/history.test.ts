import type { Change, Page } from 'backstage-plugin-argocd-hub-common';
import {
  get,
  startEmpty as start,
  type Started,
} from './__testUtils__/agentRoute';
import {
  AGENT,
  agentOn,
  as,
  component,
  CONFIG,
  hubConfig,
  StoreFiller,
} from './__testUtils__/startRouter';

jest.setTimeout(60_000);

const PATH = '/api/argocd-hub/entities/component/default/agent/history';
const SOURCE = { repoUrl: 'https://github.com/example/agent', path: 'chart' };
const HOUR = 60 * 60_000;
// Changes are recorded by the clock of the machine.
const before = Date.now();
const ago = (hours: number) =>
  new Date(Math.floor((before - hours * HOUR) / 1_000) * 1_000).toISOString();

const deployed = (id: number, hours: number) => ({
  id,
  revision: `rev${id}`,
  deployedAt: ago(hours),
  by: 'ada',
});
/** An application whose deployments were so many hours ago. */
const deployedOn = (
  cluster: string,
  hours: number[],
  overrides: Parameters<typeof agentOn>[1] = {},
) =>
  agentOn(cluster, {
    uid: cluster,
    sources: [SOURCE],
    history: hours.map((each, index) => deployed(index + 1, each)),
    ...overrides,
  });

async function page(
  on: Started,
  query: Record<string, string | number> = {},
): Promise<Page<Change>> {
  const text = new URLSearchParams(
    Object.entries(query).map(([key, value]) => [key, `${value}`]),
  );
  const { status, body } = await get(on, `${PATH}?${text}`);
  expect({ status, message: body.error?.message }).toEqual({ status: 200 });
  return body;
}

/** `name -hours` of each. */
async function told(
  on: Started,
  query?: Record<string, string | number>,
): Promise<string[]> {
  const { items } = await page(on, query);
  return items.map(
    ({ name, at }) =>
      `${name} -${Math.round((before - Date.parse(at)) / HOUR)}`,
  );
}

/** Deployments on three clusters, the newest on dr. */
async function withHistory(options?: Parameters<typeof start>[0]) {
  const on = await start(options);
  await on.fill.applications(
    deployedOn('prod', [9, 3]),
    deployedOn('staging', [7, 5]),
    deployedOn('dr', [1]),
  );
  return on;
}

describe('GET /entities/:kind/:namespace/:name/history', () => {
  it('tells the changes of all deployments, newest first', async () => {
    const on = await withHistory();

    expect(await told(on)).toEqual([
      'agent-dr -1',
      'agent-prod -3',
      'agent-staging -5',
      'agent-staging -7',
      'agent-prod -9',
    ]);
  });

  it('tells what was deployed where, when, by whom, and the commit', async () => {
    const on = await withHistory();
    const commit = { author: 'Ada', message: 'Fix', date: ago(4) };
    const lease = (await on.store.leases.acquire('main'))!;
    const { repoUrl } = SOURCE;
    await on.store.commits.put({ lease, repoUrl, revision: 'rev2', commit });

    const { items } = await page(on, { cluster: 'prod' });

    expect(items).toEqual([
      {
        id: expect.any(String),
        hub: 'main',
        namespace: 'argocd',
        name: 'agent-prod',
        cluster: 'prod',
        at: ago(3),
        kind: 'revision',
        historyId: 2,
        revision: 'rev2',
        by: 'ada',
        commit,
      },
      expect.objectContaining({ revision: 'rev1' }),
    ]);
    expect(items[1]).not.toHaveProperty('commit');
    expect(items[0].id).not.toBe(items[1].id);
  });

  it('tells of states and operations', async () => {
    const on = await withHistory();
    await on.fill.applications(
      deployedOn('dr', [1], {
        health: 'Degraded',
        healthSince: ago(0),
        sync: 'OutOfSync',
        operation: {
          phase: 'Failed',
          startedAt: ago(0.5),
          finishedAt: ago(0.25),
          by: 'ada',
          revision: 'rev1',
          message: 'one resource cannot be applied',
        },
      }),
    );
    const place = {
      id: expect.any(String),
      hub: 'main',
      namespace: 'argocd',
      name: 'agent-dr',
      cluster: 'dr',
      at: expect.any(String),
    };

    const { items } = await page(on, { cluster: 'dr', limit: 3 });

    expect(items).toEqual(
      expect.arrayContaining([
        { ...place, kind: 'health', from: 'Healthy', to: 'Degraded' },
        { ...place, kind: 'sync', from: 'Synced', to: 'OutOfSync' },
        {
          ...place,
          kind: 'operation',
          at: ago(0.5),
          phase: 'Failed',
          finishedAt: ago(0.25),
          by: 'ada',
          revision: 'rev1',
          message: 'one resource cannot be applied',
        },
      ]),
    );
  });

  it('tells what is between two moments, the first of them included', async () => {
    const on = await withHistory();

    expect(await told(on, { from: ago(7), to: ago(3) })).toEqual([
      'agent-staging -5',
      'agent-staging -7',
    ]);
    expect(await told(on, { from: ago(3) })).toEqual([
      'agent-dr -1',
      'agent-prod -3',
    ]);
    expect(await told(on, { to: ago(7) })).toEqual(['agent-prod -9']);
    expect(await told(on, { from: ago(3), to: ago(3) })).toEqual([]);
    expect(await told(on, { from: '2020-01-01', to: '2020-02-01' })).toEqual(
      [],
    );
  });

  it('tells everything once, a page at a time', async () => {
    const on = await withHistory();
    const all = (await page(on)).items;
    const paged: Change[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await page(on, {
        limit: 2,
        ...(cursor && { cursor }),
      });
      expect(items.length).toBeLessThanOrEqual(2);
      paged.push(...items);
      cursor = nextCursor;
    } while (cursor);

    expect(paged).toEqual(all);
  });

  it('holds 100 changes on a page unless another number is asked for', async () => {
    const on = await start();
    await on.fill.applications(
      deployedOn(
        'prod',
        Array.from({ length: 120 }, (_, index) => 121 - index),
      ),
    );

    expect((await page(on)).items).toHaveLength(100);
    expect((await page(on, { limit: 110 })).items).toHaveLength(110);
  });

  describe('of one cluster', () => {
    it('is what happened there, of all hubs or of one', async () => {
      const on = await start({
        config: { hubs: [hubConfig('main'), hubConfig('edge')] },
      });
      const edge = new StoreFiller(on.store, 'edge');
      await edge.hub();
      await edge.clusters('prod');
      await edge.applications(
        deployedOn('prod', [8, 2], { hub: 'edge', name: 'agent-edge' }),
      );
      await on.fill.applications(
        deployedOn('prod', [9, 3]),
        deployedOn('dr', [1]),
      );
      const expected = [
        'agent-edge -2',
        'agent-prod -3',
        'agent-edge -8',
        'agent-prod -9',
      ];

      expect(await told(on, { cluster: 'prod' })).toEqual(expected);
      expect(await told(on, { cluster: 'prod', hub: 'edge' })).toEqual([
        'agent-edge -2',
        'agent-edge -8',
      ]);
      expect(await told(on, { hub: 'main' })).toEqual([
        'agent-dr -1',
        'agent-prod -3',
        'agent-prod -9',
      ]);
      const first = await page(on, { cluster: 'prod', limit: 3 });
      const second = await told(on, {
        cluster: 'prod',
        cursor: first.nextCursor!,
      });
      expect(first.items).toHaveLength(3);
      expect(second).toEqual(expected.slice(3));
    });

    it('is told also when the cluster has gone', async () => {
      const on = await withHistory();
      await on.fill.clusters('dr', 'staging');

      expect((await page(on)).items[1].cluster).toBe('prod');
      expect(await told(on, { cluster: 'prod' })).toEqual([
        'agent-prod -3',
        'agent-prod -9',
      ]);
    });

    it.each<Record<string, string>>([
      { cluster: 'never' },
      { cluster: 'pro' },
      { hub: 'never' },
    ])('is empty for %j, which nobody knows', async query => {
      expect(await told(await withHistory(), query)).toEqual([]);
    });
  });

  describe('of applications that are gone', () => {
    it.each<[string, Record<string, string>]>([
      ['a selector', { 'argocd/app-selector': 'app=agent' }],
      ['a name', { 'argocd/app-name': 'agent-prod' }],
      ['a set', { 'argocd-hub/applicationset': 'agent-multi-cluster' }],
    ])('is told by the rules of %s', async (_, annotations) => {
      const on = await withHistory({
        entities: [component('agent', annotations)],
      });
      const whole = (await page(on)).items;

      await on.fill.remove('agent-prod');

      expect((await page(on)).items).toEqual(
        whole.map(item =>
          item.name === 'agent-prod' ? { ...item, gone: true } : item,
        ),
      );
    });

    it('keeps to the projects that the owner may claim', async () => {
      const on = await withHistory({
        config: {
          mapping: {
            ...CONFIG.mapping,
            projects: { default: ['group:default/other'] },
          },
        },
      });
      await on.fill.remove('agent-prod');

      expect(await told(on)).toEqual([]);
    });

    it('is told as of one that is there when it has come back', async () => {
      const on = await withHistory();
      await on.fill.remove('agent-prod');
      await on.fill.applications(deployedOn('prod', [9, 3, 2]));

      const { items } = await page(on, { cluster: 'prod' });

      expect(items).toHaveLength(3);
      expect(items.every(({ gone }) => gone === undefined)).toBe(true);
    });

    it('is not told to whom it does not belong any more', async () => {
      const on = await withHistory();
      await on.fill.remove('agent-prod');
      await on.fill.applications(
        deployedOn('prod', [9, 3], {
          labels: { app: 'other' },
          applicationSet: 'other',
        }),
      );

      expect(await told(on, { cluster: 'prod' })).toEqual([]);
    });
  });

  it('is empty for an entity without any deployment', async () => {
    const on = await withHistory({ entities: [component('agent')] });

    expect(await page(on)).toEqual({ items: [] });
  });

  it('tells nothing of hubs that are not configured any more', async () => {
    const on = await start({ config: { hubs: [hubConfig('edge')] } });
    await on.fill.applications(deployedOn('prod', [3]));

    expect(await told(on)).toEqual([]);
  });

  describe('access', () => {
    it('needs credentials', async () => {
      expect((await get(await start(), PATH, as.nobody)).status).toBe(401);
    });

    it.each([
      ['the entity', { privateEntities: ['component:default/agent'] }],
      ['deployments', { ownerOnly: ['argocd-hub.deployment.read'] }],
    ])(
      'answers who may not see %s as if it were missing',
      async (_, options) => {
        const on = await withHistory({ entities: [AGENT], ...options });

        const refused = await get(on, PATH, as.stranger);
        const missing = await get(on, PATH.replace('agent', 'agenz'));

        expect((await get(on, PATH)).status).toBe(200);
        expect([refused.status, missing.status]).toEqual([404, 404]);
        expect(refused.body.error).toEqual({
          ...missing.body.error,
          message: missing.body.error.message.replace('agenz', 'agent'),
        });
      },
    );
  });

  it.each([
    ['from=yesterday', "Invalid 'from': must be a time"],
    ['from=2026-13-01', "Invalid 'from': must be a time"],
    ['to=2026-06-01T12:00:00', "Invalid 'to': must be a time"],
    ['from=1767225600000', "Invalid 'from': must be a time"],
    [
      'from=2026-06-02&to=2026-06-01T00:00:00Z',
      "'from' must not be after 'to'",
    ],
    ['limit=0', "Invalid 'limit'"],
    ['limit=501', "Invalid 'limit'"],
    ['cursor=%7B%7D', "Invalid 'cursor'"],
    ['cluster=a%2F..%2Fb', "Invalid 'cluster'"],
    ['hub=Main', "Invalid 'hub'"],
    ['form=2026-06-01', "Unknown parameter 'form'"],
  ])('refuses %s', async (query, message) => {
    const { status, body } = await get(await start(), `${PATH}?${query}`);

    expect(status).toBe(400);
    expect(body.error.message).toContain(message);
  });
});
