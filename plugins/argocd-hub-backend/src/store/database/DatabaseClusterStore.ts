import type { ClusterFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { Knex } from 'knex';
import type { ApplicationKey } from '../ApplicationStore';
import type {
  ClusterCriteria,
  ClusterName,
  ClusterRecord,
  ClusterStore,
} from '../ClusterStore';
import type { Lease } from '../LeaseStore';
import { whereCluster } from './clusterCriteria';
import { listedFacts, type ClusterRow, fromClusterRow } from './clusterRows';
import { replaceClusters } from './clusterWrites';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { inHubTransaction } from './hubTransaction';
import { updateByName } from './jsonRows';
import { ParsedClusters } from './ParsedClusters';

/** Clusters as last listed, with what is known of each. */
export class DatabaseClusterStore implements ClusterStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;
  readonly #all = new ParsedClusters();

  constructor(knex: Knex, leases: DatabaseLeaseStore) {
    this.#knex = knex;
    this.#leases = leases;
  }

  async replace(options: {
    lease: Lease;
    hub: string;
    clusters: Omit<ClusterRecord, 'name' | 'hub'>[];
  }): Promise<{ changed: string[]; applications: ApplicationKey[] }> {
    const { lease, hub, clusters } = options;
    return inHubTransaction(this.#leases, { lease, hub }, transaction =>
      replaceClusters(transaction, hub, clusters),
    );
  }

  async updateFacts(options: {
    lease: Lease;
    hub: string;
    updates: { name: string; facts: Partial<ClusterFacts> }[];
  }): Promise<void> {
    const { lease, hub, updates } = options;
    await inHubTransaction(this.#leases, { lease, hub }, async transaction => {
      const rows = await transaction('clusters')
        .where({ hub })
        .whereIn(
          'name',
          updates.map(({ name }) => name),
        )
        .select('name', 'facts');
      const stored = new Map(rows.map(({ name, facts }) => [name, facts]));
      const differing = new Map<string, string>();
      for (const { name, facts } of updates) {
        const before = stored.get(name);
        if (before === undefined) {
          continue;
        }
        const after = JSON.stringify({
          ...JSON.parse(before),
          ...listedFacts(facts),
        });
        if (after !== before) {
          differing.set(name, after);
        }
      }
      await updateByName(transaction, {
        table: 'clusters',
        hub,
        column: 'facts',
        values: differing,
      });
    });
  }

  async list(
    options: { hub?: string; names?: string[] } = {},
  ): Promise<ClusterRecord[]> {
    const { hub, names } = options;
    const rows: ClusterRow[] = await this.#knex('clusters')
      .modify(query => {
        if (hub) query.where({ hub });
        if (names) query.whereIn('name', names);
      })
      .orderBy(['hub', 'name'])
      .select();
    return hub || names ? rows.map(fromClusterRow) : this.#all.of(rows);
  }

  async get(hub: string, name: string): Promise<ClusterRecord | undefined> {
    const row = await this.#knex('clusters').where({ hub, name }).first();
    return row && fromClusterRow(row);
  }
  async matching(
    criteria: ClusterCriteria,
    within: Partial<ClusterName> = {},
  ): Promise<ClusterName[]> {
    const { hub, name } = within;
    const query = this.#knex('clusters').modify(narrowed => {
      if (hub !== undefined) narrowed.where({ hub });
      if (name !== undefined) narrowed.where({ name });
    });
    return whereCluster(query, criteria, this.#knex).select('hub', 'name');
  }
}
