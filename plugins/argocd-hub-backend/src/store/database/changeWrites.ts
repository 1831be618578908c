import type { Knex } from 'knex';
import type { ChangeRow } from './changeRows';
import { inChunks } from './chunks';
import { insertRows } from './jsonRows';

/** At first sight an application brings ten rows and more. */
const PART = 250;

/** Records changes. One that is recorded already stays as it is, but for an operation, which goes on. */
export async function writeChanges(
  transaction: Knex.Transaction,
  rows: ChangeRow[],
): Promise<void> {
  const operations = rows.filter(({ kind }) => kind === 'operation');
  const others = rows.filter(({ kind }) => kind !== 'operation');
  await insert(transaction, others, 'nothing');
  await insert(transaction, operations, 'update set body = excluded.body');
}

async function insert(
  transaction: Knex.Transaction,
  rows: ChangeRow[],
  onConflict: string,
): Promise<void> {
  await insertRows(transaction, {
    table: 'changes',
    rows,
    integers: ['at'],
    onConflict: `(hub, application, at, identity) do ${onConflict}`,
    part: PART,
  });
}

/**
 * Applications may be stored before the clusters that they go to: then their
 * changes learn of these later.
 *
 * @param options.key - what changes of the cluster are filed under
 */
export async function nameClusterOfChanges(
  transaction: Knex.Transaction,
  options: { hub: string; applications: string[]; key: string },
): Promise<void> {
  const { hub, applications, key } = options;
  await inChunks(applications, async part => {
    await transaction('changes')
      .where({ hub })
      .whereIn('application', part)
      .whereNull('cluster')
      .update({ cluster: key });
  });
}
