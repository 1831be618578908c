import request from 'supertest';
import {
  AGENT,
  agentOn,
  as,
  component,
  hubConfig,
  startRouter,
  StoreFiller,
} from '../routers/__testUtils__/startRouter';

jest.setTimeout(60_000);

type Started = Awaited<ReturnType<typeof startRouter>>;
let started: Started | undefined;

async function start(options: Parameters<typeof startRouter>[0] = {}) {
  started = await startRouter(options);
  await started.fill.hub();
  await started.fill.clusters('dr', 'prod', 'staging');
  await started.fill.applications(agentOn('prod'), agentOn('dr'));
  await started.mapping.sync();
  return started;
}

async function placements({ server }: Started, since?: string) {
  const { status, body } = await request(server)
    .get('/api/argocd-hub/placements')
    .query({ since })
    .set(as.service);
  expect(status).toBe(200);
  return body;
}

/** What comes after the cursor, as soon as there is something: computing is throttled. */
async function nextPlacements(on: Started, since: string) {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const answer = await placements(on, since);
    if (answer.items.length > 0 || Date.now() > deadline) return answer;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Tells the mapping what the mirror wrote, as the mirror does. */
async function write(
  on: Started,
  change: { applications?: string[]; clusters?: string[] },
) {
  await on.mapping.onStoreChange({
    hub: 'main',
    applications: (change.applications ?? []).map(name => ({
      ...{ hub: 'main', namespace: 'argocd', name },
    })),
    clusters: change.clusters ?? [],
  });
}

async function changeKeyOf({ server }: Started, name = 'agent') {
  const { body } = await request(server)
    .get(`/api/argocd-hub/entities/component/default/${name}/deployments`)
    .set(as.owner);
  return body.changeKey;
}

/** Waits for signals; none can come after a second of quiet. */
async function published({ publish }: Started): Promise<any[]> {
  await new Promise(resolve => setTimeout(resolve, 1_600));
  return publish.mock.calls.map(([signal]: any[]) => signal);
}

afterEach(() => started?.stop());

describe('placements', () => {
  it('are not computed anew for ApplicationSets and projects', async () => {
    const on = await start();
    await placements(on);
    const pages = jest.spyOn(on.store.applications, 'pages');
    const change = { hub: 'main', applications: [], clusters: [] };
    await on.mapping.onStoreChange({ ...change, projects: ['default'] });
    await new Promise(resolve => setTimeout(resolve, 1_000));
    await placements(on);
    expect(pages).not.toHaveBeenCalled();
  });

  it('follow applications, clusters and claims', async () => {
    const on = await start();
    const first = await placements(on);
    expect(first).toMatchObject({
      complete: true,
      trustworthy: true,
      items: [
        {
          entityRef: 'component:default/agent',
          clusters: ['dr', 'prod'],
          environments: ['prod', 'dr'],
        },
      ],
    });

    await on.fill.applications(agentOn('staging'));
    await write(on, { applications: ['agent-staging'] });

    const second = await nextPlacements(on, first.cursor);
    expect(second).toMatchObject({
      complete: false,
      items: [
        {
          clusters: ['dr', 'prod', 'staging'],
          environments: ['staging', 'prod', 'dr'],
        },
      ],
    });
    expect((await placements(on, second.cursor)).items).toEqual([]);
  });

  it('leave out what goes nowhere and what belongs to nobody', async () => {
    const on = await start();
    await on.fill.applications(
      agentOn('nowhere'),
      agentOn('staging', { labels: {} }),
    );
    await write(on, { applications: ['agent-nowhere', 'agent-staging'] });

    const { items } = await placements(on);
    expect(items.map((item: any) => item.entityRef)).toEqual([
      'component:default/agent',
    ]);
    expect(items[0].clusters).toEqual(['dr', 'prod']);
  });

  it('are not trusted before every hub was mirrored', async () => {
    started = await startRouter();
    await started.fill.clusters('prod');

    expect(await placements(started)).toMatchObject({
      trustworthy: false,
      settled: [],
    });
  });

  it('are not trusted before the catalog was read', async () => {
    started = await startRouter({ entities: [] });
    await started.fill.hub();
    await started.fill.clusters('prod');
    const first = await placements(started);
    expect(first).toMatchObject({ trustworthy: false, settled: [] });

    await started.mapping.sync();
    started.mapping.feed.invalidate();

    const deadline = Date.now() + 5_000; // computing is throttled
    while (!(await placements(started)).trustworthy && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(await placements(started)).toMatchObject({ trustworthy: true });
  });

  it('are certain where a hub was mirrored, while another was not', async () => {
    const hubs = [hubConfig('main'), hubConfig('edge')];
    const on = await start({ config: { hubs } });
    await new StoreFiller(on.store, 'edge').clusters('far', 'prod');

    expect(await placements(on)).toMatchObject({
      trustworthy: false,
      settled: ['dr', 'staging'], // both hubs have a prod
    });
  });
});

describe('claims', () => {
  it('stay as they are while the catalog is down', async () => {
    const on = await start();
    on.catalog.queryEntities = async () => {
      throw new Error('catalog is down');
    };

    await expect(on.mapping.sync()).rejects.toThrow('catalog is down');

    expect((await placements(on)).items).toHaveLength(1);
  });

  it('stay as they are when reading breaks off half-way', async () => {
    const entities = Array.from({ length: 600 }, (_, index) =>
      component(`c${index}`, { 'argocd/app-name': 'agent-prod' }),
    );
    const on = await start({ entities });
    const read = on.catalog.queryEntities.bind(on.catalog);
    on.catalog.queryEntities = async (query: any) => {
      if (query.cursor) throw new Error('catalog is down');
      return read(query);
    };

    await expect(on.mapping.sync()).rejects.toThrow('catalog is down');

    expect((await placements(on)).items).toHaveLength(600);
  });
});

describe('claims of a replica', () => {
  it('are not written once another replica does it', async () => {
    const on = await start();
    await on
      .knex('leases')
      .where({ resource: 'mapping:claims' })
      .update({
        holder: 'another',
        expires_at: Date.now() + 20_000,
      });
    on.catalog.queryEntities = async () => ({
      items: [],
      pageInfo: {},
      totalItems: 0,
    });

    await on.mapping.sync();

    expect((await placements(on)).items).toHaveLength(1);
  });

  it('are not written when it stood still after its turn was over', async () => {
    const on = await start();
    const acquire = on.store.leases.acquire.bind(on.store.leases);
    on.store.leases.acquire = async resource => {
      const lease = await acquire(resource);
      await on.knex('leases').where({ resource }).update({ expires_at: 0 });
      return lease;
    };
    on.catalog.queryEntities = async () => ({
      items: [],
      pageInfo: {},
      totalItems: 0,
    });

    await expect(on.mapping.sync()).rejects.toThrow(/was lost/);

    expect((await placements(on)).items).toHaveLength(1);
  });
});

describe('signals', () => {
  it('name nobody, and are one for all of a batch', async () => {
    const on = await start({ entities: [AGENT, component('other')] });
    await published(on);
    on.publish.mockClear();

    await write(on, { applications: ['agent-prod', 'agent-dr', 'agent-prod'] });

    const signals = await published(on);
    expect(signals).toEqual([
      {
        recipients: { type: 'broadcast' },
        channel: 'argocd-hub',
        message: { changeKeys: [await changeKeyOf(on)] },
      },
    ]);
    expect(JSON.stringify(signals)).not.toMatch(/component|prod|default/);
  });

  it.each<[string, (on: Started) => Promise<void>]>([
    [
      'an application that vanished',
      async on => {
        await placements(on);
        await on.fill.remove('agent-prod');
        await write(on, { applications: ['agent-prod'] });
      },
    ],
    ['a verdict about a cluster', on => write(on, { clusters: ['prod'] })],
    [
      'a new application',
      async on => {
        await on.fill.applications(agentOn('staging'));
        await write(on, { applications: ['agent-staging'] });
      },
    ],
  ])('tell of %s', async (_, change) => {
    const on = await start();
    await published(on);
    on.publish.mockClear();

    await change(on);

    expect(await published(on)).toMatchObject([
      { message: { changeKeys: [await changeKeyOf(on)] } },
    ]);
  });

  it('tell of a cluster that breaks, though nobody asks where what is', async () => {
    const on = await start();
    await write(on, { clusters: ['prod'] });
    await on.fill.applications(agentOn('staging'));
    await write(on, { applications: ['agent-staging'] });
    await published(on);
    on.publish.mockClear();

    await write(on, { clusters: ['staging'] });

    expect(await published(on)).toMatchObject([
      { message: { changeKeys: [await changeKeyOf(on)] } },
    ]);
  });

  it('are not sent for what concerns nobody', async () => {
    const on = await start();
    await published(on);
    on.publish.mockClear();

    await write(on, { clusters: ['staging'], applications: ['unknown'] });

    expect(await published(on)).toEqual([]);
  });

  it('are lost without harm when they cannot be sent', async () => {
    const on = await start();
    await published(on);
    on.publish.mockRejectedValueOnce(new Error('no events'));

    await write(on, { clusters: ['prod'] });
    await published(on);
    on.publish.mockClear();
    await write(on, { clusters: ['prod'] });

    expect(await published(on)).toHaveLength(1);
  });
});
