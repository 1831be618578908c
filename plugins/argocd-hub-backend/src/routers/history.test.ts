import type { Change } from 'backstage-plugin-argocd-hub-common';
import {
  ago,
  deployedOn,
  page,
  PATH,
  SOURCE,
  told,
  withHistory,
} from './__testUtils__/agentHistory';
import { get, startEmpty as start } from './__testUtils__/agentRoute';
import { AGENT, as, component, hubConfig } from './__testUtils__/startRouter';

jest.setTimeout(60_000);

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
    ['from=2026-02-31', "Invalid 'from': must be a time that there is"],
    ['to=2026-06-31T12:00:00Z', "Invalid 'to': must be a time that there is"],
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
