import { TestDatabases } from '@backstage/backend-test-utils';
import { createStore, storeOn } from './__testUtils__/storeOn';
import { commitKey } from './CommitStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'what is kept for good on %p',
  id => {
    it('keeps a secret for good', async () => {
      const { knex, store } = await storeOn(databases, id);
      const secret = await store.secret('change-key');
      expect(secret).toHaveLength(43);
      expect(await (await createStore(knex)).secret('change-key')).toBe(secret);
    });

    it('keeps commits for good', async () => {
      const { store } = await storeOn(databases, id);
      const commit = { author: 'Ada', message: 'Fix', date: '2026-01-01' };
      await store.commits.put('https://git', 'abc', commit);
      await store.commits.put('https://git', 'abc', { ...commit, author: 'X' });
      const found = await store.commits.get([
        { repoUrl: 'https://git', revision: 'abc' },
        { repoUrl: 'https://git', revision: 'def' },
      ]);
      expect([...found]).toEqual([[commitKey('https://git', 'abc'), commit]]);
    });
  },
);
