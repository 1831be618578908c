import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationSelection } from '../ApplicationStore';
import { candidateQueries } from './applicationCandidates';
import { PRESENT, selectOne, type Tables } from './applicationSelection';

/** Groups that one query counts. */
const AT_ONCE = 50;

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
  for (let start = 0; start < groups.length; start += AT_ONCE) {
    const [first, ...others] = groups
      .slice(start, start + AT_ONCE)
      .map(group => countOf(knex, { group, most, tables }));
    const rows: { position: number; count: number | string }[] =
      await (others.length > 0 ? first.unionAll(others) : first);
    rows
      .filter(({ count }) => Number(count) > most)
      .forEach(({ position }) => wide.add(Number(position)));
    // SQLite answers in the same turn of the event loop: others get theirs.
    await setImmediate();
  }
  return wide;
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
  options: { group: Group; most: number; tables: Tables },
): Knex.QueryBuilder {
  const { group, most, tables } = options;
  const [first, ...others] = group.selections.map((selection, index) =>
    knex
      .from(
        selectOne(knex, selection, tables)
          .select('id')
          .limit(most + 1)
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
