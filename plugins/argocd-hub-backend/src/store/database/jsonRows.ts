import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isSqlite } from './isSqlite';

type Row = Record<string, string | number | null>;

/** Rows of one statement, which is one turn of the event loop on SQLite. */
const PART = 100;

/**
 * Inserts many rows, a part in each statement, and each statement in a turn of
 * its own. They go as one JSON text: to prepare a statement with a parameter
 * for each value takes longer than to run it.
 *
 * @param options.rows - all with the same columns
 * @param options.integers - columns that hold no text
 * @param options.onConflict - SQL after `on conflict`
 * @returns rows with the columns of `returning`
 */
export async function insertRows(
  transaction: Knex.Transaction,
  options: {
    table: string;
    rows: object[];
    integers?: string[];
    onConflict?: string;
    returning?: string[];
    /** Rows of one statement. Default: 100. */
    part?: number;
  },
): Promise<any[]> {
  const { table, integers = [], onConflict, returning, part = PART } = options;
  const rows = options.rows as Row[];
  const columns = Object.keys(rows[0] ?? {});
  const values = columns.map((column, index) =>
    valueAt(transaction, index, { isInteger: integers.includes(column) }),
  );
  const statement = [
    `insert into ${table} (${columns.map(quoted)}) select ${values}`,
    // Without a condition SQLite takes the conflict for that of a join.
    `from ${elements(transaction)} where true`,
    onConflict && `on conflict ${onConflict}`,
    returning && `returning ${returning.map(quoted)}`,
  ];
  const returned: any[] = [];
  for (let start = 0; start < rows.length; start += part) {
    await setImmediate();
    const result = await transaction.raw(statement.filter(Boolean).join(' '), [
      asJson(rows.slice(start, start + part), columns),
    ]);
    returned.push(...(result.rows ?? (returning ? result : [])));
  }
  return returned;
}

/** As `merge` of Knex: what is inserted takes the place of what is there. */
export function replacing(keys: string[], columns: string[]): string {
  const others = columns.filter(column => !keys.includes(column));
  const set = others.map(it => `${quoted(it)} = excluded.${quoted(it)}`);
  return `(${keys.map(quoted)}) do update set ${set}`;
}

/**
 * Sets one column of many rows of a hub, as `insertRows` writes.
 *
 * @param options.values - by name of the row
 */
export async function updateByName(
  transaction: Knex.Transaction,
  options: {
    table: string;
    hub: string;
    column: string;
    values: Map<string, string>;
  },
): Promise<void> {
  const { table, hub, column } = options;
  // The hub comes with each row, or SQLite looks at all clusters of it for each.
  const values = [...options.values].map(entry => [...entry, hub]);
  for (let start = 0; start < values.length; start += PART) {
    await setImmediate();
    await transaction.raw(
      `update ${table} set ${quoted(column)} = value ->> 1
       from ${elements(transaction)}
       where name = value ->> 0 and hub = value ->> 2`,
      [JSON.stringify(values.slice(start, start + PART))],
    );
  }
}

function valueAt(
  knex: Knex,
  index: number,
  { isInteger }: { isInteger: boolean },
): string {
  const value = `value ->> ${index}`;
  return isInteger && !isSqlite(knex) ? `(${value})::bigint` : value;
}

function elements(knex: Knex): string {
  return isSqlite(knex) ? 'json_each(?)' : 'jsonb_array_elements(?::jsonb)';
}

function asJson(rows: Row[], columns: string[]): string {
  return JSON.stringify(rows.map(row => columns.map(column => row[column])));
}

function quoted(name: string): string {
  return `"${name}"`;
}
