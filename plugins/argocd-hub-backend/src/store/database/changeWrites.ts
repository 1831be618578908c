import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ChangeRow } from './changeRows';
import { inChunks } from './chunks';

const COLUMNS = [
  'hub',
  'application',
  'cluster',
  'kind',
  'at',
  'identity',
  'body',
] as const;
/** Rows of one statement, which is one turn of the event loop on SQLite. */
const PART = 250;

/** Records changes. One that is recorded already stays as it is, but for an operation, which goes on. */
export async function writeChanges(
  transaction: Knex.Transaction,
  rows: ChangeRow[],
): Promise<void> {
  const operations = rows.filter(({ kind }) => kind === 'operation');
  const others = rows.filter(({ kind }) => kind !== 'operation');
  await insertRows(transaction, others, 'nothing');
  await insertRows(transaction, operations, 'update set body = excluded.body');
}

/**
 * At first sight an application brings ten rows and more: they go as one JSON
 * text, which costs a third of a statement with a parameter for each value.
 */
async function insertRows(
  transaction: Knex.Transaction,
  rows: ChangeRow[],
  onConflict: string,
): Promise<void> {
  const isSqlite = transaction.client.config.client.includes('sqlite');
  const values = isSqlite
    ? `select ${COLUMNS.map((_, index) => `value ->> ${index}`)}
       from json_each(?) where true`
    : `select ${COLUMNS.map(
        (column, index) =>
          `(value ->> ${index})${column === 'at' ? '::bigint' : ''}`,
      )} from jsonb_array_elements(?::jsonb)`;
  for (let start = 0; start < rows.length; start += PART) {
    const part = rows.slice(start, start + PART);
    await setImmediate();
    await transaction.raw(
      `insert into changes (${COLUMNS}) ${values}
       on conflict (hub, application, at, identity) do ${onConflict}`,
      [JSON.stringify(part.map(row => COLUMNS.map(column => row[column])))],
    );
  }
}

/**
 * Applications may be stored before the clusters that they go to: then their
 * changes learn of these later.
 */
export async function nameClusterOfChanges(
  transaction: Knex.Transaction,
  options: { hub: string; applications: string[]; cluster: string },
): Promise<void> {
  const { hub, applications, cluster } = options;
  await inChunks(applications, async part => {
    await transaction('changes')
      .where({ hub })
      .whereIn('application', part)
      .whereNull('cluster')
      .update({ cluster });
  });
}

/** A cluster is called otherwise once another has the same registered name, or no longer has it. */
export async function renameClusterOfChanges(
  transaction: Knex.Transaction,
  options: { hub: string; from: string; to: string },
): Promise<void> {
  const { hub, from, to } = options;
  await transaction('changes')
    .where({ hub, cluster: from })
    .update({ cluster: to });
}
