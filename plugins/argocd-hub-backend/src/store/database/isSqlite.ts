import type { Knex } from 'knex';

/** SQLite has one connection, and so one transaction at a time. */
export function isSqlite(knex: Knex): boolean {
  return knex.client.config.client.includes('sqlite');
}
