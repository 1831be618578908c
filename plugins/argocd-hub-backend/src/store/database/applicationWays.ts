import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationSelection } from '../ApplicationStore';
import { COLUMNS } from './applicationCandidates';
import type { Tables } from './applicationSelection';
import { wantedAmong } from './wantedAmong';

/**
 * Rows along an index among which are all applications that a selection wants,
 * some of them perhaps twice.
 */
export interface Way {
  table: keyof Tables;
  /** What all rows have. */
  fixed: Record<string, string>;
  /** Of these they have one; absent where the table has no more rows. */
  of?: { column: string; values: string[] };
  /** What else they have, where the index does not tell. */
  also?: Record<string, string>;
  /** How the index sorts rows that have the same value. */
  by: string[];
  /** What of the selection is left to ask; absent where it is nothing. */
  rest?: ApplicationSelection;
}

type Id = number | string;

const ANY: ApplicationSelection['match'] = { kind: 'labels', terms: [] };
/** Numbers, and begin with 1; all others are texts. */
const IDS = ['id', 'application_id'];

/** The most promising first; at least one. */
export function waysOf(selection: ApplicationSelection): Way[] {
  const { project, hubs } = selection;
  const ways: Way[] = waysOfMatch(selection);
  if (project) {
    ways.push({
      ...along('project', [project]),
      by: ['hub', 'key'],
      rest: left({ ...selection, project: undefined }),
    });
  }
  if (hubs) {
    ways.push({
      ...along('hub', hubs),
      by: ['key'],
      rest: left({ ...selection, hubs: undefined }),
    });
  }
  return ways.length > 0
    ? ways
    : [
        {
          table: 'applications',
          fixed: {},
          by: ['hub', 'key'],
          rest: left(selection),
        },
      ];
}

function waysOfMatch(selection: ApplicationSelection): Way[] {
  const { match } = selection;
  const rest = left({ ...selection, match: ANY });
  switch (match.kind) {
    case 'name':
    case 'application-set':
      return [
        { ...along(COLUMNS[match.kind], [match.name]), by: ['id'], rest },
      ];
    case 'key':
      return [{ ...labelled(match.key, [match.value]), rest }];
    default:
  }
  return match.terms.flatMap(term => {
    const terms = match.terms.filter(other => other !== term);
    const others = left({ ...selection, match: { kind: 'labels', terms } });
    const also = { origin: 'label' };
    switch (term.operator) {
      case 'in':
        return [{ ...labelled(term.key, term.values), also, rest: others }];
      case 'exists':
        return [{ ...keyed(term.key), also, rest: others }];
      default:
        return [];
    }
  });
}

function along(
  column: string,
  values: string[],
): Pick<Way, 'table' | 'fixed' | 'of'> {
  return { table: 'applications', fixed: {}, of: { column, values } };
}

function labelled(key: string, values: string[]): Way {
  return {
    table: 'labels',
    fixed: { key },
    of: { column: 'value', values: [...new Set(values)] },
    by: ['application_id'],
  };
}

function keyed(key: string): Way {
  return {
    table: 'labels',
    fixed: {},
    of: { column: 'key', values: [key] },
    by: ['value', 'application_id'],
  };
}

function left(
  selection: ApplicationSelection,
): ApplicationSelection | undefined {
  const { hubs, namespace, project, match } = selection;
  const isNothing = match.kind === 'labels' && match.terms.length === 0;
  return hubs || namespace || project || !isNothing ? selection : undefined;
}

/**
 * The ids of what the selection of a way wants, perhaps twice, some at a time.
 * Others get their turn in between: SQLite answers in the same turn of the
 * event loop.
 */
export async function* walk(
  knex: Knex,
  way: Way,
  options: { tables: Tables; page: number },
): AsyncIterable<Id[]> {
  const { fixed, of, rest } = way;
  const { tables } = options;
  const runs = of
    ? of.values.map(value => ({ ...fixed, [of.column]: value }))
    : [fixed];
  for (const where of runs) {
    for await (const ids of run(knex, { way, where, ...options })) {
      if (rest && ids.length > 0) {
        const wanted = await wantedAmong(ids, rest, { knex, tables });
        await setImmediate();
        yield wanted;
      } else {
        yield ids;
      }
    }
  }
}

/** Ids of the rows that have all of this, in the order of the index. */
async function* run(
  knex: Knex,
  options: {
    way: Way;
    where: Record<string, string>;
    tables: Tables;
    page: number;
  },
): AsyncIterable<Id[]> {
  const { way, where, tables, page } = options;
  const { table, by, also = {} } = way;
  const id = table === 'labels' ? 'application_id' : 'id';
  const marks = (mark: string) => by.map(() => mark).join(', ');
  let after: Id[] = by.map(column => (IDS.includes(column) ? 0 : ''));
  for (;;) {
    const rows: Record<string, Id>[] = await knex(tables[table])
      .where({ ...where, ...also })
      .whereRaw(`(${marks('??')}) > (${marks('?')})`, [...by, ...after])
      .orderBy(by)
      .limit(page)
      .select([...new Set([id, ...by])]);
    await setImmediate();
    yield rows.map(row => row[id]);
    if (rows.length < page) {
      return;
    }
    const last = rows[page - 1];
    after = by.map(column => last[column]);
  }
}
