import type { Knex } from 'knex';
import type { ApplicationSelection } from '../ApplicationStore';
import { type RequiredValue, requiredValue } from '../requiredValue';
import { selectOne } from './applicationSelection';

/** Branches of one query; SQLite takes 500, and each is planned. */
const MOST_BRANCHES = 100;
/** Values that one branch asks for. */
const MOST_VALUES = 100;

export const COLUMNS = {
  name: 'name',
  'application-set': 'application_set',
  project: 'project',
};

/** Values that many selections want of one column, or of one label. */
type Values = Map<string, Set<string>>;

/**
 * Queries for the ids of what any of the selections wants, and of some that
 * none wants: selections by one value are asked for together, without what
 * narrows them. A selector with several terms is asked for as it is, since one
 * term alone may take nearly everything.
 */
export function candidateQueries(
  knex: Knex,
  selections: ApplicationSelection[],
): Knex.QueryBuilder[] {
  const columns: Values = new Map();
  const keys: Values = new Map();
  const labels: Values = new Map();
  const others = new Map<string, ApplicationSelection>();
  for (const selection of selections) {
    const required = soughtValue(selection);
    if (!required) {
      others.set(JSON.stringify(selection), selection);
    } else if (required.of.kind === 'key') {
      add(keys, required.of.key, required.values);
    } else if (required.of.kind === 'label') {
      add(labels, required.of.key, required.values);
    } else {
      add(columns, COLUMNS[required.of.kind], required.values);
    }
  }
  return unions([
    ...parts(columns).map(([column, values]) =>
      knex('applications').whereIn(column, values).select('id'),
    ),
    ...parts(keys).map(([key, values]) => labelled(knex, key, values)),
    ...parts(labels).map(([key, values]) =>
      labelled(knex, key, values).where({ origin: 'label' }),
    ),
    ...[...others.values()].map(one => selectOne(knex, one).select('id')),
  ]);
}

/** Undefined where the selection is narrowed so much that it is better asked for as it is. */
function soughtValue(
  selection: ApplicationSelection,
): RequiredValue | undefined {
  const { match, hubs, namespace, project } = selection;
  const terms = match.kind === 'labels' ? match.terms.length : 0;
  const isNarrowed = hubs || namespace || project;
  return terms > 1 || (terms === 1 && isNarrowed)
    ? undefined
    : requiredValue(selection);
}

function labelled(knex: Knex, key: string, values: string[]) {
  return knex('application_labels')
    .where({ key })
    .whereIn('value', values)
    .select('application_id as id');
}

function add(to: Values, key: string, values: string[]) {
  const known = to.get(key) ?? new Set();
  values.forEach(value => known.add(value));
  to.set(key, known);
}

function parts(wanted: Values): [key: string, values: string[]][] {
  return [...wanted].flatMap(([key, set]) => {
    const values = [...set];
    const found: [string, string[]][] = [];
    for (let start = 0; start < values.length; start += MOST_VALUES) {
      found.push([key, values.slice(start, start + MOST_VALUES)]);
    }
    return found;
  });
}

function unions(branches: Knex.QueryBuilder[]): Knex.QueryBuilder[] {
  const found: Knex.QueryBuilder[] = [];
  for (let start = 0; start < branches.length; start += MOST_BRANCHES) {
    const [first, ...others] = branches.slice(start, start + MOST_BRANCHES);
    found.push(others.length > 0 ? first.union(others) : first);
  }
  return found;
}
