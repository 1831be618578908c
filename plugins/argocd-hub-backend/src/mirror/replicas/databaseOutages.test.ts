import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../__testUtils__/MirrorWorld';
import { Churn } from './__testUtils__/Churn';
import { OwnPostgres } from './__testUtils__/OwnPostgres';
import type { Replica } from './__testUtils__/Replica';
import { ReplicaWorld } from './__testUtils__/ReplicaWorld';

jest.setTimeout(240_000);

const POOL = { min: 0, max: 4, acquireTimeoutMillis: 2_000 };

(OwnPostgres.isAvailable() ? describe : describe.skip)(
  'backends that lose their database (needs the programs of PostgreSQL)',
  () => {
    let postgres: OwnPostgres;
    let world: ReplicaWorld;
    let replicas: Replica[];

    beforeAll(async () => {
      postgres = await OwnPostgres.start();
      world = await ReplicaWorld.start({
        postgres,
        simulator: { applications: 30, clusters: 3, changeRate: 2 },
      });
      // One after the other: Backstage's own tables are made by the first.
      replicas = [];
      for (const name of ['a', 'b']) {
        replicas.push(await world.replica(name, { pool: POOL }));
      }
      await world.settled();
    });

    afterAll(async () => {
      await world?.stop();
      await postgres?.stop();
    });

    afterEach(() => world.judge());

    const statuses = () =>
      Promise.all(
        replicas.map(async replica => (await replica.get('/hubs')).status),
      );

    const serve = () =>
      until(async () => (await statuses()).join() === '200,200', 20_000);

    const live = () =>
      until(async () => {
        const { body } = await replicas[0].get('/hubs');
        return body.items[0].freshness === 'live';
      }, 40_000);

    it.each([
      ['is restarted', 'fast', 5_000],
      [
        'crashes and is away for longer than a lease lasts',
        'immediate',
        40_000,
      ],
    ] as const)('say so and go on when it %s', async (_, mode, downMs) => {
      const churn = Churn.start(world.hub(), { everyMs: 50 });
      await delay(1_000);
      await postgres.halt(mode);
      await delay(500);
      expect(await statuses()).toEqual([503, 503]);
      const { body } = await replicas[0].get('/hubs');
      expect(body.error.message).toBe('The database does not answer');
      await delay(downMs);
      await postgres.resume();

      await serve();
      await churn.stop();
      await live();
      await world.settled();
    });

    it('lose nothing when their connections are cut in the middle of writes', async () => {
      const churn = Churn.start(world.hub(), { everyMs: 30 });
      for (let round = 0; round < 8; round++) {
        await delay(300 + Math.random() * 700);
        await world.knex.raw(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name in ('a', 'b')`,
        );
      }
      await churn.stop();
      await serve();
      await world.settled();
      expect(await world.epoch()).toBeGreaterThan(0);
    });

    it('say so while it keeps all waiting, and go on', async () => {
      const churn = Churn.start(world.hub(), { everyMs: 50 });
      const transaction = await world.knex.transaction();
      // Asked for every answer; all else may be held in memory.
      await transaction.raw('lock table revisions in access exclusive mode');
      try {
        await delay(500);
        expect(await statuses()).toEqual([503, 503]);
      } finally {
        await transaction.commit();
      }
      await serve();
      await churn.stop();
      await live();
      await world.settled();
    });
  },
);
