import type { Knex } from 'knex';
import { isSqlite } from '../database/isSqlite';

/** Every table that the migrations made, by the schema of the database. */
export async function tablesOf(knex: Knex): Promise<string[]> {
  const found: string[] = isSqlite(knex)
    ? await knex('sqlite_master').where({ type: 'table' }).pluck('name')
    : await knex('information_schema.tables')
        .where({ table_schema: 'public' })
        .pluck('table_name');
  return found.filter(name => !/^(knex_|sqlite_)/.test(name)).sort();
}
