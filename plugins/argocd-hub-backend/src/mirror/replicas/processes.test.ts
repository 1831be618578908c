import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../__testUtils__/MirrorWorld';
import { Churn, makeApplication } from './__testUtils__/Churn';
import { OwnPostgres } from './__testUtils__/OwnPostgres';
import type { Replica } from './__testUtils__/Replica';
import {
  EXTRA,
  ReplicaWorld,
  SHARED_POSTGRES,
} from './__testUtils__/ReplicaWorld';

jest.setTimeout(240_000);

/** Of the design: from the death of the holder to a change that is seen. */
const TAKEOVER_MS = 45_000;
const HOUR_MS = 3_600_000;

const isPossible = OwnPostgres.isAvailable() || Boolean(SHARED_POSTGRES);

(isPossible ? describe : describe.skip)(
  'two backends on one PostgreSQL (needs one, or its programs)',
  () => {
    let postgres: OwnPostgres | undefined;
    let world: ReplicaWorld;
    let churn: Churn;
    let holder: Replica;
    let other: Replica;
    /** Of the hub, until it was mirrored completely. */
    let asked: Record<string, number>;

    const inOrder = async (both: Replica[]): Promise<Replica[]> => {
      const name = await until(() => world.holder());
      return both.sort(one => (one.name === name ? -1 : 1));
    };

    const settled = () => world.settled();

    /** Whether both answer the same; changes that go on may hide it for a moment. */
    const agree = async (path: string): Promise<boolean> => {
      const [one, two] = await Promise.all([holder.get(path), other.get(path)]);
      return (
        one.status === 200 &&
        one.etag === two.etag &&
        withoutTimes(one.body) === withoutTimes(two.body)
      );
    };

    beforeAll(async () => {
      postgres = OwnPostgres.isAvailable()
        ? await OwnPostgres.start()
        : undefined;
      world = await ReplicaWorld.start({
        postgres,
        simulator: { applications: 40, clusters: 4, changeRate: 2 },
      });
      // One after the other: Backstage's own tables are made by the first.
      const both = [await world.replica('a')];
      both.push(await world.replica('b'));
      await until(
        async () => (await world.store.hubs.get('main'))?.complete,
        30_000,
      );
      asked = (await world.hub().control('/hub/requests')).requests;
      await settled();
      [holder, other] = await inOrder(both);
    });

    afterAll(async () => {
      await churn?.stop();
      await world?.stop();
      await postgres?.stop();
    });

    afterEach(() => world.judge());

    it('mirror once, and both serve the same', async () => {
      expect(asked['GET /api/v1/stream/applications']).toBe(1);
      expect(asked['GET /api/v1/applications']).toBeLessThanOrEqual(2);

      const placed = await until(async () => {
        const { items } = (await other.get('/placements')).body;
        return items.length > 3 && items;
      }, 25_000);
      const paths = [
        ...placed.map(
          ({ entityRef }: any) =>
            `/entities/component/default/${
              entityRef.split('/')[1]
            }/deployments`,
        ),
      ];
      await Promise.all(paths.map(path => until(() => agree(path), 20_000)));
    });

    it('tell of changes soon where nothing is mirrored', async () => {
      const path = `/entities/component/default/${EXTRA}/deployments`;
      const rows = async (etag?: string) =>
        (await other.get(path, { etag })).body?.deployments.length;
      let { cursor } = (await other.get('/placements')).body;
      const moved = async () => {
        const since = `/placements?since=${encodeURIComponent(cursor)}`;
        const { body } = await other.get(since);
        cursor = body.cursor;
        return body.items.find((item: any) => item.entityRef.endsWith(EXTRA));
      };
      expect(await rows()).toBe(0);
      const { etag } = await other.get(path);
      expect((await other.get(path, { etag })).status).toBe(304);

      await makeApplication(world.hub(), EXTRA);
      await until(async () => (await rows(etag)) === 1, 3_000);
      expect((await until(moved, 15_000)).clusters).toHaveLength(1);

      await world.hub().removeApplication(EXTRA);
      await until(async () => (await rows()) === 0, 3_000);
      expect((await until(moved, 15_000)).clusters).toEqual([]);
    });

    it('write nothing any more when they wake after their lease', async () => {
      churn = Churn.start(world.hub(), { everyMs: 60 });
      const epoch = await world.epoch();
      await holder.stopInTransaction(world.knex);
      const stoppedAt = performance.now();
      await until(async () => (await world.epoch()) > epoch, TAKEOVER_MS);
      say('another took over from a paused holder', stoppedAt);
      const taken = await lastWrite(world);
      await delay(2_000);
      holder.signal('SIGCONT');

      await until(async () => {
        const { body } = await holder.get('/hubs');
        return body.items[0].freshness === 'live';
      }, 20_000);
      await delay(6_000);
      // The lease of the claims is another: whoever gets it may write those.
      const late = (await world.writes.read()).filter(
        ({ id, writer, hub }) =>
          id > taken && writer === holder.name && hub !== 'mapping:claims',
      );
      expect(late).toEqual([]);
      expect(holder.isRunning).toBe(true);
      [holder, other] = [other, holder];
    });

    it('take over when the holder is killed, and lose nothing', async () => {
      const epoch = await world.epoch();
      await holder.end('SIGKILL');
      const killedAt = performance.now();
      const before = await lastWrite(world);
      await until(async () => {
        const written = await world.writes.read();
        return written.some(
          ({ id, relation }) => id > before && relation === 'applications',
        );
      }, TAKEOVER_MS);
      say('a change was seen after the holder was killed', killedAt);
      expect(performance.now() - killedAt).toBeLessThan(TAKEOVER_MS);
      expect(await world.epoch()).toBe(epoch + 1);
      expect(await world.holder()).toBe(other.name);
      await churn.stop();
      await settled();
    });

    it('go by the clock of the database, and take over at once from one that ends', async () => {
      holder = other;
      other = await world.replica('an-hour-ahead', { clockOffsetMs: HOUR_MS });
      const epoch = await world.epoch();
      await delay(12_000);
      expect(await world.epoch()).toBe(epoch);
      expect(await world.holder()).toBe(holder.name);

      const endedAt = performance.now();
      await holder.end('SIGTERM');
      await until(async () => (await world.epoch()) > epoch, 10_000);
      say('the lease of one that ended was taken', endedAt);
      expect(await world.holder()).toBe(other.name);
      await settled();
    });
  },
);

/** What two replicas may say differently: when they looked. */
function withoutTimes(body: unknown): string {
  return JSON.stringify(body, (key, value) =>
    ['observedAt', 'at'].includes(key) ? undefined : value,
  );
}

async function lastWrite({ knex }: ReplicaWorld): Promise<number> {
  const row = await knex('write_log').max('id as id').first();
  return Number(row?.id);
}

function say(what: string, since: number): void {
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  process.stderr.write(`${what}: ${seconds} s\n`);
}
