import type { Knex } from 'knex';

/** Tables that only the holder of a hub's lease may write. */
const FENCED = [
  'applications',
  'application_labels',
  'clusters',
  'hubs',
  'application_sets',
  'projects',
];
/** Those that tell by a hash whether they say something new. */
const HASHED = ['applications', 'application_sets', 'projects'];

interface Written {
  id: number;
  relation: string;
  operation: string;
  hub: string;
  key: string;
  hash: string | null;
  epoch: number | null;
  holder: string | null;
  writer: string;
}

/**
 * The third judge. Triggers in the database log every write, and every taking
 * of a lease, with who made it; besides, every statement that writes must come
 * after the check of a lease in the same transaction.
 */
export class WriteWatch {
  readonly #knex: Knex;
  readonly #unfenced: string[] = [];

  static async install(knex: Knex): Promise<WriteWatch> {
    const isSqlite = knex.client.config.client.includes('sqlite');
    await knex.schema.createTable('judged_writes', table => {
      table.increments('id');
      table.text('relation');
      table.text('operation');
      table.text('hub');
      table.text('key');
      table.text('hash');
      table.integer('epoch');
      table.text('holder');
      table.text('writer');
    });
    for (const statement of isSqlite ? sqlite() : postgres()) {
      await knex.raw(statement);
    }
    const watch = new WriteWatch(knex);
    watch.listen(knex);
    return watch;
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Reads along what is sent over these connections. */
  listen(knex: Knex): void {
    const checked = new Set<string>();
    knex.on('query', ({ sql, __knexTxId: transaction }) => {
      if (transaction && /^select [^]*["`]leases["`]/i.test(sql)) {
        checked.add(transaction);
      }
      const [, table = ''] =
        /^\s*(?:insert into|update|delete from) ["`](\w+)["`]/i.exec(sql) ?? [];
      if (FENCED.includes(table) && !checked.has(transaction)) {
        this.#unfenced.push(sql.slice(0, 120));
      }
    });
  }

  /** Applications that were ever removed, by `namespace/name`. */
  async removed(): Promise<string[]> {
    return (await this.#written('applications'))
      .filter(({ operation }) => operation === 'DELETE')
      .map(({ key }) => key);
  }

  /** The lease that was taken last, and the name of the backend that did. */
  async lastLease(): Promise<{ epoch: number; holder: string }> {
    const taken = await this.#written('leases');
    const { epoch, writer } = taken.at(-1)!;
    return { epoch: epoch!, holder: writer };
  }

  async violations(): Promise<string[]> {
    return [
      ...this.#unfenced.map(sql => `written without a lease: ${sql}`),
      ...repeated(await this.#written()),
      ...idle(await this.#written('clusters')),
      ...strange(await this.#written()),
      ...(await this.#repeatedEvents()),
    ];
  }

  async #written(relation?: string): Promise<Written[]> {
    return this.#knex('judged_writes')
      .modify(query => {
        if (relation) query.where({ relation });
      })
      .orderBy('id');
  }

  /** What happened once is told once, and what did not change is not told. */
  async #repeatedEvents(): Promise<string[]> {
    const seen = new Set<string>();
    const rows = await this.#knex('changes').orderBy('id').select();
    return rows.flatMap(({ hub, application, kind, identity, at, body }) => {
      const of = `${hub} ${application}`;
      if (kind === 'revision' || kind === 'operation') {
        const began = kind === 'operation' ? ` of ${at}` : '';
        const name = `${of} ${identity}${began}`;
        const again = seen.has(name);
        seen.add(name);
        return again ? `change ${name} is told twice` : [];
      }
      // Hubs tell whole seconds: of two changes within one, one may be missing.
      const { from, to } = JSON.parse(body);
      return from === to
        ? `change of ${kind} of ${of} goes to where it was`
        : [];
    });
  }
}

/** What says the same as when it was written last. */
function repeated(writes: Written[]): string[] {
  const last = new Map<string, Written>();
  const hashed = writes.filter(({ relation }) => HASHED.includes(relation));
  return hashed.flatMap(write => {
    const name = `${write.relation} ${write.hub} ${write.key}`;
    const before = last.get(name);
    last.set(name, write);
    return write.operation !== 'DELETE' &&
      before?.operation !== 'DELETE' &&
      before?.hash === write.hash
      ? `${name} was written twice in a row with hash ${write.hash}`
      : [];
  });
}

/** A row of a cluster that was written as it was. */
function idle(writes: Written[]): string[] {
  return writes
    .filter(({ hash }) => hash === 'unchanged')
    .map(({ hub, key }) => `cluster ${hub}/${key} was written as it was`);
}

/** Writes of one who does not hold the lease any more. */
function strange(writes: Written[]): string[] {
  const takers = new Map<string, string>();
  const highest = new Map<string, number>();
  return writes.flatMap(({ relation, hub, key, epoch, holder, writer }) => {
    const lease = `${hub} ${epoch}`;
    if (relation === 'leases') {
      takers.set(lease, writer);
      return [];
    }
    const before = highest.get(hub) ?? 0;
    highest.set(hub, Math.max(before, epoch ?? 0));
    if ((epoch ?? 0) < before) {
      return `${relation} ${hub} ${key} was written in epoch ${epoch} after ${before}`;
    }
    const taker = takers.get(lease);
    return taker && taker !== writer
      ? `${relation} ${hub} ${key} was written by ${writer} while ${taker} (${holder}) had the lease`
      : [];
  });
}

const COLUMNS = 'relation, operation, hub, key, hash, epoch, holder, writer';

function sqlite(): string[] {
  const lease = (column: string, hub: string) =>
    `(select ${column} from leases where resource = ${hub})`;
  const log = (
    relation: string,
    row: 'new' | 'old',
    parts: { operation: string; key: string; hash: string },
  ) => `insert into judged_writes (${COLUMNS}) values (
      '${relation}', '${parts.operation}', ${row}.hub, ${row}.${parts.key},
      ${parts.hash}, ${lease('epoch', `${row}.hub`)},
      ${lease('holder', `${row}.hub`)}, 'sqlite');`;
  const hashed = HASHED.flatMap(relation =>
    [
      ['INSERT', 'insert', 'new'] as const,
      ['UPDATE', 'update of hash', 'new'] as const,
      ['DELETE', 'delete', 'old'] as const,
    ].map(
      ([operation, event, row]) =>
        `create trigger judged_${relation}_${operation} after ${event} on ${relation} begin
        ${log(relation, row, {
          operation,
          key: 'key',
          hash: `${row}.hash`,
        })} end`,
    ),
  );
  return [
    ...hashed,
    `create trigger judged_cluster after update on clusters begin
      ${log('clusters', 'new', {
        operation: 'UPDATE',
        key: 'name',
        hash: `case when old.server = new.server and old.body = new.body and old.facts = new.facts
          and old.activity = new.activity then 'unchanged' end`,
      })} end`,
    ...['insert', 'update of epoch'].map(
      (
        event,
        index,
      ) => `create trigger judged_lease_${index} after ${event} on leases begin
        insert into judged_writes (${COLUMNS}) values ('leases', 'TAKE', new.resource, '', null,
          new.epoch, new.holder, 'sqlite'); end`,
    ),
  ];
}

function postgres(): string[] {
  return [
    `create function judge_write() returns trigger as $$
     declare
       changed jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
       said text := changed ->> 'hash';
     begin
       if tg_table_name = 'clusters' and to_jsonb(old) = to_jsonb(new) then
         said := 'unchanged';
       end if;
       insert into judged_writes (${COLUMNS})
       select tg_table_name, tg_op, changed ->> 'hub',
         coalesce(changed ->> 'key', changed ->> 'name'), said, epoch, holder,
         current_setting('application_name')
       from (select 1) one left join leases on resource = changed ->> 'hub';
       return null;
     end $$ language plpgsql`,
    `create function judge_lease() returns trigger as $$
     begin
       insert into judged_writes (${COLUMNS})
       values ('leases', 'TAKE', new.resource, '', null, new.epoch, new.holder,
         current_setting('application_name'));
       return null;
     end $$ language plpgsql`,
    ...HASHED.map(
      relation => `create trigger judged_${relation}
       after insert or delete or update of hash on ${relation}
       for each row execute function judge_write()`,
    ),
    `create trigger judged_cluster after update on clusters
       for each row execute function judge_write()`,
    `create trigger judged_lease after insert or update of epoch on leases
       for each row execute function judge_lease()`,
  ];
}
