import type { Knex } from 'knex';
import type {
  ApplicationKey,
  ApplicationSelection,
  StoredApplication,
} from '../ApplicationStore';
import { applicationKey } from './applicationRows';
import { selectApplications } from './applicationSelection';
import { storedCluster } from './destinations';

/** The first that any of the selections wants, by hub, namespace and name; those of one hub after `after`. */
export function firstOf(
  knex: Knex,
  selections: ApplicationSelection[],
  options: { limit: number; after?: ApplicationKey },
): Knex.QueryBuilder {
  const { limit, after } = options;
  const query = selectApplications(knex, selections);
  if (after) {
    query
      .where('hub', '>=', after.hub)
      .where(later =>
        later
          .where('hub', '>', after.hub)
          .orWhere('key', '>', applicationKey(after)),
      );
  }
  return query.orderBy(['hub', 'key']).limit(limit);
}

/** Where those that any of the selections wants go, and how many to each place. */
export async function placesOf(
  knex: Knex,
  selections: ApplicationSelection[],
): Promise<
  { hub: string; cluster: StoredApplication['cluster']; count: number }[]
> {
  const rows: {
    hub: string;
    cluster: string | null;
    destination_problem: string | null;
    count: number | string;
  }[] = await selectApplications(knex, selections)
    .groupBy('hub', 'cluster', 'destination_problem')
    .orderBy(['hub', 'cluster'])
    .select('hub', 'cluster', 'destination_problem')
    .count({ count: '*' });
  return rows.map(({ hub, cluster, destination_problem: problem, count }) => ({
    hub,
    cluster: storedCluster(
      { cluster, problem: problem as 'invalid' | null },
      {},
    ),
    count: Number(count),
  }));
}

/** Every value that a label or annotation has, each once. */
export async function valuesOf(knex: Knex, key: string): Promise<string[]> {
  return knex('application_labels').where({ key }).distinct().pluck('value');
}
