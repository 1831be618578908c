import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import type { Place } from '../Place';

const PLUGIN = 'argocd-hub';

/** As much of a claim as is looked at. */
interface Claim {
  selection: { match: { kind: string; name?: string } };
}

/** The database of our backend, as it is configured and as it is looked into. */
export class Storage {
  /** `backend.database` */
  readonly config: object;
  readonly #connect: () => Knex | undefined;
  #knex?: Knex;

  /**
   * An empty one: files of SQLite, or databases of a PostgreSQL.
   *
   * @param url - of the PostgreSQL; default: the one of the place, if any
   */
  static async prepare(
    place: Place,
    name: string,
    url = place.postgres,
  ): Promise<Storage> {
    return url ? postgres(url, name) : sqlite(place.file(name, 'db'));
  }

  constructor(config: object, connect: () => Knex | undefined) {
    this.config = config;
    this.#connect = connect;
  }

  async hasClaims(entityRefs: string[]): Promise<boolean> {
    return (await this.countClaims(entityRefs)) === entityRefs.length;
  }

  /** Of how many of these entities it knows the claims. */
  async countClaims(entityRefs: string[]): Promise<number> {
    this.#knex ??= this.#connect();
    if (!this.#knex) return 0;
    const found = await this.#knex('entity_claims')
      .whereIn('entity_ref', entityRefs)
      .count({ count: '*' });
    return Number(found[0].count);
  }

  /** Whether the entity claims the application by its name. */
  async claimsByName(entityRef: string, name: string): Promise<boolean> {
    this.#knex ??= this.#connect();
    const row = await this.#knex?.('entity_claims')
      .where({ entity_ref: entityRef })
      .first('claims');
    const claims: Claim[] = row ? JSON.parse(row.claims).claims : [];
    return claims.some(
      ({ selection: { match } }) =>
        match.kind === 'name' && match.name === name,
    );
  }

  /** Bodies of applications of the hub `main`, by `namespace/name`. */
  async bodies(keys: string[]): Promise<Map<string, string>> {
    this.#knex ??= this.#connect();
    const rows = await this.#knex!('applications')
      .whereIn('key', keys)
      .select('key', 'body');
    return new Map(rows.map(({ key, body }) => [key, body]));
  }

  async close(): Promise<void> {
    await this.#knex?.destroy();
  }
}

function sqlite(directory: string): Storage {
  rmSync(directory, { recursive: true, force: true });
  const filename = join(directory, `${PLUGIN}.sqlite`);
  return new Storage(
    { client: 'better-sqlite3', connection: { directory } },
    () =>
      existsSync(filename)
        ? knexFactory({
            client: 'better-sqlite3',
            connection: { filename, options: { readonly: true } },
            useNullAsDefault: true,
          })
        : undefined,
  );
}

async function postgres(connection: string, name: string): Promise<Storage> {
  const prefix = `bench_${name.replace(/\W/g, '_')}_`;
  const admin = knexFactory({ client: 'pg', connection });
  const { rows } = await admin.raw(
    'select datname from pg_database where datname like ?',
    [`${prefix.replaceAll('_', '\\_')}%`],
  );
  for (const { datname } of rows) {
    await admin.raw('drop database ?? with (force)', [datname]);
  }
  await admin.destroy();
  const own = new URL(connection);
  own.pathname = `/${prefix}${PLUGIN}`;
  const { hostname: host, port, username, password } = own;
  const server = {
    host,
    ...(port && { port: Number(port) }),
    user: decodeURIComponent(username),
    ...(password && { password: decodeURIComponent(password) }),
  };
  // With the name of a database every plugin would share that one.
  return new Storage({ client: 'pg', prefix, connection: server }, () =>
    knexFactory({ client: 'pg', connection: own.href }),
  );
}
