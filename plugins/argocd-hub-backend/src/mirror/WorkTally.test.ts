import { TestDatabases } from '@backstage/backend-test-utils';
import { World } from './__testUtils__/faults/World';
import { until } from './__testUtils__/MirrorWorld';
import { noMetrics } from './MirrorMetrics';
import { WorkTally } from './WorkTally';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe('WorkTally', () => {
  it('counts beside the metrics, from when it begins', () => {
    const tally = new WorkTally();
    const heartbeat = jest.fn();
    const batchWritten = jest.fn();
    const metrics = tally.beside({ ...noMetrics, heartbeat, batchWritten });
    tally.called({ outcome: 'ok' });
    metrics.heartbeat('good');
    tally.begin();
    tally.called({ outcome: 'ok' });
    tally.called({ outcome: 'http-5xx' });
    tally.called({ outcome: 'ok' });
    metrics.heartbeat('good');
    metrics.heartbeat('failure');
    const batch = { size: 7, changed: 3, durationMs: 12.4 };
    metrics.batchWritten(batch);
    tally.end();
    expect(tally.read()).toEqual({
      calls: { ok: 2, 'http-5xx': 1 },
      heartbeats: { good: 1, failure: 1 },
      batch: { at: expect.any(Number), size: 7, durationMs: 12 },
    });
    expect(heartbeat.mock.calls.flat()).toEqual(['good', 'good', 'failure']);
    expect(batchWritten).toHaveBeenCalledWith(batch);
  });
});

describe.each(databases.eachSupportedId())('what a mirror did, on %p', id => {
  let world: World;

  afterEach(() => world?.stop());

  it('is stored with what else is told of the hub', async () => {
    world = await World.start({
      knex: await databases.init(id),
      hub: { heartbeat: { intervalMs: 1_000, maxPerSecond: 20 } },
    });
    const work = await until(async () => {
      const { facts } = (await world.store.hubs.get('main'))!;
      return facts.work?.heartbeats.good ? facts.work : undefined;
    }, 60_000);
    expect(work).toMatchObject({
      calls: { ok: expect.any(Number) },
      batch: { size: expect.any(Number), durationMs: expect.any(Number) },
      eventLoopDelay: { p99Ms: expect.any(Number) },
    });
    expect(work.calls.ok).toBeGreaterThan(5);
  });
});
