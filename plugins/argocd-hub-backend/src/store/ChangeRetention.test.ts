import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { storeOn } from './__testUtils__/storeOn';
import { ChangeRetention } from './ChangeRetention';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const DAY = 24 * 60 * 60_000;

describe.each(databases.eachSupportedId())('ChangeRetention on %p', id => {
  const setUp = async () => {
    const world = await storeOn(databases, id);
    const scheduler = mockServices.scheduler.mock();
    const retention = new ChangeRetention({
      store: world.store,
      scheduler,
      logger: mockServices.logger.mock(),
    });
    return { ...world, scheduler, retention };
  };

  it('removes what is old, all of it, and nothing else', async () => {
    const { knex, apply, retention } = await setUp();
    await apply([
      applicationRecord('a', {
        history: [
          { id: 0, deployedAt: new Date(Date.now() - 29 * DAY).toISOString() },
        ],
      }),
    ]);
    const [{ id: kept, ...row }] = await knex('changes').select();
    const now = Date.now();
    const old = Array.from({ length: 1_100 }, (_, index) => ({
      ...row,
      at: now - 30 * DAY - 1 - index,
    }));
    await knex.batchInsert('changes', old, 100);
    expect(await retention.sweep()).toBe(1_100);
    expect(await knex('changes').select('id')).toEqual([{ id: kept }]);
    expect(await retention.sweep()).toBe(0);
  });

  it('is done by one replica, as a task of its own', async () => {
    const { scheduler, retention } = await setUp();
    await retention.schedule();
    expect(scheduler.scheduleTask).toHaveBeenCalledWith(
      expect.objectContaining({
        id: 'argocd-hub-forget-old-changes',
        scope: 'global',
      }),
    );
  });

  it('stops when it is told to', async () => {
    const { retention } = await setUp();
    expect(await retention.sweep(AbortSignal.abort())).toBe(0);
  });
});
