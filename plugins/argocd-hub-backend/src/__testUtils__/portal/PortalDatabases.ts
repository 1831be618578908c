import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';

/** By plugin and table. */
type Rows = Record<string, unknown[]>;

/** The databases of all plugins of one backend. */
export interface PortalDatabases {
  /** What `backend.database` is set to. */
  config: { client: string; connection: object | string; prefix?: string };
  /** Every row of every table of every plugin, by plugin and table. */
  rows(): Promise<Rows>;
  /** What lies in files beyond rows: pages that were freed, and the log of writes. Empty where they are a server's. */
  bytes(): Buffer;
  /** Once nothing uses them any more. */
  drop(): Promise<void>;
}

/** @param directory - an empty one */
export function sqliteFiles(directory: string): PortalDatabases {
  const files = (part: string) =>
    readdirSync(directory).filter(file => file.includes(part));
  return {
    config: { client: 'better-sqlite3', connection: { directory } },
    rows: async () => {
      const found = files('.sqlite').filter(file => file.endsWith('.sqlite'));
      const all = await Promise.all(
        found.map(async file =>
          rowsOf(
            {
              client: 'better-sqlite3',
              connection: { filename: join(directory, file) },
              useNullAsDefault: true,
            },
            {
              plugin: file.replace('.sqlite', ''),
              tables: knex =>
                knex('sqlite_master').where({ type: 'table' }).pluck('name'),
            },
          ),
        ),
      );
      return Object.assign({}, ...all);
    },
    bytes: () =>
      Buffer.concat(
        files('argocd-hub.sqlite').map(file =>
          readFileSync(join(directory, file)),
        ),
      ),
    drop: async () => {},
  };
}

/** @param server - a connection string of who may create databases */
export function postgresDatabases(server: string): PortalDatabases {
  const prefix = `canaries_${randomBytes(6).toString('hex')}_`;
  const names = async (knex: Knex): Promise<string[]> =>
    knex('pg_database').where('datname', 'like', `${prefix}%`).pluck('datname');
  const onServer = async <T>(use: (knex: Knex) => Promise<T>): Promise<T> =>
    using({ client: 'pg', connection: server }, use);
  const connectionTo = (database: string) => {
    const url = new URL(server);
    url.pathname = database;
    return url.href;
  };
  return {
    config: { client: 'pg', connection: server, prefix },
    rows: async () => {
      const all: Rows[] = [];
      for (const name of await onServer(names)) {
        const config = { client: 'pg', connection: connectionTo(name) };
        const plugin = name.replace(prefix, '');
        all.push(await rowsOf(config, { plugin, tables: postgresTables }));
      }
      return Object.assign({}, ...all);
    },
    bytes: () => Buffer.alloc(0),
    drop: async () =>
      onServer(async knex => {
        for (const name of await names(knex)) {
          await knex.raw('drop database ?? with (force)', [name]);
        }
      }),
  };
}

/** In whatever schema they are. */
async function postgresTables(knex: Knex): Promise<string[]> {
  const rows = await knex('pg_tables')
    .whereNotIn('schemaname', ['pg_catalog', 'information_schema'])
    .select('schemaname', 'tablename');
  return rows.map(({ schemaname, tablename }) =>
    schemaname === 'public' ? tablename : `${schemaname}.${tablename}`,
  );
}

async function rowsOf(
  config: Knex.Config,
  options: { plugin: string; tables(knex: Knex): Promise<string[]> },
): Promise<Rows> {
  return using(config, async knex => {
    const rows: Rows = {};
    for (const table of await options.tables(knex)) {
      rows[`${options.plugin} ${table}`] = await knex(table).select();
    }
    return rows;
  });
}

async function using<T>(
  config: Knex.Config,
  use: (knex: Knex) => Promise<T>,
): Promise<T> {
  const knex = createKnex(config);
  try {
    return await use(knex);
  } finally {
    await knex.destroy();
  }
}
