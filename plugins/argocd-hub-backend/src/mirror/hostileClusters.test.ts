import { TestDatabases } from '@backstage/backend-test-utils';
import { complete, stored } from './__testUtils__/demoHub';
import { MirrorWorld, until } from './__testUtils__/MirrorWorld';

jest.setTimeout(120_000);

const LIST = /v1\/clusters$/;
const APPLICATIONS = /applications$/;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Odd, yet what it is can be read. */
const ODD: [string, (cluster: any) => void][] = [
  [
    'labels and annotations that are null',
    one => {
      one.labels = null;
      one.annotations = null;
    },
  ],
  [
    'labels that are numbers, texts of any kind and far too many',
    one => {
      const many = Array.from({ length: 5_000 }, (_, at) => [`k${at}`, 'x']);
      one.labels = { number: 7, nul: 'a\0b', ...Object.fromEntries(many) };
    },
  ],
  ['info that is text', one => (one.info = 'broken')],
  [
    'a message of 100 kB and a moment that is none',
    one => {
      one.info.connectionState = {
        status: 'Failed',
        message: `canary-word-2c95e07ab1d3 ${'m'.repeat(100_000)}`,
        attemptedAt: `soon${'!'.repeat(100_000)}`,
      };
    },
  ],
  [
    'a configuration',
    one => {
      one.config = {
        bearerToken: 'canary-word-2c95e07ab1d3',
        proxyUrl: 'http://u:canary-word-2c95e07ab1d3@proxy',
      };
    },
  ],
  [
    'keys that are those of JavaScript',
    one => {
      one.labels = JSON.parse(
        '{"__proto__":{"polluted":"canary-word-2c95e07ab1d3"}}',
      );
    },
  ],
];

/** No cluster at all, or none that says which. */
const UNREADABLE: [string, unknown][] = [
  ['an empty object', {}],
  ['one whose server is a number', { name: 'x', server: 7 }],
  ['one whose name is an object', { name: {}, server: 'https://x' }],
  ['one with a name of 1 MB', { name: 'n'.repeat(1e6), server: 'https://y' }],
];

describe.each(databases.eachSupportedId())('hostile clusters on %p', id => {
  let world: MirrorWorld;

  const given = async () => {
    const knex = await databases.init(id);
    world = await MirrorWorld.start({ knex });
  };

  const names = async () =>
    (await world.store.clusters.list()).map(({ name }) => name);

  const listed = (change: (items: any[]) => any[]) =>
    world.proxy.rewrite(LIST, body => ({ ...body, items: change(body.items) }));

  afterEach(async () => {
    await world?.stop();
  });

  it.each(ODD)(
    'keeps one with %s, and nothing secret',
    async (_what, spoil) => {
      await given();
      listed(items => {
        items.filter(({ name }) => name === 'prod').forEach(spoil);
        return items;
      });
      world.mirror();
      await until(async () => (await names()).length === 3);
      expect(await names()).toEqual(['dr', 'prod', 'staging']);
      const prod = (await world.store.clusters.get('main', 'prod'))!;
      expect(JSON.stringify(prod)).not.toMatch(
        /canary-word-2c95e07ab1d3|polluted|proxyUrl|\\u0000/,
      );
      expect(JSON.stringify(prod).length).toBeLessThan(10_000);
      expect(({} as any).polluted).toBeUndefined();
    },
  );

  it.each(UNREADABLE)(
    'leaves out %s, and keeps the others',
    async (_w, odd) => {
      await given();
      listed(items => [odd, ...items]);
      world.mirror();
      await until(async () => (await names()).length === 3);
      expect(await names()).toEqual(['dr', 'prod', 'staging']);
      const hub = await until(async () => {
        const found = await world.store.hubs.get('main');
        return found?.skippedClusterCount ? found : undefined;
      });
      expect(hub.skippedClusters).toEqual([
        {
          name: expect.stringMatching(/^.{1,253}$/),
          reason: expect.stringMatching(/^It(s name)? /),
        },
      ]);
    },
  );

  it('names those that it leaves out until they can be read', async () => {
    await given();
    const end = listed(items => [
      ...Array.from({ length: 150 }, (_, at) => ({ name: `odd-${at}` })),
      ...items,
    ]);
    world.mirror();
    const count = async () =>
      (await world.store.hubs.get('main'))?.skippedClusterCount;
    await until(async () => (await count()) === 150);
    const hub = await world.store.hubs.get('main');
    expect(hub?.skippedClusters).toHaveLength(100);
    end();
    await until(async () => (await count()) === 0, 30_000);
    expect((await world.store.hubs.get('main'))?.skippedClusters).toEqual([]);
  });

  it('keeps what it knows of a hub that lists more clusters than can be mirrored', async () => {
    await given();
    world.mirror();
    await until(async () => (await names()).length === 3);
    const end = listed(items => [
      ...items,
      ...Array.from({ length: 5_000 }, (_, at) => ({
        name: `many-${at}`,
        server: `https://many-${at}.example.com`,
        labels: { env: 'prod' },
      })),
    ]);
    const { lastError } = await until(async () => {
      const hub = await world.store.hubs.get('main');
      return hub?.lastError ? hub : undefined;
    }, 40_000);
    expect(lastError).toMatchObject({
      class: 'protocol',
      message: expect.stringContaining('more than 5000 clusters'),
    });
    expect(await names()).toHaveLength(3);
    end();
  });

  it('believes nothing of a list that holds what is no object', async () => {
    await given();
    const end = listed(items => [null, ...items.slice(1)]);
    world.mirror();
    const { lastError } = await until(async () => {
      const hub = await world.store.hubs.get('main');
      return hub?.lastError ? hub : undefined;
    });
    expect(lastError?.class).toBe('protocol');
    expect(await names()).toEqual([]);
    end();
    await until(async () => (await names()).length === 3);
  });

  it('joins by an address with a login, and keeps the login nowhere', async () => {
    await given();
    const withLogin = (server: string) =>
      server.replace('https://', 'https://admin:canary-word-2c95e07ab1d3@');
    listed(items => {
      for (const one of items.filter(({ name }) => name === 'prod')) {
        one.server = withLogin(one.server);
      }
      return items;
    });
    const { items } = await world.ask('/api/v1/clusters');
    const { server } = items.find((one: any) => one.name === 'prod');
    const spoil = (one: any) => {
      if (one?.metadata?.name === 'agent-prod') {
        one.spec.destination = {
          server: withLogin(server),
          namespace: 'agent',
        };
      }
    };
    world.proxy.rewrite(APPLICATIONS, body => {
      (body.items ?? []).forEach(spoil);
      spoil(body.result?.application);
    });
    world.mirror();
    await complete(world);
    await until(async () => (await names()).length === 3);
    const prod = await until(async () => {
      const one = (await world.applications()).find(
        ({ name }) => name === 'agent-prod',
      );
      return one && 'name' in one.cluster ? one : undefined;
    });
    expect(prod.cluster).toEqual({ name: 'prod' });
    expect(prod.destination.server).toBe(server);
    expect(Object.keys(await stored(world))).toHaveLength(3);
    const tables = ['hubs', 'clusters', 'applications', 'changes', 'projects'];
    for (const table of tables) {
      const rows = JSON.stringify(await world.knex(table).select());
      expect(rows).not.toContain('canary-word-2c95e07ab1d3');
    }
  });
});
