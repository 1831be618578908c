import { mockServices } from '@backstage/backend-test-utils';
import createKnex, { type Knex } from 'knex';
import { HubError } from '../hub/HubError';
import { DatabaseStore } from '../store/DatabaseStore';
import { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { noMetrics } from './MirrorMetrics';

let knex: Knex;
let store: DatabaseStore;
const onComplete = jest.fn();
const repaired = jest.fn();
const reconnected = jest.fn();

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
async function start(): Promise<HubStatusKeeper> {
  const lease = (await store.leases.acquire('main'))!;
  const status = new HubStatusKeeper({
    context: {
      hub: { name: 'main', relistMs: 60_000 },
      client: { downSince: undefined },
      store,
      lease,
      logger: mockServices.logger.mock(),
      metrics: { ...noMetrics, repaired, reconnected },
      guard: async (write: () => Promise<unknown>) => write(),
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

    await start();
    expect((await stored()).facts).toMatchObject({ repairs: 0, reconnects: 0 });
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
