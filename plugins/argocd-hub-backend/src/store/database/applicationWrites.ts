import type { Knex } from 'knex';
import type { ApplicationKey, ApplicationRecord } from '../types';
import { countHub, recount } from './activity';
import {
  applicationKey,
  type ApplicationRow,
  recordHash,
  succeededAt,
  toRow,
  withSince,
} from './applicationRows';
import { inChunks } from './chunks';
import { DestinationResolver } from './destinations';
import { readAddresses } from './clusterRows';

interface Changes {
  hub: string;
  upserts: ApplicationRecord[];
  removals: ApplicationKey[];
}

type StoredRow = ApplicationRow & { id: number };

/** What a batch did, gathered while it is written. */
interface Effects {
  changed: ApplicationKey[];
  clusters: Set<string>;
  lastSucceededAt: Map<string, number>;
  membership: boolean;
}

/** Writes what differs and nothing else. */
export async function writeApplications(
  transaction: Knex.Transaction,
  changes: Changes,
): Promise<{ changed: ApplicationKey[]; clusters: string[] }> {
  const { hub } = changes;
  const effects: Effects = {
    changed: [],
    clusters: new Set(),
    lastSucceededAt: new Map(),
    membership: false,
  };
  const latest = new Map(
    changes.upserts.map(record => [applicationKey(record), record]),
  );
  await inChunks([...latest.values()], part =>
    upsert(transaction, hub, part, effects),
  );
  await inChunks(changes.removals.map(applicationKey), part =>
    remove(transaction, hub, part, effects),
  );
  if (effects.membership) {
    await countHub(transaction, hub, 'applications');
  }
  const clusters = await recount(transaction, {
    hub,
    clusters: [...effects.clusters],
    lastSucceededAt: effects.lastSucceededAt,
  });
  return { changed: effects.changed, clusters };
}

async function upsert(
  transaction: Knex.Transaction,
  hub: string,
  records: ApplicationRecord[],
  effects: Effects,
): Promise<void> {
  const hashes = await transaction('applications')
    .where({ hub })
    .whereIn('key', records.map(applicationKey))
    .select('key', 'hash');
  const known = new Map(hashes.map(({ key, hash }) => [key, hash]));
  const differing = records
    .map(record => ({ record, hash: recordHash(record) }))
    .filter(({ record, hash }) => known.get(applicationKey(record)) !== hash);
  if (!differing.length) {
    return;
  }

  const stored = await readRows(
    transaction,
    hub,
    differing.map(({ record }) => applicationKey(record)),
  );
  const resolver = new DestinationResolver(
    await readAddresses(transaction, hub),
  );
  const rows = differing.map(({ record, hash }) => {
    const before = stored.get(applicationKey(record));
    const row = mergedRow(record, { before, hash, resolver });
    noteEffects(effects, { row, before });
    return row;
  });
  const written: { id: number; key: string }[] = await transaction(
    'applications',
  )
    .insert(rows)
    .onConflict(['hub', 'key'])
    .merge()
    .returning(['id', 'key']);
  const ids = new Map(written.map(({ id, key }) => [key, id]));
  await writeLabels(
    transaction,
    rows
      .filter(row => labelsDiffer(row, stored.get(row.key)))
      .map(row => ({ id: ids.get(row.key)!, body: row.body })),
  );
}

function mergedRow(
  record: ApplicationRecord,
  options: {
    before: StoredRow | undefined;
    hash: string;
    resolver: DestinationResolver;
  },
): ApplicationRow {
  const { before, hash, resolver } = options;
  const merged = withSince(
    record,
    before && JSON.parse(before.body),
    new Date().toISOString(),
  );
  return toRow(merged, {
    hash,
    resolved: resolver.resolve(record.destination),
  });
}

function noteEffects(
  effects: Effects,
  change: { row: ApplicationRow; before: StoredRow | undefined },
) {
  const { row, before } = change;
  const { hub, namespace, name, cluster } = row;
  effects.changed.push({ hub, namespace, name });
  effects.membership ||= !before;
  if (
    cluster !== before?.cluster ||
    row.connection_error !== before.connection_error
  ) {
    [cluster, before?.cluster].forEach(
      touched => touched && effects.clusters.add(touched),
    );
  }
  const succeeded = succeededAt(
    JSON.parse(row.body),
    before && JSON.parse(before.body),
    Date.now(),
  );
  if (cluster && succeeded) {
    effects.clusters.add(cluster);
    const { lastSucceededAt } = effects;
    lastSucceededAt.set(
      cluster,
      Math.max(succeeded, lastSucceededAt.get(cluster) ?? 0),
    );
  }
}

async function remove(
  transaction: Knex.Transaction,
  hub: string,
  keys: string[],
  effects: Effects,
): Promise<void> {
  const rows = [...(await readRows(transaction, hub, keys)).values()];
  if (!rows.length) {
    return;
  }
  const ids = rows.map(row => row.id);
  await transaction('application_labels')
    .whereIn('application_id', ids)
    .delete();
  await transaction('applications').whereIn('id', ids).delete();
  effects.membership = true;
  for (const { namespace, name, cluster } of rows) {
    effects.changed.push({ hub, namespace, name });
    if (cluster) {
      effects.clusters.add(cluster);
    }
  }
}

async function writeLabels(
  transaction: Knex.Transaction,
  applications: { id: number; body: string }[],
): Promise<void> {
  await transaction('application_labels')
    .whereIn(
      'application_id',
      applications.map(({ id }) => id),
    )
    .delete();
  const rows = applications.flatMap(({ id, body }) => {
    const { labels, annotations }: ApplicationRecord = JSON.parse(body);
    return [
      ...Object.entries(labels).map(entry => ['label', ...entry]),
      ...Object.entries(annotations).map(entry => ['annotation', ...entry]),
    ].map(([origin, key, value]) => ({
      application_id: id,
      origin,
      key,
      value,
    }));
  });
  await inChunks(rows, async part => {
    await transaction('application_labels').insert(part);
  });
}

function labelsDiffer(row: ApplicationRow, before: StoredRow | undefined) {
  const text = ({ body }: ApplicationRow) => {
    const { labels, annotations }: ApplicationRecord = JSON.parse(body);
    return JSON.stringify([labels, annotations]);
  };
  return !before || text(row) !== text(before);
}

async function readRows(
  transaction: Knex.Transaction,
  hub: string,
  keys: string[],
): Promise<Map<string, StoredRow>> {
  const rows: StoredRow[] = await transaction('applications')
    .where({ hub })
    .whereIn('key', keys)
    .select();
  return new Map(rows.map(row => [row.key, row]));
}
