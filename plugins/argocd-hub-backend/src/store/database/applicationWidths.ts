import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationSelection } from '../ApplicationStore';
import { requiredValue } from '../requiredValue';
import { candidateQueries, COLUMNS } from './applicationCandidates';
import { PRESENT, selectOne, type Tables } from './applicationSelection';

/** Groups that one query counts. */
const AT_ONCE = 10;

interface Group {
  /** In what was asked for. */
  position: number;
  selections: ApplicationSelection[];
}

/**
 * Which groups of selections want more applications than `most`, by their
 * position. Never more than that are counted of any selection.
 */
export async function widerThan(
  knex: Knex,
  options: {
    most: number;
    groups: ApplicationSelection[][];
    tables?: Tables;
  },
): Promise<Set<number>> {
  const { most, tables = PRESENT } = options;
  const groups = options.groups
    .map((selections, position) => ({ selections, position }))
    .filter(({ selections }) => selections.length > 0);
  const wide = new Set<number>();
  if (groups.length > 1 && (await areFewInAll(knex, { most, groups }))) {
    return wide;
  }
  // By one value alone first: that is cheap, and mostly enough.
  const many = await counted(knex, {
    groups,
    most,
    idsOf: selection => idsByValue(knex, selection, tables),
  });
  const isExact = ({ selections }: Group) => !selections.some(isNarrowed);
  many.filter(isExact).forEach(({ position }) => wide.add(position));
  const narrowed = await counted(knex, {
    groups: many.filter(group => !isExact(group)),
    most,
    idsOf: selection => selectOne(knex, selection, tables).select('id'),
  });
  narrowed.forEach(({ position }) => wide.add(position));
  return wide;
}

type IdsOf = (selection: ApplicationSelection) => Knex.QueryBuilder;

/** The groups of which more are counted. */
async function counted(
  knex: Knex,
  options: { groups: Group[]; most: number; idsOf: IdsOf },
): Promise<Group[]> {
  const { groups, most, idsOf } = options;
  const wide = new Set<number>();
  for (let start = 0; start < groups.length; start += AT_ONCE) {
    const [first, ...others] = groups
      .slice(start, start + AT_ONCE)
      .map(group => countOf(knex, { group, most, idsOf }));
    const rows: { position: number; count: number | string }[] =
      await (others.length > 0 ? first.unionAll(others) : first);
    rows
      .filter(({ count }) => Number(count) > most)
      .forEach(({ position }) => wide.add(Number(position)));
    // SQLite answers in the same turn of the event loop: others get theirs.
    await setImmediate();
  }
  return groups.filter(({ position }) => wide.has(position));
}

/** Does it take fewer than all that have the value which it requires? */
function isNarrowed(selection: ApplicationSelection): boolean {
  const { match, hubs, namespace, project } = selection;
  const isProject = requiredValue(selection)?.of.kind === 'project';
  const terms = match.kind === 'labels' ? match.terms.length : 0;
  return Boolean(
    hubs || namespace || (project && !isProject) || terms > (isProject ? 0 : 1),
  );
}

/** All that have the value which the selection requires; perhaps twice. */
function idsByValue(
  knex: Knex,
  selection: ApplicationSelection,
  tables: Tables,
): Knex.QueryBuilder {
  const required = requiredValue(selection);
  if (!required) {
    return selectOne(knex, selection, tables).select('id');
  }
  const { of, values } = required;
  if (!('key' in of)) {
    return knex(tables.applications)
      .whereIn(COLUMNS[of.kind], values)
      .select('id');
  }
  const query = knex(tables.labels)
    .where({ key: of.key })
    .whereIn('value', values)
    .select({ id: 'application_id' });
  return of.kind === 'label' ? query.where({ origin: 'label' }) : query;
}

/** Then none has more, and nothing need be counted for each alone. */
async function areFewInAll(
  knex: Knex,
  { most, groups }: { most: number; groups: Group[] },
): Promise<boolean> {
  let found = 0;
  for (const ids of candidateQueries(
    knex,
    groups.flatMap(({ selections }) => selections),
    most + 1,
  )) {
    const [{ count }] = await knex
      .from(
        knex
          .from(ids.as('wanted'))
          .select('id')
          .limit(most + 1)
          .as('some'),
      )
      .count({ count: '*' });
    found += Number(count);
    if (found > most) {
      return false;
    }
  }
  return true;
}

function countOf(
  knex: Knex,
  options: { group: Group; most: number; idsOf: IdsOf },
): Knex.QueryBuilder {
  const { group, most, idsOf } = options;
  const [first, ...others] = group.selections.map((selection, index) =>
    knex
      .from(
        // A label and an annotation may name the same one.
        idsOf(selection)
          .limit(2 * most + 1)
          .as(`some${index}`),
      )
      .select('id'),
  );
  const all = others.length > 0 ? first.union(others) : first;
  return (
    knex
      .from(all.as('wanted'))
      // Our own number, and not a value: knex counts values of `from` first.
      .select({ position: knex.raw(`${group.position}`) })
      .count({ count: '*' })
  );
}
