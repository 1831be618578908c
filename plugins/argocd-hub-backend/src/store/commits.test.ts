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

    it('tells nobody of a secret that it cannot keep', async () => {
      const { knex, store } = await storeOn(databases, id);
      await knex.schema.dropTable('settings');
      await knex.schema.createTable('settings', table => {
        table.string('name').primary();
        table.text('value').notNullable();
        table.text('missing').notNullable();
      });
      const tried: string[] = [];
      knex.on('query', ({ sql, bindings }) => {
        if (/^insert/i.test(sql)) tried.push(...bindings);
      });
      const error = await store.secret('change-key').catch(thrown => thrown);
      expect(tried).toHaveLength(2);
      for (const value of tried) {
        expect(`${error} ${error.stack}`).not.toContain(value);
      }
    });

    it('asks for a secret before it makes one', async () => {
      const { knex, store } = await storeOn(databases, id);
      const secret = await store.secret('change-key');
      const statements: string[] = [];
      knex.on('query', ({ sql }) => statements.push(sql));
      expect(await store.secret('change-key')).toBe(secret);
      expect(statements).toEqual([expect.stringMatching(/^select/i)]);
    });

    it('keeps commits for good', async () => {
      const { store, lease } = await storeOn(databases, id);
      const commit = { author: 'Ada', message: 'Fix', date: '2026-01-01' };
      const told = { lease, repoUrl: 'https://git', revision: 'abc', commit };
      await store.commits.put(told);
      await store.commits.put({ ...told, commit: { ...commit, author: 'X' } });
      const found = await store.commits.get([
        { repoUrl: 'https://git', revision: 'abc' },
        { repoUrl: 'https://git', revision: 'def' },
      ]);
      expect([...found]).toEqual([[commitKey('https://git', 'abc'), commit]]);
    });

    it('takes no commit from who has lost the lease', async () => {
      const { knex, store, lease } = await storeOn(databases, id);
      await knex('leases').update({ expires_at: 0 });
      const commit = { author: 'Ada', message: 'Fix', date: '2026-01-01' };
      await expect(
        store.commits.put({
          lease,
          repoUrl: 'https://git',
          revision: 'abc',
          commit,
        }),
      ).rejects.toThrow(/was lost/);
      expect(await knex('commits').select()).toEqual([]);
    });
  },
);
