import { randomBytes } from 'node:crypto';
import {
  type DatabaseService,
  type LoggerService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { DatabaseApplicationStore } from './database/DatabaseApplicationStore';
import { DatabaseClusterStore } from './database/DatabaseClusterStore';
import { DatabaseCommitStore } from './database/DatabaseCommitStore';
import { DatabaseHubStore } from './database/DatabaseHubStore';
import { DatabaseLeaseStore } from './database/DatabaseLeaseStore';
import type { Store } from './types';

const MIGRATIONS = resolvePackagePath(
  'backstage-plugin-argocd-hub-backend',
  'migrations',
);

/** The store in the database of the plugin: PostgreSQL for many replicas, SQLite for one. */
export class DatabaseStore implements Store {
  readonly applications: DatabaseApplicationStore;
  readonly clusters: DatabaseClusterStore;
  readonly hubs: DatabaseHubStore;
  readonly commits: DatabaseCommitStore;
  readonly leases: DatabaseLeaseStore;
  readonly #knex: Knex;

  static async create(options: {
    database: DatabaseService;
    logger: LoggerService;
  }): Promise<DatabaseStore> {
    const { database, logger } = options;
    const knex = await database.getClient();
    if (!database.migrations?.skip) {
      logger.info('Bringing the database up to date');
      await knex.migrate.latest({ directory: MIGRATIONS });
    }
    return new DatabaseStore(knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
    this.leases = new DatabaseLeaseStore(knex);
    this.applications = new DatabaseApplicationStore(knex, this.leases);
    this.clusters = new DatabaseClusterStore(knex, this.leases);
    this.hubs = new DatabaseHubStore(knex, this.leases);
    this.commits = new DatabaseCommitStore(knex);
  }

  async secret(name: string): Promise<string> {
    await this.#knex('settings')
      .insert({ name, value: randomBytes(32).toString('base64url') })
      .onConflict('name')
      .ignore();
    const row = await this.#knex('settings').where({ name }).first('value');
    return row.value;
  }
}
