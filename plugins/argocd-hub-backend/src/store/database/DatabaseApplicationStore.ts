import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type {
  ApplicationChange,
  ApplicationKey,
  ApplicationRecord,
  ApplicationSelection,
  ApplicationStore,
  Candidate,
  GoneApplication,
  StoredApplication,
} from '../ApplicationStore';
import type { Lease } from '../LeaseStore';
import { keyInHub } from '../objectKeys';
import { candidateQueries } from './applicationCandidates';
import { changedSince } from './applicationRevisions';
import { fromRow } from './applicationRows';
import { selectApplications } from './applicationSelection';
import {
  firstOf,
  placesOf,
  placesOfSets,
  valuesOf,
} from './applicationSurveys';
import { widerThan } from './applicationWidths';
import { writeApplications } from './applicationWrites';
import { inChunks } from './chunks';
import type { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { GONE, selectGone } from './goneApplications';
import { inHubTransaction } from './hubTransaction';

const COLUMNS = ['body', 'cluster', 'destination_problem'];
const PAGE = 200;

type SelectedRow = Parameters<typeof fromRow>[0];

/** Applications as last seen, with the clusters that they resolve to. */
export class DatabaseApplicationStore implements ApplicationStore {
  readonly #knex: Knex;
  readonly #leases: DatabaseLeaseStore;
  readonly #keptMs: number;

  /** @param options.keptMs - how long changes are kept */
  constructor(
    knex: Knex,
    options: { leases: DatabaseLeaseStore; keptMs: number },
  ) {
    this.#knex = knex;
    this.#leases = options.leases;
    this.#keptMs = options.keptMs;
  }

  async apply(options: {
    lease: Lease;
    hub: string;
    upserts: ApplicationRecord[];
    removals: ApplicationKey[];
  }): Promise<{ changed: ApplicationKey[]; clusters: string[] }> {
    const { lease, hub, ...changes } = options;
    return inHubTransaction(this.#leases, { lease, hub }, transaction =>
      writeApplications(transaction, {
        hub,
        ...changes,
        keptMs: this.#keptMs,
      }),
    );
  }

  async select(
    ...selections: ApplicationSelection[]
  ): Promise<StoredApplication[]> {
    return (await this.#selectRows(selections)).map(fromRow);
  }

  async selectUnless(
    known: string | undefined,
    selections: ApplicationSelection[],
  ): Promise<{ digest: string; applications?: StoredApplication[] }> {
    const rows = await this.#selectRows(selections);
    // Of what was read and no less: a stored hash leaves out some of it.
    const digest = hash('sha256', JSON.stringify(rows), 'base64url');
    return digest === known
      ? { digest }
      : { digest, applications: rows.map(fromRow) };
  }

  async candidates(selections: ApplicationSelection[]): Promise<Candidate[]> {
    const found = new Map<string, Candidate>();
    for (const ids of candidateQueries(this.#knex, selections)) {
      const rows: (SelectedRow & { id: number | string })[] = await this.#knex(
        'applications',
      )
        .whereIn('id', ids)
        .select('id', ...COLUMNS);
      rows.forEach(({ id, ...row }) => found.set(`${id}`, candidate(id, row)));
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
    return [...found.values()];
  }

  async changedSince(
    before: string,
    options: { now: string; most: number },
  ): Promise<ApplicationChange[] | undefined> {
    return changedSince(this.#knex, { before, ...options });
  }

  async selectGone(
    ...selections: ApplicationSelection[]
  ): Promise<GoneApplication[]> {
    return selectGone(this.#knex, selections);
  }

  async wider(
    most: number,
    groups: ApplicationSelection[][],
  ): Promise<Set<number>> {
    return widerThan(this.#knex, { most, groups });
  }

  async isGoneWider(
    most: number,
    selections: ApplicationSelection[],
  ): Promise<boolean> {
    const groups = [selections];
    const wide = await widerThan(this.#knex, { most, groups, tables: GONE });
    return wide.has(0);
  }

  async #selectRows(
    selections: ApplicationSelection[],
  ): Promise<SelectedRow[]> {
    if (selections.length === 0) {
      return [];
    }
    return selectApplications(this.#knex, selections)
      .orderBy(['hub', 'key'])
      .select(COLUMNS);
  }

  async first(
    selections: ApplicationSelection[],
    options: Parameters<ApplicationStore['first']>[1],
  ): Promise<StoredApplication[]> {
    const rows = await firstOf(this.#knex, selections, options).select(COLUMNS);
    return rows.map(fromRow);
  }

  async places(selections: ApplicationSelection[]) {
    return placesOf(this.#knex, selections);
  }

  async placesOfSets(names: string[]) {
    return placesOfSets(this.#knex, names);
  }

  async valuesOf(key: string): Promise<string[]> {
    return valuesOf(this.#knex, key);
  }

  async list(
    options: Parameters<ApplicationStore['list']>[0],
  ): Promise<StoredApplication[]> {
    const { hub, cluster, sync, after, limit } = options;
    const rows = await this.#knex('applications')
      .modify(query => {
        if (hub) query.where({ hub });
        if (cluster) query.where({ cluster });
        if (sync) query.where({ sync });
        if (after && after.hub === hub) {
          // Said plainly, or SQLite begins with the first each time.
          query.where('key', '>', keyInHub(after));
        } else if (after) {
          query.where(beyond(after));
        }
      })
      .orderBy(['hub', 'key'])
      .limit(limit)
      .select(COLUMNS);
    return rows.map(fromRow);
  }

  async get(key: ApplicationKey): Promise<StoredApplication | undefined> {
    const row = await this.#knex('applications')
      .where({ hub: key.hub, key: keyInHub(key) })
      .first(COLUMNS);
    return row && fromRow(row);
  }

  async some(
    hub: string,
    keys: Omit<ApplicationKey, 'hub'>[],
  ): Promise<StoredApplication[]> {
    const found: StoredApplication[] = [];
    await inChunks(keys.map(keyInHub), async part => {
      const rows = await this.#knex('applications')
        .where({ hub })
        .whereIn('key', part)
        .select(COLUMNS);
      found.push(...rows.map(fromRow));
    });
    return found;
  }

  async *pages(): AsyncIterable<StoredApplication[]> {
    let last = 0;
    for (;;) {
      const rows = await this.#knex('applications')
        .where('id', '>', last)
        .orderBy('id')
        .limit(PAGE)
        .select('id', ...COLUMNS);
      if (!rows.length) {
        return;
      }
      last = rows[rows.length - 1].id;
      yield rows.map(fromRow);
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
  }
}

function candidate(id: number | string, row: SelectedRow): Candidate {
  const { body, cluster, destination_problem } = row;
  // Of what was read and no less: a stored hash leaves out some of it.
  const text = `${id} ${cluster} ${destination_problem} ${body}`;
  let read: StoredApplication | undefined;
  return {
    id: `${id}`,
    stamp: hash('sha256', text, 'base64url'),
    read: () => {
      read ??= fromRow(row);
      return read;
    },
  };
}

function beyond(after: ApplicationKey): Knex.QueryCallback {
  return query =>
    query
      .where('hub', '>', after.hub)
      .orWhere(same =>
        same.where('hub', after.hub).where('key', '>', keyInHub(after)),
      );
}
