import type { Knex } from 'knex';
import type { ApplicationSelection, LabelTerm } from '../ApplicationStore';

/**
 * The applications that any of the selections wants. A union, so that each
 * branch uses its own index.
 */
export function selectApplications(
  knex: Knex,
  selections: ApplicationSelection[],
): Knex.QueryBuilder {
  if (selections.length === 1) {
    return selectOne(knex, selections[0]);
  }
  const [first, ...others] = selections.map(selection =>
    selectOne(knex, selection).select('id'),
  );
  return knex('applications').whereIn('id', first.union(others));
}

function selectOne(
  knex: Knex,
  selection: ApplicationSelection,
): Knex.QueryBuilder {
  const { hubs, namespace, project, match } = selection;
  const query = knex('applications');
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
        knex('application_labels')
          .where({ key: match.key, value: match.value })
          .select('application_id'),
      );
    case 'labels':
      match.terms.forEach(term => whereLabel(knex, query, term));
      return query;
    default:
      throw new Error(`Unknown match '${(match as { kind: string }).kind}'`);
  }
}

/** As in Kubernetes, `notin` also takes those that do not have the label. */
function whereLabel(knex: Knex, query: Knex.QueryBuilder, term: LabelTerm) {
  const labelled = () =>
    knex('application_labels').where({ origin: 'label', key: term.key });
  // Looked up for each application that the other terms leave over.
  const own = () =>
    labelled().whereRaw('application_labels.application_id = applications.id');
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
