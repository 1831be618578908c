import type { Knex } from 'knex';
import type {
  ApplicationRecord,
  ApplicationSelection,
  GoneApplication,
} from '../ApplicationStore';
import { keyInHub } from '../objectKeys';
import { labelRows } from './applicationLabels';
import { selectApplications, type Tables } from './applicationSelection';
import { inChunks } from './chunks';
import { insertRows, replacing } from './jsonRows';

export const GONE: Tables = {
  applications: 'gone_applications',
  labels: 'gone_application_labels',
};

/** What tells to which entities applications belonged outlives them: their changes do so too. */
export async function rememberGone(
  transaction: Knex.Transaction,
  records: ApplicationRecord[],
  /** Of the applications of their hub, from now on. */
  revision: number,
): Promise<void> {
  const rows = records.map(record => ({ ...goneRow(record), revision }));
  const written: { id: number; key: string }[] = await insertRows(transaction, {
    table: GONE.applications,
    rows,
    integers: ['gone_at', 'revision'],
    onConflict: replacing(['hub', 'key'], Object.keys(rows[0] ?? {})),
    returning: ['id', 'key'],
  });
  const ids = new Map(written.map(({ id, key }) => [key, id]));
  await transaction(GONE.labels)
    .whereIn('application_id', [...ids.values()])
    .delete();
  await insertRows(transaction, {
    table: GONE.labels,
    rows: records.flatMap(record =>
      labelRows({ id: ids.get(keyInHub(record))!, record }),
    ),
    integers: ['application_id'],
  });
}

/** One that came back is not gone. */
export async function selectGone(
  knex: Knex,
  selections: ApplicationSelection[],
): Promise<GoneApplication[]> {
  if (selections.length === 0) {
    return [];
  }
  const rows: { body: string }[] = await selectApplications(
    knex,
    selections,
    GONE,
  )
    .whereNotExists(
      knex('applications as present')
        .whereRaw('present.hub = gone_applications.hub')
        .whereRaw('present.key = gone_applications.key'),
    )
    .orderBy(['hub', 'key'])
    .select('body');
  return rows.map(({ body }) => JSON.parse(body));
}

/** Removes what is gone for longer than its changes are kept; answers how many there were. */
export async function forgetGone(
  knex: Knex,
  options: { before: number; limit: number },
): Promise<number> {
  const ids: number[] = await knex(GONE.applications)
    .where('gone_at', '<', options.before)
    .orderBy('gone_at')
    .limit(options.limit)
    .pluck('id');
  await inChunks(ids, async part => {
    await knex.transaction(async transaction => {
      await transaction(GONE.labels).whereIn('application_id', part).delete();
      await transaction(GONE.applications).whereIn('id', part).delete();
    });
  });
  return ids.length;
}

function goneRow(record: ApplicationRecord) {
  const { hub, namespace, name, project, applicationSet } = record;
  const { labels, annotations, sources } = record;
  const gone: GoneApplication = {
    hub,
    namespace,
    name,
    project,
    applicationSet,
    labels,
    annotations,
    sources,
  };
  return {
    hub,
    key: keyInHub(record),
    namespace,
    name,
    project,
    application_set: applicationSet ?? null,
    gone_at: Date.now(),
    body: JSON.stringify(gone),
  };
}
