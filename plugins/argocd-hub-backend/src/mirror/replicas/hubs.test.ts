import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../__testUtils__/MirrorWorld';
import { makeApplication } from './__testUtils__/Churn';
import { OwnPostgres } from './__testUtils__/OwnPostgres';
import type { Replica } from './__testUtils__/Replica';
import { ReplicaWorld, SHARED_POSTGRES } from './__testUtils__/ReplicaWorld';

jest.setTimeout(240_000);

const isPossible = OwnPostgres.isAvailable() || Boolean(SHARED_POSTGRES);

(isPossible ? describe : describe.skip)(
  'two hubs and two backends (needs PostgreSQL, or its programs)',
  () => {
    let postgres: OwnPostgres | undefined;
    let world: ReplicaWorld;
    let one: Replica;
    let two: Replica;

    const holders = async () => [
      await world.holder('main'),
      await world.holder('edge'),
    ];

    const freshness = async (replica: Replica) =>
      (await replica.get('/hubs')).body.items.map((hub: any) => hub.freshness);

    beforeAll(async () => {
      postgres = OwnPostgres.isAvailable()
        ? await OwnPostgres.start()
        : undefined;
      world = await ReplicaWorld.start({
        postgres,
        simulator: { applications: 20, clusters: 2, hubs: ['main', 'edge'] },
      });
      one = await world.replica('one');
      await until(async () => (await holders()).join() === 'one,one');
      two = await world.replica('two');
    });

    afterAll(async () => {
      await world?.stop();
      await postgres?.stop();
    });

    afterEach(() => world.judge());

    it('have a lease each, which different backends may hold', async () => {
      one.signal('SIGSTOP');
      await world
        .knex('leases')
        .where({ resource: 'edge' })
        .update({ expires_at: 0 });
      await until(async () => (await holders())[1] === 'two', 8_000);
      one.signal('SIGCONT');
      await delay(12_000);
      expect(await holders()).toEqual(['one', 'two']);
      expect(await freshness(one)).toEqual(['live', 'live']);
      expect(await freshness(two)).toEqual(['live', 'live']);
      await world.settled('main');
      await world.settled('edge');
    });

    it('are mirrored apart: one that is dead keeps nobody from the other', async () => {
      await world.hub('edge').control('/hub/break', { kind: 'refused' });
      await until(
        async () => (await freshness(one)).join() === 'live,down',
        40_000,
      );
      await one.end('SIGTERM');
      await until(async () => (await holders()).join() === 'two,two', 12_000);
      await makeApplication(world.hub(), 'made-later');
      await world.settled('main');
      // What a mirror learns of its hub is told every few seconds.
      await until(async () => (await freshness(two)).join() === 'live,down');
      expect(await holders()).toEqual(['two', 'two']);

      await world.hub('edge').control('/hub/heal', {});
      await until(
        async () => (await freshness(two)).join() === 'live,live',
        40_000,
      );
    });
  },
);
