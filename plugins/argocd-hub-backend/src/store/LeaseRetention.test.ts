import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { storeOn } from './__testUtils__/storeOn';
import { LeaseRetention } from './LeaseRetention';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const DAY = 24 * 60 * 60_000;

describe.each(databases.eachSupportedId())('LeaseRetention on %p', id => {
  const setUp = async () => {
    const { knex, store } = await storeOn(databases, id);
    const scheduler = mockServices.scheduler.mock();
    const retention = new LeaseRetention({ store, scheduler });
    return { knex, store, scheduler, retention };
  };

  it('forgets leases of replicas that died, but none of a hub', async () => {
    const { knex, store, retention } = await setUp();
    for (const resource of ['cluster:main/a', 'cluster:main/b', 'other']) {
      await store.leases.acquire(resource);
    }
    await knex('leases')
      .whereIn('resource', ['cluster:main/a', 'other'])
      .update({ expires_at: Date.now() - 2 * DAY });
    await retention.sweep();
    const left = await knex('leases').orderBy('resource').pluck('resource');
    expect(left).toEqual(['cluster:main/b', 'main', 'other']);
  });

  it('is done by one replica, as a task of its own', async () => {
    const { scheduler, retention } = await setUp();
    await retention.schedule();
    expect(scheduler.scheduleTask).toHaveBeenCalledWith(
      expect.objectContaining({
        id: 'argocd-hub-forget-abandoned-leases',
        scope: 'global',
      }),
    );
  });
});
