import type { Knex } from 'knex';
import type { ArgocdHubClusterFilter } from 'backstage-plugin-argocd-hub-node';
import type { ClusterCriteria } from '../ClusterStore';
import { isSqlite } from './isSqlite';

/**
 * Adds criteria to a query of `clusters`. Every part is either true or false of
 * a cluster, never unknown, so that `not` takes exactly the others.
 */
export function whereCluster(
  query: Knex.QueryBuilder,
  criteria: ClusterCriteria,
  knex: Knex,
): Knex.QueryBuilder {
  if ('allOf' in criteria) {
    return query.where(all =>
      someOf(criteria.allOf).forEach(part =>
        all.where(one => whereCluster(one, part, knex)),
      ),
    );
  }
  if ('anyOf' in criteria) {
    return query.where(any =>
      someOf(criteria.anyOf).forEach(part =>
        any.orWhere(one => whereCluster(one, part, knex)),
      ),
    );
  }
  if ('not' in criteria) {
    return query.whereNot(none => whereCluster(none, criteria.not, knex));
  }
  return whereFilter(query, criteria, knex);
}

/** Of no condition at all a query would take everything. */
function someOf(parts: ClusterCriteria[]): ClusterCriteria[] {
  if (parts.length === 0) {
    throw new Error('Conditions without a part mean nothing');
  }
  return parts;
}

function whereFilter(
  query: Knex.QueryBuilder,
  filter: ArgocdHubClusterFilter,
  knex: Knex,
): Knex.QueryBuilder {
  if ('hubs' in filter) {
    return query.whereIn('hub', filter.hubs);
  }
  if (typeof filter.label !== 'string') {
    throw new Error('A rule asks for something else than hubs or a label');
  }
  const { label, value } = filter;
  const bindings = value === undefined ? [label] : [label, value];
  return isSqlite(knex)
    ? query.whereRaw(
        `exists (select 1 from json_each(clusters.body, '$.labels') as l
           where l.key = ?${value === undefined ? '' : ' and l.value = ?'})`,
        bindings,
      )
    : query.whereRaw(
        `body::jsonb -> 'labels' ->> ?::text ${
          value === undefined ? 'is not null' : 'is not distinct from ?::text'
        }`,
        bindings,
      );
}
