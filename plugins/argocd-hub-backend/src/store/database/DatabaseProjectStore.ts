import type { Knex } from 'knex';
import type { ProjectRecord, ProjectStore } from '../ProjectStore';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { replaceRows } from './hashedRows';
import { inHubTransaction } from './hubTransaction';

const TABLE = 'projects';

/** Projects as last listed. */
export class DatabaseProjectStore implements ProjectStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;

  constructor(knex: Knex, leases: DatabaseLeaseStore) {
    this.#knex = knex;
    this.#leases = leases;
  }

  async replace(
    options: Parameters<ProjectStore['replace']>[0],
  ): Promise<string[]> {
    const { lease, hub, projects } = options;
    const rows = projects.map(project => ({
      key: project.name,
      body: JSON.stringify(project),
    }));
    return inHubTransaction(this.#leases, { lease, hub }, transaction =>
      replaceRows(transaction, { table: TABLE, hub, rows }),
    );
  }

  async list(options: { hub?: string } = {}): Promise<ProjectRecord[]> {
    const { hub } = options;
    const rows = await this.#knex(TABLE)
      .modify(query => {
        if (hub) query.where({ hub });
      })
      .orderBy(['hub', 'key'])
      .select('body');
    return rows.map(({ body }: { body: string }) => JSON.parse(body));
  }

  async get(hub: string, name: string): Promise<ProjectRecord | undefined> {
    const row = await this.#knex(TABLE).where({ hub, key: name }).first('body');
    return row && JSON.parse(row.body);
  }
}
