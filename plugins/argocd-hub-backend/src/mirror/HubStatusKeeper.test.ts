import { mockServices } from '@backstage/backend-test-utils';
import createKnex, { type Knex } from 'knex';
import { HubError } from '../hub/HubError';
import { DatabaseStore } from '../store/DatabaseStore';
import { unguarded } from './__testUtils__/unguarded';
import { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { noMetrics } from './MirrorMetrics';
import { WorkTally } from './WorkTally';

let knex: Knex;
let store: DatabaseStore;
const onComplete = jest.fn();
const repaired = jest.fn();
const reconnected = jest.fn();
const logger = mockServices.logger.mock();

beforeEach(async () => {
  jest.clearAllMocks();
  knex = createKnex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  store = await DatabaseStore.create({
    database: mockServices.database({ knex }),
    logger: mockServices.logger.mock(),
  });
});

afterEach(() => knex.destroy());

/** As a replica does that has just got the lease. */
async function start(work = new WorkTally()): Promise<HubStatusKeeper> {
  const lease = (await store.leases.acquire('main'))!;
  const status = new HubStatusKeeper({
    context: {
      hub: { name: 'main', relistMs: 60_000 },
      client: { downSince: undefined },
      store,
      lease,
      logger,
      metrics: { ...noMetrics, repaired, reconnected },
      work,
      ...unguarded,
    } as unknown as MirrorContext,
    onAvailability: () => {},
    onComplete,
  });
  await status.start();
  return status;
}

async function stored() {
  return (await store.hubs.get('main'))!;
}

describe('HubStatusKeeper', () => {
  it('tells once that a hub is complete, when that is stored', async () => {
    const status = await start();
    expect(status.isComplete).toBe(false);
    onComplete.mockImplementationOnce(() =>
      expect(status.isComplete).toBe(true),
    );

    await status.completed();
    await status.completed();

    expect(onComplete).toHaveBeenCalledTimes(1);
    expect((await stored()).complete).toBe(true);
    expect((await start()).isComplete).toBe(true);
  });

  it('counts repairs and reconnects from when a replica takes over', async () => {
    const first = await start();
    first.repaired(3);
    first.repaired(2);
    first.reconnected();
    await first.flush();

    expect((await stored()).facts).toMatchObject({ repairs: 5, reconnects: 1 });
    expect(repaired.mock.calls).toEqual([[3], [2]]);
    expect(reconnected).toHaveBeenCalledTimes(1);

    // As it is told: both are counted from that moment on.
    const now = Date.now();
    await start();
    const { startedAt, repairs, reconnects } = (await stored()).facts;
    expect({ repairs, reconnects }).toEqual({ repairs: 0, reconnects: 0 });
    expect(startedAt).toBeGreaterThanOrEqual(now);
  });

  it('tells what the replica did when it writes anyway, and never writes for that', async () => {
    const work = new WorkTally();
    const status = await start(work);
    const update = jest.spyOn(store.hubs, 'update');
    work.called({ outcome: 'ok' });
    await status.flush();
    expect(update).not.toHaveBeenCalled();
    status.note({ lastListAt: 1 });
    await status.flush();
    work.called({ outcome: 'timeout' });
    await status.flush();
    expect(update).toHaveBeenCalledTimes(1);
    expect((await stored()).facts).toMatchObject({
      lastListAt: 1,
      work: { calls: { ok: 1 }, heartbeats: {} },
    });
  });

  it('names 100 applications that cannot be read, and counts all', async () => {
    const status = await start();
    for (let i = 0; i < 150; i++) {
      status.skip({ namespace: 'argocd', name: `odd-${i}` }, 'It is odd');
    }
    await status.flush();

    const { skipped, skippedCount } = await stored();
    expect(skipped).toHaveLength(100);
    expect(skipped[0]).toEqual({
      namespace: 'argocd',
      name: 'odd-0',
      reason: 'It is odd',
    });
    expect(skippedCount).toBe(150);

    status.unskip('argocd/odd-0');
    await status.flush();
    expect((await stored()).skippedCount).toBe(149);
  });

  it('keeps count of those it cannot name after a restart, until a list told all', async () => {
    const first = await start();
    for (let i = 0; i < 150; i++) {
      first.skip({ namespace: 'argocd', name: `odd-${i}` }, 'It is odd');
    }
    await first.flush();

    const second = await start();
    second.skip({ namespace: 'argocd', name: 'odd-120' }, 'It is odd');
    second.skip({ namespace: 'argocd', name: 'odd-7' }, 'It is odder');
    await second.flush();
    expect((await stored()).skippedCount).toBe(150);

    second.forgetSkipped(key => key !== 'argocd/odd-0');
    await second.flush();
    expect((await stored()).skippedCount).toBe(100);
  });

  it('says in one line that many applications cannot be read, and names a few', async () => {
    const status = await start();
    for (let i = 0; i < 20_000; i++) {
      status.skip({ namespace: 'argocd', name: `odd-${i}` }, 'It is odd');
    }
    expect(logger.warn).not.toHaveBeenCalled();
    await status.flush();
    await status.flush();
    status.skip({ namespace: 'argocd', name: 'odd-3' }, 'It is odd');
    await status.flush();

    expect(logger.warn.mock.calls).toEqual([
      [
        'Skipped 20000 applications that cannot be read',
        { first: [0, 1, 2, 3, 4].map(i => `argocd/odd-${i}: It is odd`) },
      ],
    ]);
    expect((await stored()).skippedCount).toBe(20_000);
  });

  it('writes in order, also where a write takes longer than the next one', async () => {
    const status = await start();
    const update = store.hubs.update.bind(store.hubs);
    let letGo = () => {};
    const slow = new Promise<void>(resolve => {
      letGo = resolve;
    });
    jest.spyOn(store.hubs, 'update').mockImplementationOnce(async options => {
      await slow;
      await update(options);
    });
    status.note({ lastListAt: 1 });
    const first = status.flush();
    await new Promise(resolve => setTimeout(resolve, 20));
    status.note({ lastListAt: 2 });
    const second = status.flush();
    await new Promise(resolve => setTimeout(resolve, 20));
    letGo();
    await Promise.all([first, second]);

    expect((await stored()).facts.lastListAt).toBe(2);
  });

  it('keeps the words of an error, but no address', async () => {
    const status = await start();
    status.failed(
      new HubError({
        class: 'http',
        status: 500,
        message: 'Get "https://10.0.0.1:6443/api": EOF',
      }),
    );
    await status.flush();

    expect((await stored()).lastError).toEqual({
      class: 'http',
      at: expect.any(String),
      message: 'Get "…": EOF',
    });
  });

  it('keeps nothing of an error that is not of a hub', async () => {
    const status = await start();
    status.failed(new Error('a bug, with internals'));
    await status.flush();

    expect(await stored()).not.toHaveProperty('lastError');
  });
});
