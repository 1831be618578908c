import type { Knex } from 'knex';
import type { ApplicationSelection, LabelTerm } from '../ApplicationStore';

/** Where applications and their labels are. */
export interface Tables {
  applications: string;
  labels: string;
}

export const PRESENT: Tables = {
  applications: 'applications',
  labels: 'application_labels',
};

/**
 * The applications that any of the selections wants. A union, so that each
 * branch uses its own index.
 */
export function selectApplications(
  knex: Knex,
  selections: ApplicationSelection[],
  tables = PRESENT,
): Knex.QueryBuilder {
  if (selections.length === 1) {
    return selectOne(knex, selections[0], tables);
  }
  const [first, ...others] = selections.map(selection =>
    selectOne(knex, selection, tables).select('id'),
  );
  return knex(tables.applications).whereIn('id', first.union(others));
}

/** The applications that the selection wants. */
export function selectOne(
  knex: Knex,
  selection: ApplicationSelection,
  tables = PRESENT,
): Knex.QueryBuilder {
  const { hubs, namespace, project, match } = selection;
  const query = knex(tables.applications);
  if (hubs) query.whereIn('hub', hubs);
  if (namespace) query.where({ namespace });
  if (project) query.where({ project });

  switch (match.kind) {
    case 'name':
      return query.where({ name: match.name });
    case 'application-set':
      return query.where({ application_set: match.name });
    case 'key':
      return query.whereIn(
        'id',
        knex(tables.labels)
          .where({ key: match.key, value: match.value })
          .select('application_id'),
      );
    case 'labels':
      match.terms.forEach(term => whereLabel(query, term, { knex, tables }));
      return query;
    default:
      throw new Error(`Unknown match '${(match as { kind: string }).kind}'`);
  }
}

/** As in Kubernetes, `notin` also takes those that do not have the label. */
function whereLabel(
  query: Knex.QueryBuilder,
  term: LabelTerm,
  { knex, tables }: { knex: Knex; tables: Tables },
) {
  const { applications, labels } = tables;
  const labelled = () => knex(labels).where({ origin: 'label', key: term.key });
  // Looked up for each application that the other terms leave over.
  const own = () =>
    labelled().whereRaw(`${labels}.application_id = ${applications}.id`);
  switch (term.operator) {
    case 'in':
      return query.whereIn(
        'id',
        labelled().whereIn('value', term.values).select('application_id'),
      );
    case 'notin':
      return query.whereNotExists(own().whereIn('value', term.values));
    case 'exists':
      return query.whereIn('id', labelled().select('application_id'));
    default:
      return query.whereNotExists(own());
  }
}
