import { randomBytes } from 'node:crypto';
import {
  type DatabaseService,
  type LoggerService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { DatabaseApplicationSetStore } from './database/DatabaseApplicationSetStore';
import { DatabaseApplicationStore } from './database/DatabaseApplicationStore';
import { DatabaseChangeStore } from './database/DatabaseChangeStore';
import { DatabaseClaimStore } from './database/DatabaseClaimStore';
import { DatabaseClusterStore } from './database/DatabaseClusterStore';
import { DatabaseCommitStore } from './database/DatabaseCommitStore';
import { DatabaseFleetStore } from './database/DatabaseFleetStore';
import { DatabaseHubStore } from './database/DatabaseHubStore';
import { DatabaseLeaseStore } from './database/DatabaseLeaseStore';
import { DatabaseProjectStore } from './database/DatabaseProjectStore';
import { DatabaseRevisionStore } from './database/DatabaseRevisionStore';
import { isSqlite } from './database/isSqlite';
import { withoutStatement } from './databaseError';
import type { Store } from './Store';

const MIGRATIONS = resolvePackagePath(
  'backstage-plugin-argocd-hub-backend',
  'migrations',
);

/** While SQLite waits for another process nothing else of this one runs: we wait ourselves, and try again. */
const BUSY_MS = 250;

const CHANGES_KEPT_MS = 30 * 24 * 60 * 60_000;

async function migrate(knex: Knex): Promise<void> {
  try {
    await knex.migrate.latest({ directory: MIGRATIONS });
  } catch (error) {
    const { message } = error as Error;
    const [, unknown] =
      /following files are missing: (.*)/s.exec(message) ?? [];
    if (unknown === undefined) {
      throw error;
    }
    throw new Error(
      `The database was written by a newer version of this plugin: this one does not know ${unknown}. Install that version again, or restore a backup of before. Where the history of changes is dear to nobody, give the plugin an empty database: it reads everything else from the hubs again`,
    );
  }
}

/** The store in the database of the plugin: PostgreSQL for many replicas, SQLite for one. */
export class DatabaseStore implements Store {
  readonly applications: DatabaseApplicationStore;
  readonly fleet: DatabaseFleetStore;
  readonly clusters: DatabaseClusterStore;
  readonly hubs: DatabaseHubStore;
  readonly applicationSets: DatabaseApplicationSetStore;
  readonly projects: DatabaseProjectStore;
  readonly changes: DatabaseChangeStore;
  readonly commits: DatabaseCommitStore;
  readonly claims: DatabaseClaimStore;
  readonly leases: DatabaseLeaseStore;
  readonly revisions: DatabaseRevisionStore;
  readonly #knex: Knex;

  static async create(options: {
    database: DatabaseService;
    logger: LoggerService;
    /** Default: 30 s. */
    leaseTtlMs?: number;
    /** How long changes are kept, in milliseconds. Default: 30 days. */
    changesKeptMs?: number;
  }): Promise<DatabaseStore> {
    const { database, logger } = options;
    const knex = await database.getClient();
    if (isSqlite(knex)) {
      await knex.raw(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
    if (!database.migrations?.skip) {
      logger.info('Bringing the database up to date');
      await migrate(knex);
    }
    return new DatabaseStore(knex, {
      ttlMs: options.leaseTtlMs,
      keptMs: options.changesKeptMs ?? CHANGES_KEPT_MS,
    });
  }

  private constructor(knex: Knex, options: { ttlMs?: number; keptMs: number }) {
    const { ttlMs, keptMs } = options;
    this.#knex = knex;
    const revisions = new DatabaseRevisionStore(knex);
    this.revisions = revisions;
    const leases = new DatabaseLeaseStore(knex, { revisions, ttlMs });
    this.leases = leases;
    this.applications = new DatabaseApplicationStore(knex, { leases, keptMs });
    this.fleet = new DatabaseFleetStore(knex);
    this.clusters = new DatabaseClusterStore(knex, this.leases);
    this.hubs = new DatabaseHubStore(knex, this.leases);
    this.applicationSets = new DatabaseApplicationSetStore(knex, leases);
    this.projects = new DatabaseProjectStore(knex, leases);
    this.changes = new DatabaseChangeStore(knex, { keptMs });
    this.commits = new DatabaseCommitStore(knex, leases);
    this.claims = new DatabaseClaimStore(knex, { leases, revisions });
  }

  async secret(name: string): Promise<string> {
    return (await this.#secret(name)) ?? this.#makeSecret(name);
  }

  async #secret(name: string): Promise<string | undefined> {
    const row = await this.#knex('settings').where({ name }).first('value');
    return row?.value;
  }

  /** Of several replicas that begin at the same time the first one decides. */
  async #makeSecret(name: string): Promise<string> {
    try {
      await this.#knex('settings')
        .insert({ name, value: randomBytes(32).toString('base64url') })
        .onConflict('name')
        .ignore();
    } catch (error) {
      // The statement holds it.
      throw withoutStatement(error);
    }
    return (await this.#secret(name))!;
  }
}
