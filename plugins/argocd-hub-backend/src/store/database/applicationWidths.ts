import type { Knex } from 'knex';
import type { ApplicationSelection } from '../ApplicationStore';
import { PRESENT, type Tables } from './applicationSelection';
import { type Way, walk, waysOf } from './applicationWays';
import { countTogether, WayCounts } from './wayCounts';

/** Applications that are looked at in one turn of the event loop. */
const PAGE = 500;
/** How far ways are counted to find the shortest, as a multiple of what is too many. */
const FAR = 10;

interface Group {
  /** Of one that asks for this. */
  position: number;
  /** Of each selection. */
  ways: Way[][];
}

interface Options {
  most: number;
  groups: ApplicationSelection[][];
  tables?: Tables;
  /** Default: as many as one turn of the event loop bears. */
  page?: number;
}

/**
 * Which groups of selections want more applications than `most`, by their
 * position. First an index alone tells how many have what a selection requires,
 * up to the limit: that is mostly enough. Only where these are too many, and
 * more than one thing is required, applications are looked at one by one.
 */
export async function widerThan(
  knex: Knex,
  { most, groups, tables = PRESENT, page = PAGE }: Options,
): Promise<Set<number>> {
  const asked = groups.map(selections => JSON.stringify(selections));
  const unique = new Map(
    groups.map((selections, position): [string, Group] => [
      asked[position],
      { position, ways: selections.map(waysOf) },
    ]),
  );
  const wide = await widerOf(knex, {
    groups: [...unique.values()],
    most,
    tables,
    page,
  });
  return new Set(
    [...groups.keys()].filter(position =>
      wide.has(unique.get(asked[position])!.position),
    ),
  );
}

async function widerOf(
  knex: Knex,
  options: { groups: Group[]; most: number; tables: Tables; page: number },
): Promise<Set<number>> {
  const { groups, most, tables } = options;
  const wide = new Set<number>();
  const limit = most + 1;
  const first = ({ ways }: Group) => ways.map(([way]) => way);
  if (groups.length > 1) {
    const ways = groups.flatMap(first);
    if ((await countTogether(knex, { ways, limit, tables })) <= most) {
      return wide;
    }
  }
  const counts = new WayCounts(knex, { limit, tables });
  const isOpen = ({ ways }: Group) => counts.upTo(ways) > most;
  await counts.read(groups.flatMap(first));
  const open = groups.filter(isOpen);
  await counts.read(open.flatMap(({ ways }) => ways.flat()));
  for (const group of open.filter(isOpen)) {
    if (await isWider(knex, { ...options, ways: group.ways })) {
      wide.add(group.position);
    }
  }
  return wide;
}

async function isWider(
  knex: Knex,
  options: { ways: Way[][]; most: number; tables: Tables; page: number },
): Promise<boolean> {
  const { ways, most, tables } = options;
  const counts = new WayCounts(knex, { limit: FAR * (most + 1), tables });
  const found = new Set<number | string>();
  for (const each of ways) {
    if (each.length > 1) await counts.read(each);
    for await (const ids of walk(knex, counts.shortest(each), options)) {
      ids.forEach(id => found.add(id));
      if (found.size > most) return true;
    }
  }
  return false;
}
