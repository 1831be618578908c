import type { Knex } from 'knex';
import type { HubRecord, HubStore } from '../HubStore';
import type { Lease } from '../LeaseStore';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { forgetOtherHubs } from './forgetHubs';
import { fromHubRow, type HubBody, newHubBody } from './hubRows';
import { inHubTransaction } from './hubTransaction';

/** Somebody notices within so long that a roll-out forgot to configure a hub, and puts it right. */
const KEPT_MS = 24 * 60 * 60_000;

/** Hubs as last seen. Counts are kept where applications and clusters are written. */
export class DatabaseHubStore implements HubStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;

  constructor(knex: Knex, leases: DatabaseLeaseStore) {
    this.#knex = knex;
    this.#leases = leases;
  }

  async update(options: {
    lease: Lease;
    hub: string;
    changes: Parameters<HubStore['update']>[0]['changes'];
  }): Promise<void> {
    const { lease, hub, changes } = options;
    await inHubTransaction(this.#leases, { lease, hub }, async transaction => {
      const row = await transaction('hubs').where({ name: hub }).first('body');
      const known: HubBody = row ? JSON.parse(row.body) : newHubBody();
      // Who writes is configured to.
      const { unconfiguredSince, ...stored } = known;
      const changed: HubBody = {
        ...stored,
        ...changes,
        facts: { ...stored.facts, ...changes.facts },
      };
      if (row && worthOf(changed) === worthOf(stored)) {
        return;
      }
      const body = JSON.stringify(changed);
      await transaction('hubs')
        .insert({ name: hub, body })
        .onConflict('name')
        .merge(['body']);
    });
  }

  async forgetOthers(
    names: string[],
    options: { keptMs?: number; signal?: AbortSignal } = {},
  ): Promise<string[]> {
    return forgetOtherHubs(names, {
      knex: this.#knex,
      leases: this.#leases,
      keptMs: KEPT_MS,
      ...options,
    });
  }

  async list(): Promise<HubRecord[]> {
    const rows = await this.#knex('hubs').orderBy('name').select();
    return rows.map(fromHubRow);
  }

  async get(name: string): Promise<HubRecord | undefined> {
    const row = await this.#knex('hubs').where({ name }).first();
    return row && fromHubRow(row);
  }
}

/** All that is worth a write: what a replica did is told with the next one. */
function worthOf({ facts: { work, ...facts }, ...body }: HubBody): string {
  return JSON.stringify({ ...body, facts });
}
