import { TestDatabases } from '@backstage/backend-test-utils';
import { applicationRecord } from '../testing/records';
import { HUB, storeOn } from './__testUtils__/storeOn';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('hubs on %p', id => {
  it('forgets hubs that are not configured any more, and no other', async () => {
    const { store, apply, knex } = await storeOn(databases, id);
    await apply([applicationRecord('agent-prod', { labels: { team: 'a' } })]);
    await store.hubs.retain([HUB]);
    expect(await store.applications.list({ limit: 10 })).toHaveLength(1);
    await store.hubs.retain(['another']);
    for (const table of [
      'hubs',
      'clusters',
      'applications',
      'application_labels',
    ]) {
      expect(await knex(table).select()).toEqual([]);
    }
  });
});
