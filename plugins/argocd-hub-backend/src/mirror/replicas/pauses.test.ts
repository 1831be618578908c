import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../__testUtils__/MirrorWorld';
import type { ChildProcess } from './__testUtils__/ChildProcess';
import { Churn } from './__testUtils__/Churn';
import { OwnPostgres } from './__testUtils__/OwnPostgres';
import { ReplicaWorld, SHARED_POSTGRES } from './__testUtils__/ReplicaWorld';

jest.setTimeout(240_000);

const TTL_MS = 6_000;
const ROUNDS = 4;

const isPossible = OwnPostgres.isAvailable() || Boolean(SHARED_POSTGRES);

(isPossible ? describe : describe.skip)(
  'a process that stands still (needs PostgreSQL, or its programs)',
  () => {
    let postgres: OwnPostgres | undefined;
    let world: ReplicaWorld;

    beforeAll(async () => {
      postgres = OwnPostgres.isAvailable()
        ? await OwnPostgres.start()
        : undefined;
      world = await ReplicaWorld.start({
        postgres,
        simulator: { applications: 40, clusters: 4, changeRate: 2 },
      });
    });

    afterAll(async () => {
      await world?.stop();
      await postgres?.stop();
    });

    /** Stops the holder until another has its lease; answers who that was. */
    const pause = async (
      mirrors: ChildProcess[],
      { inTransaction }: { inTransaction: boolean },
    ): Promise<string> => {
      const name = await until(() => world.holder());
      const holder = mirrors.find(one => one.name === name)!;
      const epoch = await world.epoch();
      if (inTransaction) {
        await holder.stopInTransaction(world.knex);
      } else {
        await delay(Math.random() * 1_000);
        holder.signal('SIGSTOP');
      }
      await until(async () => (await world.epoch()) > epoch, TTL_MS * 6);
      await delay(Math.random() * 1_500);
      holder.signal('SIGCONT');
      await delay(1_500);
      return name;
    };

    it.each([
      ['does not go on', 'select 1'],
      // More than fits between two processes.
      [
        'does not read the answer',
        `select repeat('x', 10000) from generate_series(1, 20000)`,
      ],
      ['waits for the database', 'select pg_sleep(60)'],
    ])('keeps nobody waiting for its write when it %s', async (what, query) => {
      const resource = `test:${what}`;
      const options = { leaseTtlMs: TTL_MS, resource, query };
      const writer = await world.writer('writer', options);
      await delay(50);
      writer.signal('SIGSTOP');
      const { leases } = world.store;
      expect(await leases.acquire(resource)).toBeUndefined();
      const taken = await until(() => leases.acquire(resource), TTL_MS + 6_000);
      expect(taken.epoch).toBe(2);
      await leases.release(taken);
      await writer.end('SIGKILL');
    });

    it('writes nothing when it wakes, whenever that was', async () => {
      const mirrors = await Promise.all(
        ['a', 'b'].map(name => world.mirror(name, { leaseTtlMs: TTL_MS })),
      );
      await world.settled();
      const churn = Churn.start(world.hub(), { everyMs: 40 });
      const holders = new Set<string>();
      for (let round = 0; round < ROUNDS; round++) {
        holders.add(await pause(mirrors, { inTransaction: round % 2 === 0 }));
        await world.judge();
      }
      await churn.stop();
      await world.settled();
      expect([...holders].sort()).toEqual(['a', 'b']);
    });
  },
);
