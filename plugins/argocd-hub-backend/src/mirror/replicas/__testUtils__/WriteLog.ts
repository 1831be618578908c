import type { Knex } from 'knex';

/** What is written with the epoch of a hub's lease. */
const FENCED = ['hubs', 'clusters', 'applications', 'changes'];

const TABLE = `
  create table write_log (
    id bigserial primary key,
    at timestamptz not null default clock_timestamp(),
    relation text, operation text, hub text, key text, hash text,
    epoch int, writer text, pid int
  )`;

/** A moved lease is noted with its new epoch; rows of another plugin's leases too. */
const FUNCTION = `
  create function note_write() returns trigger language plpgsql as $$
  declare
    row_ jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
    hub_ text := coalesce(row_->>'hub', row_->>'resource', row_->>'name');
  begin
    insert into write_log (relation, operation, hub, key, hash, epoch, writer, pid)
    values (
      tg_table_name, tg_op, hub_,
      coalesce(row_->>'key', row_->>'name', row_->>'id'),
      coalesce(row_->>'hash', '') || ' ' || md5((row_ - 'id')::text),
      coalesce((row_->>'epoch')::int, (select epoch from leases where resource = hub_)),
      current_setting('application_name'), pg_backend_pid());
    return null;
  end $$`;

/** One row that was written, or one lease that was taken, renewed or freed. */
export interface Written {
  id: number;
  at: Date;
  relation: string;
  operation: 'INSERT' | 'UPDATE' | 'DELETE';
  hub: string;
  key: string;
  hash: string;
  /** Of the lease, as the transaction that wrote saw it. */
  epoch: number;
  /** Name and server process of the connection that wrote. */
  writer: string;
  pid: number;
}

/** Who wrote what, and under which epoch, as PostgreSQL itself noted it. */
export class WriteLog {
  readonly #knex: Knex;

  /** After the migrations. */
  static async attach(knex: Knex): Promise<WriteLog> {
    await knex.raw(TABLE);
    await knex.raw(FUNCTION);
    for (const relation of ['leases', ...FENCED]) {
      if (await knex.schema.hasTable(relation)) {
        await knex.raw(
          `create trigger noted after insert or update or delete on ??
           for each row execute function note_write()`,
          [relation],
        );
      }
    }
    return new WriteLog(knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async read(): Promise<Written[]> {
    const rows = await this.#knex('write_log').orderBy('id').select();
    return rows.map(row => ({ ...row, id: Number(row.id) }));
  }

  /**
   * What should never be: a write under an older epoch than one before, two
   * writers of one epoch, a writer that does not hold the lease, or the same
   * content twice.
   */
  async faults(): Promise<string[]> {
    const faults: string[] = [];
    const holders = new Map<string, { epoch: number; writer: string }>();
    const hashes = new Map<string, string>();
    for (const row of await this.read()) {
      if (row.relation === 'leases') {
        const before = holders.get(row.hub);
        if (row.epoch !== before?.epoch) {
          holders.set(row.hub, { epoch: row.epoch, writer: row.writer });
        }
        continue;
      }
      const holder = holders.get(row.hub);
      if (holder?.writer !== row.writer || holder.epoch !== row.epoch) {
        faults.push(`${told(row)}, held by ${JSON.stringify(holder)}`);
      }
      const thing = `${row.relation} ${row.hub} ${row.key}`;
      if (row.operation === 'DELETE') {
        hashes.delete(thing);
      } else if (hashes.get(thing) === row.hash) {
        faults.push(`${told(row)}, the same as before`);
      } else {
        hashes.set(thing, row.hash);
      }
    }
    return faults;
  }
}

function told(row: Written): string {
  const { id, operation, relation, hub, key, writer, epoch } = row;
  return `${id}: ${operation} ${relation} ${hub} ${key} by ${writer} in epoch ${epoch}`;
}
