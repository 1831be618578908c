import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Tables } from './applicationSelection';
import type { Way } from './applicationWays';

/** Rows of an index that one query counts, at most. */
const MOST_ROWS = 100_000;
/** Counts of one query; each is planned. */
const MOST_COUNTS = 25;
/** Values of one count. */
const MOST_VALUES = 100;

interface Options {
  /** No more rows of one way are counted than this. */
  limit: number;
  tables: Tables;
}

/** How many rows each way has, which is as many applications as there can be. */
export class WayCounts {
  readonly #knex: Knex;
  readonly #options: Options;
  readonly #counts = new Map<string, number>();

  constructor(knex: Knex, options: Options) {
    this.#knex = knex;
    this.#options = options;
  }

  async read(ways: Way[]): Promise<void> {
    const { limit } = this.#options;
    const unknown = [...new Map(ways.map(way => [textOf(way), way]))].filter(
      ([text, { of }]) => of && !this.#counts.has(text),
    );
    const atOnce = Math.max(
      1,
      Math.min(MOST_COUNTS, Math.floor(MOST_ROWS / limit)),
    );
    for (let start = 0; start < unknown.length; start += atOnce) {
      const part = unknown.slice(start, start + atOnce);
      const counts = await this.#count(part.map(([, way]) => way));
      part.forEach(([text], index) => this.#counts.set(text, counts[index]));
      // SQLite answers in the same turn of the event loop: others get theirs.
      await setImmediate();
    }
  }

  /** How many applications some selections want at most, as far as was read, by the ways of each. */
  upTo(selections: Way[][]): number {
    return selections
      .map(ways => Math.min(...ways.map(way => this.#of(way))))
      .reduce((sum, count) => sum + count, 0);
  }

  shortest(ways: Way[]): Way {
    return ways.reduce((best, way) =>
      this.#of(way) < this.#of(best) ? way : best,
    );
  }

  #of(way: Way): number {
    return this.#counts.get(textOf(way)) ?? Infinity;
  }

  async #count(ways: Way[]): Promise<number[]> {
    const [first, ...others] = ways.map((way, position) =>
      countOf(this.#knex, way, this.#options)
        // Our own number, and not a value: knex counts values of `from` first.
        .select({ position: this.#knex.raw(`${position}`) }),
    );
    const rows: { position: number; count: number | string }[] =
      await (others.length > 0 ? first.unionAll(others) : first);
    const counts = new Map(
      rows.map(({ position, count }) => [Number(position), Number(count)]),
    );
    return ways.map((_, position) => counts.get(position)!);
  }
}

/**
 * How many rows all ways have together, up to some more than the limit. Few
 * queries: ways along one index are counted as one.
 */
export async function countTogether(
  knex: Knex,
  options: Options & { ways: Way[] },
): Promise<number> {
  let found = 0;
  for (const way of merged(options.ways)) {
    if (!way.of) {
      return Infinity;
    }
    const [{ count }]: { count: number | string }[] = await countOf(
      knex,
      way,
      options,
    );
    await setImmediate();
    found += Number(count);
    if (found >= options.limit) {
      break;
    }
  }
  return found;
}

function countOf(
  knex: Knex,
  { table, fixed, of, by }: Way,
  { limit, tables }: Options,
): Knex.QueryBuilder {
  const rows = knex(tables[table]).where(fixed).limit(limit);
  if (of) rows.whereIn(of.column, of.values);
  // Or PostgreSQL reads the table and not the index, where many have the value.
  if (of?.values.length === 1 && by.length > 1) rows.orderBy(by);
  return knex
    .from(rows.select({ one: knex.raw('1') }).as('some'))
    .count({ count: '*' });
}

function merged(ways: Way[]): Way[] {
  const found = new Map<string, { way: Way; values: Set<string> }>();
  for (const way of ways) {
    const text = JSON.stringify([way.table, way.fixed, way.of?.column]);
    const known = found.get(text) ?? { way, values: new Set() };
    found.set(text, known);
    way.of?.values.forEach(value => known.values.add(value));
  }
  return [...found.values()].flatMap(({ way, values }) =>
    way.of ? parts([...values]).map(part => withValues(way, part)) : [way],
  );
}

function withValues(way: Way, values: string[]): Way {
  return { ...way, of: { column: way.of!.column, values } };
}

function parts(values: string[]): string[][] {
  const found: string[][] = [];
  for (let start = 0; start < values.length; start += MOST_VALUES) {
    found.push(values.slice(start, start + MOST_VALUES));
  }
  return found;
}

/** The same for ways along the same rows, whatever is left to ask. */
function textOf({ table, fixed, of }: Way): string {
  return JSON.stringify([table, fixed, of]);
}
