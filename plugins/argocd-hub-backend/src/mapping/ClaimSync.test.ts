import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Knex } from 'knex';
import { component, CONFIG } from '../routers/__testUtils__/startRouter';
import { createStore } from '../store/__testUtils__/storeOn';
import { ClaimSync } from './ClaimSync';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const LEASE = 'mapping:claims';
const MINUTE = 60_000;

const asking = (name: string) => component(name, { 'argocd/app-name': name });

/** One replica, with a catalog of its own. */
async function replicaOn(
  knex: Knex,
  entities: Entity[],
  options: { leaseTtlMs?: number } = {},
) {
  const store = await createStore(knex, options);
  const catalog = catalogServiceMock({ entities });
  const rests: number[] = [];
  const onRest = jest.fn();
  const sync = new ClaimSync({
    claims: {
      refs: () => store.claims.refs(),
      replace: (read, written) =>
        store.claims.replace({ ...written, entities: read }),
    },
    catalog,
    auth: mockServices.auth(),
    leases: store.leases,
    config: CONFIG.mapping,
    logger: mockServices.logger.mock(),
    rest: async milliseconds => {
      rests.push(milliseconds);
      await onRest(rests.length);
      await new Promise(resolve => setTimeout(resolve, 5));
    },
  });
  const read = catalog.queryEntities.bind(catalog);
  const reads = jest.spyOn(catalog, 'queryEntities');
  const stored = async () =>
    (await store.claims.all()).map(({ entityRef }) => entityRef);
  return { store, sync, read, reads, rests, onRest, stored };
}

/** Runs for so many rests. */
async function runFor(
  { sync, onRest }: Awaited<ReturnType<typeof replicaOn>>,
  rests: number,
) {
  const stop = new AbortController();
  onRest.mockImplementation(count => {
    if (count >= rests) stop.abort();
  });
  await sync.run(stop.signal);
}

describe.each(databases.eachSupportedId())('ClaimSync on %p', id => {
  it('writes nothing once its lease ran out, though it is free again', async () => {
    const knex = await databases.init(id);
    const old = await replicaOn(knex, [asking('old')]);
    old.reads.mockImplementation(async (...args) => {
      const answer = await old.read(...args);
      // This process stands still; another does its work, and goes.
      await knex('leases').where({ resource: LEASE }).update({ expires_at: 0 });
      const another = await replicaOn(knex, [asking('new')]);
      await another.sync.sync();
      return answer;
    });

    await expect(old.sync.sync()).rejects.toThrow(/was lost/);

    expect(await old.stored()).toEqual(['component:default/new']);
  });

  it('reads the catalog in one replica only, until that one stops', async () => {
    const knex = await databases.init(id);
    const one = await replicaOn(knex, [asking('a')]);
    const other = await replicaOn(knex, [asking('a')]);
    // Beyond what is taken at first from an earlier process on SQLite.
    await other.store.leases.acquire(LEASE);
    await knex('leases').update({ expires_at: 0 });

    one.onRest.mockImplementation(async count => {
      if (count === 1) await runFor(other, 3);
    });
    const stop = new AbortController();
    const running = one.sync.run(stop.signal);
    while (one.rests.length < 3) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(one.reads.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(other.reads).not.toHaveBeenCalled();

    stop.abort();
    await running;
    await runFor(other, 4);
    expect(other.reads).toHaveBeenCalled();
  });

  it('reads longer than a lease lasts that nobody renews', async () => {
    const knex = await databases.init(id);
    const slow = await replicaOn(knex, [asking('a')], { leaseTtlMs: 900 });
    slow.reads.mockImplementation(async (...args) => {
      await new Promise(resolve => setTimeout(resolve, 1_500));
      return slow.read(...args);
    });

    await slow.sync.sync();

    expect(await slow.stored()).toEqual(['component:default/a']);
  });
});

describe('ClaimSync between two readings', () => {
  /** A catalog that takes so long; then the clock of the machine is somewhere else. */
  const restsAfter = async (
    spentMs: number,
    options: { fails?: boolean; jumpMs?: number } = {},
  ) => {
    const replica = await replicaOn(await databases.init('SQLITE_3'), [
      asking('a'),
    ]);
    const clock = { elapsed: 0, wall: 0 };
    const elapsed = performance.now.bind(performance);
    const wall = Date.now;
    const spies = [
      jest
        .spyOn(performance, 'now')
        .mockImplementation(() => elapsed() + clock.elapsed),
      jest.spyOn(Date, 'now').mockImplementation(() => wall() + clock.wall),
    ];
    replica.reads.mockImplementation(async (...args) => {
      clock.elapsed += spentMs;
      clock.wall += options.jumpMs ?? spentMs;
      if (options.fails) throw new Error('catalog is down');
      return replica.read(...args);
    });
    try {
      await runFor(replica, 1);
    } finally {
      spies.forEach(spy => spy.mockRestore());
    }
    return replica.rests[0];
  };

  it.each<[string, number, Parameters<typeof restsAfter>[1], number, number]>([
    ['a short one', 10, {}, 10_000, 10_000],
    ['one of a large catalog', 2_000, {}, 40_000, 60_000],
    ['one that took for ever', 300_000, {}, 5 * MINUTE, 5 * MINUTE],
    ['one that hung and failed', 300_000, { fails: true }, 10_000, 10_000],
    ['a jump of the clock', 10, { jumpMs: 1e9 }, 10_000, 10_000],
  ])('rests after %s', async (_, spentMs, options, least, most) => {
    const rest = await restsAfter(spentMs, options);
    expect(rest).toBeGreaterThanOrEqual(least);
    expect(rest).toBeLessThanOrEqual(most);
  });
});
