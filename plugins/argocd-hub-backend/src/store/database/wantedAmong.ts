import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationSelection, LabelTerm } from '../ApplicationStore';
import { selectOne, type Tables } from './applicationSelection';

type Id = number | string;

interface Place {
  knex: Knex;
  tables: Tables;
}

/** Labels, or annotations that map, which applications must have, or must not. */
interface Condition {
  where: Record<string, string>;
  values?: string[];
  isMet: boolean;
}

const ANY: ApplicationSelection['match'] = { kind: 'labels', terms: [] };

/**
 * Those of a few applications that the selection wants. One question for each
 * part of it: how to join them all is for the database to plan, and it may
 * rather look at everything that has one of the labels.
 */
export async function wantedAmong(
  ids: Id[],
  selection: ApplicationSelection,
  place: Place,
): Promise<Id[]> {
  let wanted = await byColumns(ids, selection, place);
  for (const { where, values, isMet } of conditionsOf(selection.match)) {
    // SQLite answers in the same turn of the event loop: others get theirs.
    await setImmediate();
    if (wanted.length === 0) break;
    const query = place
      .knex(place.tables.labels)
      .whereIn('application_id', wanted)
      .where(where);
    if (values) query.whereIn('value', values);
    const found = new Set<Id>(await query.pluck('application_id'));
    wanted = wanted.filter(id => found.has(id) === isMet);
  }
  return wanted;
}

async function byColumns(
  ids: Id[],
  selection: ApplicationSelection,
  { knex, tables }: Place,
): Promise<Id[]> {
  const { hubs, namespace, project, match } = selection;
  const isColumn = match.kind === 'name' || match.kind === 'application-set';
  if (!hubs && !namespace && !project && !isColumn) {
    return ids;
  }
  const columns = isColumn ? selection : { ...selection, match: ANY };
  return selectOne(knex, columns, tables).whereIn('id', ids).pluck('id');
}

function conditionsOf(match: ApplicationSelection['match']): Condition[] {
  switch (match.kind) {
    case 'key':
      return [{ where: { key: match.key, value: match.value }, isMet: true }];
    case 'labels':
      return match.terms.map(conditionOf);
    default:
      return [];
  }
}

/** As in Kubernetes, `notin` also takes those that do not have the label. */
function conditionOf(term: LabelTerm): Condition {
  const where = { origin: 'label', key: term.key };
  switch (term.operator) {
    case 'in':
    case 'notin':
      return { where, values: term.values, isMet: term.operator === 'in' };
    default:
      return { where, isMet: term.operator === 'exists' };
  }
}
