import type { Knex } from 'knex';
import type { ChangeRow } from './changeRows';
import { inChunks } from './chunks';

const KEY = ['hub', 'application', 'at', 'identity'];

/** Records changes. One that is recorded already stays as it is, but for an operation, which goes on. */
export async function writeChanges(
  transaction: Knex.Transaction,
  rows: ChangeRow[],
): Promise<void> {
  const operations = rows.filter(({ kind }) => kind === 'operation');
  const others = rows.filter(({ kind }) => kind !== 'operation');
  await inChunks(others, async part => {
    await transaction('changes').insert(part).onConflict(KEY).ignore();
  });
  await inChunks(operations, async part => {
    await transaction('changes').insert(part).onConflict(KEY).merge(['body']);
  });
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
