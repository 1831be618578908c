import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { inChunks } from './chunks';

/** One object of a hub, of a kind that is listed as a whole. */
export interface HashedRow {
  /** Unique in the hub. */
  key: string;
  /** Where it is searched for. */
  name?: string;
  /** JSON. */
  body: string;
}

/** Makes the table hold exactly these of the hub; answers the keys of those that differ. */
export async function replaceRows(
  transaction: Knex.Transaction,
  options: {
    table: 'application_sets' | 'projects';
    hub: string;
    rows: HashedRow[];
  },
): Promise<string[]> {
  const { table, hub } = options;
  const wanted = new Map(
    options.rows.map(row => [row.key, { ...row, hub, hash: hashOf(row.body) }]),
  );
  const stored = await transaction(table).where({ hub }).select('key', 'hash');
  const known = new Map(stored.map(({ key, hash }) => [key, hash]));
  const differing = [...wanted.values()].filter(
    ({ key, hash }) => known.get(key) !== hash,
  );
  const gone = [...known.keys()].filter(key => !wanted.has(key));
  await inChunks(differing, async part => {
    await transaction(table).insert(part).onConflict(['hub', 'key']).merge();
  });
  await inChunks(gone, async keys => {
    await transaction(table).where({ hub }).whereIn('key', keys).delete();
  });
  return [...differing.map(({ key }) => key), ...gone];
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}
