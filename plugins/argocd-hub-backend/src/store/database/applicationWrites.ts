import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationKey, ApplicationRecord } from '../ApplicationStore';
import { keyInHub } from '../objectKeys';
import { countHub, recount } from './activity';
import {
  type ApplicationRow,
  recordHash,
  succeededAt,
  toRow,
  withSince,
} from './applicationRows';
import { labelRows } from './applicationLabels';
import { comingRevision } from './applicationRevisions';
import { type ChangeRow, changesBetween, isSameObject } from './changeRows';
import { writeChanges } from './changeWrites';
import { inChunks } from './chunks';
import { DestinationResolver } from './destinations';
import { rememberGone } from './goneApplications';
import { insertRows, replacing } from './jsonRows';
import { readAddresses } from './clusterRows';

/** What makes an application one, in columns. */
const KEY = ['hub', 'key'];
/** Labels are small, and many. */
const LABELS_PART = 250;

interface Changes {
  hub: string;
  upserts: ApplicationRecord[];
  removals: ApplicationKey[];
  /** How long changes are kept. */
  keptMs: number;
}

type StoredRow = ApplicationRow & { id: number };

/** What is stored is parsed once: it is looked at from many sides. */
interface Stored {
  row: StoredRow;
  record: ApplicationRecord;
}

interface Upsert {
  row: ApplicationRow;
  record: ApplicationRecord;
  before?: Stored;
  changes: ChangeRow[];
}

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
  const { hub, keptMs } = changes;
  const effects: Effects = {
    changed: [],
    clusters: new Set(),
    lastSucceededAt: new Map(),
    membership: false,
  };
  const latest = new Map(
    changes.upserts.map(record => [keyInHub(record), record]),
  );
  const resolver = new DestinationResolver(
    await readAddresses(transaction, hub),
  );
  const revision = await comingRevision(transaction, hub);
  await inChunks([...latest.values()], part =>
    upsert(transaction, {
      ...{ hub, records: part, keptMs, effects, resolver, revision },
    }),
  );
  await inChunks(changes.removals.map(keyInHub), part =>
    remove(transaction, { hub, keys: part, effects, revision }),
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
  options: {
    hub: string;
    records: ApplicationRecord[];
    keptMs: number;
    effects: Effects;
    resolver: DestinationResolver;
    revision: number;
  },
): Promise<void> {
  const { hub, records, keptMs, effects, resolver, revision } = options;
  const hashes = await transaction('applications')
    .where({ hub })
    .whereIn('key', records.map(keyInHub))
    .select('key', 'hash');
  const known = new Map(hashes.map(({ key, hash }) => [key, hash]));
  const differing = records
    .map(record => ({ record, hash: recordHash(record) }))
    .filter(({ record, hash }) => known.get(keyInHub(record)) !== hash);
  if (!differing.length) {
    return;
  }

  const stored = await readStored(
    transaction,
    hub,
    differing
      .map(({ record }) => keyInHub(record))
      .filter(key => known.has(key)),
  );
  await setImmediate();
  const upserts = differing.map(({ record, hash }) =>
    merged(record, {
      hash,
      before: stored.get(keyInHub(record)),
      resolver,
      keptMs,
      revision,
    }),
  );
  upserts.forEach(one => noteEffects(effects, one));
  const rows = upserts.map(({ row }) => row);
  const written: { id: number; key: string }[] = await insertRows(transaction, {
    table: 'applications',
    rows,
    integers: ['revision'],
    onConflict: replacing(KEY, Object.keys(rows[0])),
    returning: ['id', 'key'],
  });
  const ids = new Map(written.map(({ id, key }) => [key, id]));
  await writeChanges(
    transaction,
    upserts.flatMap(one => one.changes),
  );
  await writeLabels(
    transaction,
    upserts.filter(labelsDiffer).map(({ row, record, before }) => ({
      id: ids.get(row.key)!,
      record,
      isNew: !before,
    })),
  );
}

function merged(
  incoming: ApplicationRecord,
  options: {
    hash: string;
    before: Stored | undefined;
    resolver: DestinationResolver;
    keptMs: number;
    revision: number;
  },
): Upsert {
  const { hash, before, resolver, keptMs, revision } = options;
  const now = Date.now();
  const same = before && isSameObject(before.record, incoming);
  const record = withSince(
    incoming,
    same ? before.record : undefined,
    new Date(now).toISOString(),
  );
  const resolved = resolver.resolve(record.destination, record.namespace);
  const changes = changesBetween(before?.record, record, {
    cluster: resolver.changesKeyOf(resolved.cluster),
    now,
    keptMs,
  });
  const row = toRow(record, { hash, resolved, revision });
  return { row, record, before, changes };
}

function noteEffects(effects: Effects, { row, record, before }: Upsert) {
  const { hub, namespace, name, cluster } = row;
  effects.changed.push({ hub, namespace, name });
  effects.membership ||= !before;
  if (
    cluster !== before?.row.cluster ||
    row.connection_error !== before.row.connection_error
  ) {
    [cluster, before?.row.cluster].forEach(
      touched => touched && effects.clusters.add(touched),
    );
  }
  const succeeded = succeededAt(record, before?.record, Date.now());
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
  options: {
    hub: string;
    keys: string[];
    effects: Effects;
    revision: number;
  },
): Promise<void> {
  const { hub, keys, effects, revision } = options;
  const rows: StoredRow[] = await transaction('applications')
    .where({ hub })
    .whereIn('key', keys)
    .select();
  if (!rows.length) {
    return;
  }
  await rememberGone(
    transaction,
    rows.map(({ body }) => JSON.parse(body)),
    revision,
  );
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
  applications: { id: number; record: ApplicationRecord; isNew: boolean }[],
): Promise<void> {
  const labelled = applications.filter(({ isNew }) => !isNew);
  if (labelled.length) {
    await transaction('application_labels')
      .whereIn(
        'application_id',
        labelled.map(({ id }) => id),
      )
      .delete();
  }
  await insertRows(transaction, {
    table: 'application_labels',
    rows: applications.flatMap(labelRows),
    integers: ['application_id'],
    part: LABELS_PART,
  });
}

function labelsDiffer({ record, before }: Upsert): boolean {
  const text = ({ labels, annotations }: ApplicationRecord) =>
    JSON.stringify([labels, annotations]);
  return !before || text(record) !== text(before.record);
}

async function readStored(
  transaction: Knex.Transaction,
  hub: string,
  keys: string[],
): Promise<Map<string, Stored>> {
  if (!keys.length) {
    return new Map();
  }
  const rows: StoredRow[] = await transaction('applications')
    .where({ hub })
    .whereIn('key', keys)
    .select();
  return new Map(
    rows.map(row => [row.key, { row, record: JSON.parse(row.body) }]),
  );
}
