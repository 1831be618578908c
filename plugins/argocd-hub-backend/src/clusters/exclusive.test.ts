import { setTimeout as delay } from 'node:timers/promises';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { DatabaseStore } from '../store/DatabaseStore';
import { World } from './__testUtils__/world';
import { Exclusive } from './exclusive';
import { labelCluster } from './label';
import { registerCluster } from './register';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const RESOURCE = 'cluster:main/prod';
const TTL_MS = 1_500;

const createStore = (knex: Knex, leaseTtlMs = TTL_MS) =>
  DatabaseStore.create({
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
    leaseTtlMs,
  });

const rows = (knex: Knex) => knex('leases').pluck('resource');

describe.each(databases.eachSupportedId())('Exclusive on %p', id => {
  const setUp = async () => {
    const knex = await databases.init(id);
    const { leases } = await createStore(knex);
    return { knex, leases, exclusive: new Exclusive(leases) };
  };

  it('runs one after the other, renews for long work, and leaves no row', async () => {
    const { knex, exclusive } = await setUp();
    const order: string[] = [];
    const run = (name: string, ms: number) =>
      exclusive.run(RESOURCE, async assertAlone => {
        order.push(`${name} begins`);
        await delay(ms);
        assertAlone();
        order.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([run('a', 2 * TTL_MS), run('b', 10)])).toEqual([
      'a',
      'b',
    ]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(await rows(knex)).toEqual([]);
  });

  it('frees the thing when the work fails', async () => {
    const { knex, exclusive } = await setUp();
    await expect(
      exclusive.run(RESOURCE, async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    expect(await rows(knex)).toEqual([]);
    expect(await exclusive.run(RESOURCE, async () => 'next')).toBe('next');
  });

  it('stops before the next write when another has the lease', async () => {
    const { knex, exclusive } = await setUp();
    const written: string[] = [];
    const running = exclusive.run(RESOURCE, async assertAlone => {
      assertAlone();
      written.push('first');
      await knex('leases').update({ holder: 'another', epoch: 2 });
      await delay(TTL_MS);
      assertAlone();
      written.push('second');
    });
    await expect(running).rejects.toThrow(/Nothing more was changed/);
    expect(written).toEqual(['first']);
    // What is another's stays.
    expect(await rows(knex)).toEqual([RESOURCE]);
  });

  it('stops when the lease was in other hands meanwhile', async () => {
    const { knex, exclusive } = await setUp();
    const running = exclusive.run(RESOURCE, async assertAlone => {
      // Had by another replica, which dropped it.
      await knex('leases').delete();
      await delay(TTL_MS);
      assertAlone();
    });
    await expect(running).rejects.toThrow(/Nothing more was changed/);
    expect(await rows(knex)).toEqual([]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    ['never answers', () => delay(3 * TTL_MS).then(() => false)],
  ])('stops when renewing %s for too long', async (_, renew) => {
    const { leases } = await setUp();
    const exclusive = new Exclusive({
      ttlMs: leases.ttlMs,
      acquire: resource => leases.acquire(resource),
      renew,
      release: lease => leases.release(lease),
      drop: lease => leases.drop(lease),
      held: () => leases.held(),
      forgetAbandoned: () => leases.forgetAbandoned(),
    });
    const written: string[] = [];
    const running = exclusive.run(RESOURCE, async assertAlone => {
      assertAlone();
      written.push('in time');
      await delay(TTL_MS);
      assertAlone();
      written.push('too late');
    });
    await expect(running).rejects.toThrow(/Nothing more was changed/);
    expect(written).toEqual(['in time']);
  });
});

describe('work that is no longer alone', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start();
  });

  afterEach(() => world.stop());

  const assertAlone = () => {
    throw new Error('not alone');
  };

  it('registers nothing, and makes nothing on the cluster', async () => {
    const registration = await world.registration();
    await expect(
      registerCluster(registration, { ...world.context, assertAlone }),
    ).rejects.toThrow('not alone');
    const { changes } = await registerCluster(registration, world.context);
    expect(changes).toContain('perf registered with hub main');
    expect(changes.filter(change => / created$/.test(change))).not.toEqual([]);
  });

  it('registers nothing with the hub once it is alone no longer', async () => {
    let left = 3;
    await expect(
      registerCluster(await world.registration(), {
        ...world.context,
        assertAlone: () => {
          left -= 1;
          if (left < 0) assertAlone();
        },
      }),
    ).rejects.toThrow(/not alone.*Made on the cluster before that/);
    const names = (await world.client.listClusters()).map(({ name }) => name);
    expect(names).not.toContain('perf');
  });

  it('labels nothing', async () => {
    await expect(
      labelCluster(
        { cluster: 'prod', labels: { region: 'moon' } },
        { ...world.context, assertAlone },
      ),
    ).rejects.toThrow('not alone');
    const prod = await world.client.getCluster(world.spoke('prod').url);
    expect(prod?.labels).not.toHaveProperty('region', 'moon');
  });
});
