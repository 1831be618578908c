import type { Knex } from 'knex';
import type { StoredApplication } from '../ApplicationStore';
import type {
  FleetCount,
  FleetFilter,
  FleetPlace,
  FleetStore,
} from '../FleetStore';
import { fromRow } from './applicationRows';

const COLUMNS = ['body', 'cluster', 'destination_problem'];

/** Clusters that a count names; more of them would be no narrower than all. */
const MOST_NAMED = 1_000;

/**
 * Reads the index of applications by cluster: a bounded part of it at a time,
 * but to count, which reads it for all clusters that are asked for.
 */
export class DatabaseFleetStore implements FleetStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async counts(
    filter: FleetFilter,
    { at }: { at: FleetPlace[] },
  ): Promise<FleetCount[]> {
    const counted = () =>
      this.#knex('applications')
        .modify(passing, filter)
        .groupBy('cluster', 'hub')
        .select('hub', 'cluster')
        .count({ found: '*' });
    const clusters = distinct(at.flatMap(({ cluster }) => cluster ?? []));
    const on = at.filter(({ cluster }) => cluster !== undefined);
    const outside = at.filter(({ cluster }) => cluster === undefined);
    const parts =
      clusters.length > MOST_NAMED
        ? [counted()]
        : // With `or` in place of two parts it would be no range of the index.
          [
            counted()
              .whereIn('cluster', clusters)
              .whereIn('hub', distinct(on.map(({ hub }) => hub))),
            counted()
              .whereNull('cluster')
              .whereIn('hub', distinct(outside.map(({ hub }) => hub))),
          ];
    const rows: { hub: string; cluster: string | null; found: string }[] =
      await this.#knex.unionAll(parts);
    return rows.map(({ hub, cluster, found }) => ({
      hub,
      ...(cluster !== null && { cluster }),
      applications: Number(found),
    }));
  }

  async on(options: {
    hub: string;
    clusters: string[];
    filter: FleetFilter;
  }): Promise<StoredApplication[]> {
    const { hub, clusters, filter } = options;
    const rows = await this.#knex('applications')
      .where({ hub })
      .whereIn('cluster', clusters)
      .modify(passing, filter)
      // By key alone SQLite would read all of the hub to save the sorting.
      .orderBy(['cluster', 'key'])
      .select(COLUMNS);
    return rows.map(fromRow);
  }

  async some(options: {
    hub: string;
    keys: string[];
    filter: FleetFilter;
  }): Promise<StoredApplication[]> {
    const { hub, keys, filter } = options;
    const rows = await this.#knex('applications')
      .where({ hub })
      .whereIn('key', keys)
      .modify(passing, filter)
      .select(COLUMNS);
    return rows.map(fromRow);
  }

  async window(
    options: Parameters<FleetStore['window']>[0],
  ): ReturnType<FleetStore['window']> {
    const { hub, cluster = null, after, size, filter } = options;
    const next = () =>
      this.#knex('applications')
        .where({ hub, cluster })
        .modify(query => {
          if (after !== undefined) query.where('key', '>', after);
        })
        .orderBy('key');
    // Told by the index alone, so that no filter makes the window wider.
    const [last] = await next()
      .offset(size - 1)
      .limit(1)
      .select('key');
    const rows = await next()
      .modify(passing, filter)
      .modify(query => {
        if (last) query.where('key', '<=', last.key);
      })
      .select(COLUMNS);
    return { found: rows.map(fromRow), ...(last && { end: last.key }) };
  }
}

function distinct(names: string[]): string[] {
  return [...new Set(names)];
}

function passing(query: Knex.QueryBuilder, filter: FleetFilter): void {
  const { project, sync, health, text } = filter;
  if (project !== undefined) query.where({ project });
  if (sync !== undefined) query.where({ sync });
  if (health !== undefined) query.where({ health });
  if (text !== undefined) {
    query.whereRaw(`name like ? escape '!'`, [`%${escaped(text)}%`]);
  }
}

function escaped(text: string): string {
  return text.replace(/[!%_]/g, character => `!${character}`);
}
