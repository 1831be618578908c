import type { Knex } from 'knex';
import type {
  ApplicationSetKey,
  ApplicationSetRecord,
  ApplicationSetStore,
} from '../ApplicationSetStore';
import { keyInHub } from '../objectKeys';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { replaceRows } from './hashedRows';
import { inHubTransaction } from './hubTransaction';
import { sorted } from './sorted';

const TABLE = 'application_sets';

/** ApplicationSets as last listed. */
export class DatabaseApplicationSetStore implements ApplicationSetStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;

  constructor(knex: Knex, leases: DatabaseLeaseStore) {
    this.#knex = knex;
    this.#leases = leases;
  }

  async replace(
    options: Parameters<ApplicationSetStore['replace']>[0],
  ): Promise<ApplicationSetKey[]> {
    const { lease, hub, sets } = options;
    const rows = sets.map(set => ({
      key: keyInHub(set),
      name: set.name,
      body: JSON.stringify({ ...set, labels: sorted(set.labels) }),
    }));
    const changed = await inHubTransaction(
      this.#leases,
      { lease, hub },
      transaction => replaceRows(transaction, { table: TABLE, hub, rows }),
    );
    return changed.map(key => {
      const [namespace, name] = key.split('/');
      return { hub, namespace, name };
    });
  }

  async list(
    options: { hub?: string; names?: string[] } = {},
  ): Promise<ApplicationSetRecord[]> {
    const { hub, names } = options;
    const rows = await this.#knex(TABLE)
      .modify(query => {
        if (hub) query.where({ hub });
        if (names) query.whereIn('name', names);
      })
      .orderBy(['hub', 'key'])
      .select('body');
    return rows.map(({ body }: { body: string }) => JSON.parse(body));
  }

  async get(key: ApplicationSetKey): Promise<ApplicationSetRecord | undefined> {
    const row = await this.#knex(TABLE)
      .where({ hub: key.hub, key: keyInHub(key) })
      .first('body');
    return row && JSON.parse(row.body);
  }
}
