import type { Knex } from 'knex';
import { clusterKey } from '../ClusterStore';
import type { ChangeRow } from './changeRows';
import { HASH_LENGTH, withoutHash } from './clusterKeys';

type FiledRow = Pick<ChangeRow, 'hub' | 'cluster'>;

/** Under what the changes of a cluster are filed; undefined where no cluster has that name now. */
export async function changesKeyOf(
  knex: Knex,
  { hub, name }: { hub: string; name: string },
): Promise<string | undefined> {
  const row = await knex('clusters').where({ hub, name }).first('changes_key');
  return row?.changes_key;
}

/**
 * Changes of clusters that have gone, by the name that `clusterNamesOf` calls
 * them. No index finds them: to be asked of few applications.
 */
export function whereOfGoneCluster(
  query: Knex.QueryBuilder,
  options: { knex: Knex; hub: string; name: string },
): void {
  const { knex, hub, name } = options;
  const present = knex('clusters').where({ hub }).select('changes_key');
  const start = [...`${name}~`];
  query
    .whereNotIn('cluster', present)
    .where(called =>
      called
        .where('cluster', name)
        .orWhere(registered =>
          registered
            .whereRaw('length(cluster) = ?', [start.length + HASH_LENGTH])
            .whereRaw('substr(cluster, 1, ?) = ?', [
              start.length,
              start.join(''),
            ]),
        ),
    );
}

/**
 * What the clusters of some changes are called now. One that is gone is called
 * as it was registered, unless another has that name by now.
 */
export async function clusterNamesOf(
  knex: Knex,
  rows: FiledRow[],
): Promise<(row: FiledRow) => string | undefined> {
  const keysOfHubs = new Map<string, Set<string>>();
  for (const { hub, cluster } of rows) {
    if (cluster !== null) {
      keysOfHubs.set(hub, (keysOfHubs.get(hub) ?? new Set()).add(cluster));
    }
  }
  const namesByKey = new Map<string, string>();
  const names = new Set<string>();
  for (const [hub, keys] of keysOfHubs) {
    const found: { name: string; changes_key: string }[] = await knex(
      'clusters',
    )
      .where({ hub })
      .where(either =>
        either
          .whereIn('changes_key', [...keys])
          .orWhereIn('name', [...keys].map(withoutHash)),
      )
      .select('name', 'changes_key');
    for (const { name, changes_key } of found) {
      namesByKey.set(clusterKey({ hub, name: changes_key }), name);
      names.add(clusterKey({ hub, name }));
    }
  }
  return ({ hub, cluster }) => {
    if (cluster === null) {
      return undefined;
    }
    const registered = withoutHash(cluster);
    const unlisted = names.has(clusterKey({ hub, name: registered }))
      ? cluster
      : registered;
    return namesByKey.get(clusterKey({ hub, name: cluster })) ?? unlisted;
  };
}
