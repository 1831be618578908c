import { TestDatabases } from '@backstage/backend-test-utils';
import { withoutStatement } from './databaseError';
import { isDatabaseAway } from './isDatabaseAway';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const failed = (code: string | undefined, message: string) =>
  Object.assign(new Error(message), { code });

describe('isDatabaseAway', () => {
  it.each`
    code                      | message                                                        | away
    ${'SQLITE_BUSY'}          | ${'select 1 - database is locked'}                             | ${true}
    ${'SQLITE_BUSY_SNAPSHOT'} | ${'select 1 - database is locked'}                             | ${true}
    ${'SQLITE_LOCKED'}        | ${'select 1 - database table is locked'}                       | ${true}
    ${'SQLITE_FULL'}          | ${'COMMIT; - database or disk is full'}                        | ${true}
    ${'SQLITE_READONLY'}      | ${'update x - attempt to write a readonly database'}           | ${true}
    ${'SQLITE_IOERR_WRITE'}   | ${'update x - disk I/O error'}                                 | ${true}
    ${'SQLITE_CANTOPEN'}      | ${'select 1 - unable to open database file'}                   | ${true}
    ${'SQLITE_CONSTRAINT'}    | ${'insert x - UNIQUE constraint failed'}                       | ${false}
    ${'SQLITE_ERROR'}         | ${'select 1 - no such table: x'}                               | ${false}
    ${'53100'}                | ${'insert x - could not extend file'}                          | ${true}
    ${'25006'}                | ${'insert x - cannot execute in a read-only transaction'}      | ${true}
    ${'57014'}                | ${'update x - canceling statement due to statement timeout'}   | ${true}
    ${'55P03'}                | ${'update x - canceling statement due to lock timeout'}        | ${true}
    ${'40P01'}                | ${'update x - deadlock detected'}                              | ${true}
    ${'40001'}                | ${'update x - could not serialize access'}                     | ${true}
    ${'23505'}                | ${'insert x - duplicate key value violates unique constraint'} | ${false}
    ${undefined}              | ${'select 1 - Connection terminated unexpectedly'}             | ${true}
  `('of $code: $message', ({ code, message, away }) => {
    expect(isDatabaseAway(failed(code, message))).toBe(away);
  });
});

describe('withoutStatement', () => {
  it.each(databases.eachSupportedId())(
    'keeps statements and values out of what is logged on %p',
    async id => {
      const knex = await databases.init(id);
      await knex.schema.createTable('things', table => {
        table.text('name').primary();
        table.integer('size');
      });
      const insert = () =>
        knex('things').insert({ name: 'private - value', size: 1 });
      await insert();
      const errors = [
        await insert().catch(error => error),
        await knex
          .raw(
            id === 'SQLITE_3'
              ? `select nothing('private - value')`
              : `select cast('private - value' as integer)`,
          )
          .catch(error => error),
      ];
      expect(errors.map(String).join()).toContain('private');
      for (const error of errors) {
        const told = withoutStatement(error);
        const logged = `${told.message} ${told.stack}`;
        expect(logged).not.toMatch(/private|value'|insert into|select \*/);
        expect(told.message).toContain(String(error.code));
      }
    },
  );

  it('leaves other errors alone', () => {
    const error = new RangeError('select - a bug of ours');
    error.message = 'a bug - of ours';
    expect(withoutStatement(error)).toBe(error);
  });
});
