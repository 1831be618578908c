import type { Knex } from 'knex';
import type { ChangeCursor, ChangeRecord, ChangeStore } from '../ChangeStore';
import type { ApplicationKey } from '../ApplicationStore';
import { keyInHub } from '../objectKeys';
import {
  changesKeyOf,
  clusterNamesOf,
  whereOfGoneCluster,
} from './changeClusters';
import { type ChangeRow, fromChangeRow } from './changeRows';
import { forgetGone } from './goneApplications';

/** Most branches of one union; SQLite takes 500. */
const PART = 200;

type Row = ChangeRow & { id: number | string };
type Wanted = Parameters<ChangeStore['list']>[0];
type Range = Pick<Wanted, 'from' | 'to' | 'after'> & {
  /** `key`: under what its changes are filed, as long as it is there. */
  cluster?: { hub: string; name: string; key?: string };
};

/** What happened, for as long as it is kept. */
export class DatabaseChangeStore implements ChangeStore {
  readonly #knex: Knex;
  readonly #keptMs: number;

  /** @param options.keptMs - changes older than this are removed */
  constructor(knex: Knex, options: { keptMs: number }) {
    this.#knex = knex;
    this.#keptMs = options.keptMs;
  }

  async list(
    options: Wanted,
  ): Promise<{ changes: ChangeRecord[]; next?: ChangeCursor }> {
    const { applications, limit, ...range } = options;
    const cluster = range.cluster && {
      ...range.cluster,
      key: await changesKeyOf(this.#knex, range.cluster),
    };
    if (cluster && !cluster.key && !applications) {
      return { changes: [] };
    }
    // One more tells whether there is another page.
    const rows = await this.#rows(
      applications,
      { ...range, cluster },
      limit + 1,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const nameOf = await clusterNamesOf(this.#knex, page);
    return {
      changes: page.map(row => fromChangeRow(row, nameOf(row))),
      ...(rows.length > limit &&
        last && { next: { at: Number(last.at), id: Number(last.id) } }),
    };
  }

  async forgetOld({ limit }: { limit: number }): Promise<number> {
    const before = Date.now() - this.#keptMs;
    const old = this.#knex('changes')
      .where('at', '<', before)
      .orderBy('at')
      .limit(limit)
      .select('id');
    const removed = await this.#knex('changes').whereIn('id', old).delete();
    // Nothing tells of these any more.
    return removed + (await forgetGone(this.#knex, { before, limit }));
  }

  async #rows(
    applications: ApplicationKey[] | undefined,
    range: Range,
    limit: number,
  ): Promise<Row[]> {
    if (!applications) {
      if (!range.cluster) {
        throw new Error('Changes of what? Name applications or a cluster');
      }
      return newest(this.#within(this.#knex('changes'), range), limit).select();
    }
    const found: Row[] = [];
    for (let start = 0; start < applications.length; start += PART) {
      const part = applications.slice(start, start + PART);
      found.push(...(await this.#ofSome(part, range, limit)));
    }
    return found
      .sort(
        (a, b) => Number(b.at) - Number(a.at) || Number(b.id) - Number(a.id),
      )
      .slice(0, limit);
  }

  /**
   * The newest of each, and of these the newest: so that an application that
   * changes all the time costs no more than another.
   */
  async #ofSome(
    applications: ApplicationKey[],
    range: Range,
    limit: number,
  ): Promise<Row[]> {
    const [first, ...others] = applications.map(key =>
      this.#knex.select('id', 'at').from(
        newest(
          this.#within(
            this.#knex('changes').where({
              hub: key.hub,
              application: keyInHub(key),
            }),
            range,
          ),
          limit,
        )
          .select('id', 'at')
          .as('one'),
      ),
    );
    const candidates = this.#knex.from(first.unionAll(others).as('candidates'));
    const ids = newest(candidates, limit).select('id');
    return this.#knex('changes').whereIn('id', ids).select();
  }

  #within(query: Knex.QueryBuilder, range: Range): Knex.QueryBuilder {
    const { cluster, from, to, after } = range;
    if (cluster) {
      query.where({ hub: cluster.hub });
    }
    if (cluster?.key) {
      query.where({ cluster: cluster.key });
    } else if (cluster) {
      whereOfGoneCluster(query, { knex: this.#knex, ...cluster });
    }
    if (from !== undefined) query.where('at', '>=', from);
    if (to !== undefined) query.where('at', '<', to);
    if (after) {
      query
        .where('at', '<=', after.at)
        .where(beyond =>
          beyond.where('at', '<', after.at).orWhere('id', '<', after.id),
        );
    }
    return query;
  }
}

function newest(query: Knex.QueryBuilder, limit: number): Knex.QueryBuilder {
  return query
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit);
}
