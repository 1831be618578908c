import type { Knex } from 'knex';
import type {
  ApplicationSelection,
  ApplicationStore,
  StoredApplication,
} from '../ApplicationStore';
import { keyInHub } from '../objectKeys';
import { selectApplications } from './applicationSelection';
import { type Resolved, storedCluster } from './destinations';

const FOUND = 'found';
const PLACE = ['hub', 'cluster', 'destination_problem'];
const PLACE_OF_SET = [...PLACE, 'namespace', 'application_set'];

/** The first that any of the selections wants, by hub, namespace and name; those after `after`. */
export function firstOf(
  knex: Knex,
  selections: ApplicationSelection[],
  options: Parameters<ApplicationStore['first']>[1],
): Knex.QueryBuilder {
  const { limit, after, at } = options;
  const columns = ['id', 'hub', 'key', ...(at ? ['cluster'] : [])];
  const { query, limitHubs } = found(knex, selections, columns);
  return query
    .from('applications')
    .whereIn('id', ids => {
      limitHubs(ids.from(FOUND)).orderBy(['hub', 'key']).limit(limit);
      ids.select('id');
      if (at) {
        ids.where(there => {
          there.whereIn('cluster', at.clusters);
          if (at.outside) there.orWhereNull('cluster');
        });
      }
      if (after) {
        ids.where(later =>
          later
            .where('hub', '>', after.hub)
            .orWhere(same =>
              same.where('hub', after.hub).where('key', '>', keyInHub(after)),
            ),
        );
      }
    })
    .orderBy(['hub', 'key']);
}

/** Where those that any of the selections wants go, and how many to each place. */
export async function placesOf(
  knex: Knex,
  selections: ApplicationSelection[],
): Promise<
  { hub: string; cluster: StoredApplication['cluster']; count: number }[]
> {
  const { query, limitHubs } = found(knex, selections, PLACE);
  const rows: {
    hub: string;
    cluster: string | null;
    destination_problem: Resolved['problem'];
    count: number | string;
  }[] = await limitHubs(query.from(FOUND))
    .groupBy(PLACE)
    .orderBy(['hub', 'cluster'])
    .select(PLACE)
    .count({ count: '*' });
  return rows.map(({ hub, cluster, destination_problem: problem, count }) => ({
    hub,
    cluster: storedCluster({ cluster, problem }, {}),
    count: Number(count),
  }));
}

/** Where what sets of these names have made goes, and how much of each set to each place. */
export async function placesOfSets(
  knex: Knex,
  names: string[],
): ReturnType<ApplicationStore['placesOfSets']> {
  const made = knex('applications')
    .whereIn('application_set', names)
    .select(PLACE_OF_SET);
  const rows: {
    hub: string;
    namespace: string;
    application_set: string;
    cluster: string | null;
    destination_problem: Resolved['problem'];
    count: number | string;
  }[] = await knex
    .queryBuilder()
    .withMaterialized(FOUND, made)
    .from(FOUND)
    .groupBy(PLACE_OF_SET)
    .select(PLACE_OF_SET)
    .count({ count: '*' });
  return rows.map(row => ({
    ...{ hub: row.hub, namespace: row.namespace, name: row.application_set },
    cluster: storedCluster(
      { cluster: row.cluster, problem: row.destination_problem },
      {},
    ),
    count: Number(row.count),
  }));
}

/** Every value that a label or annotation has, each once. */
export async function valuesOf(knex: Knex, key: string): Promise<string[]> {
  return knex('application_labels').where({ key }).distinct().pluck('value');
}

/**
 * What the selections want, set down first: else a database that looks for few
 * in some order reads all in that order until it has found them. For the same
 * reason it is asked for hubs afterwards: each has a good part of all.
 */
function found(
  knex: Knex,
  selections: ApplicationSelection[],
  columns: string[],
) {
  const [{ hubs, ...anywhere }, ...others] = selections;
  const isOne = others.length === 0;
  const wanted = isOne ? [anywhere] : selections;
  return {
    query: knex
      .queryBuilder()
      .withMaterialized(
        FOUND,
        selectApplications(knex, wanted).select(columns),
      ),
    limitHubs: (query: Knex.QueryBuilder) =>
      isOne && hubs ? query.whereIn('hub', hubs) : query,
  };
}
