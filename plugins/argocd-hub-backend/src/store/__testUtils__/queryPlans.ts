import type { Knex } from 'knex';
import { isSqlite } from '../database/isSqlite';

/** Tables that grow with the size of an estate. */
const LARGE = [
  'applications',
  'application_labels',
  'changes',
  'gone_applications',
  'gone_application_labels',
];
/** Rows that one statement may read of a large table, unless their index tells all that is asked. */
const MOST_ROWS = 500;
/** How PostgreSQL passes rows on one by one, so that a limit above it ends them. */
const STREAMING = [
  'Limit',
  'LockRows',
  'Subquery Scan',
  'Append',
  'Merge Append',
  'Nested Loop',
  'Incremental Sort',
];

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Plan Rows': number;
  Plans?: Plan[];
}

interface Index {
  name: string;
  table: string;
  /** First column. */
  leading: string;
}

const INDEXES = `
  select i.relname as name, t.relname as table, a.attname as leading
  from pg_index x
  join pg_class i on i.oid = x.indexrelid
  join pg_class t on t.oid = x.indrelid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]`;

/**
 * Runs work and answers every statement of it that reads too much of a large
 * table, with how the database does it: all of the table, all of one of its
 * indexes, or all rows of a hub, which may be the only one. What an index alone
 * tells of a hub is no row, and what a limit ends is not read.
 */
export async function fullScansOf(
  knex: Knex,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: { sql: string; bindings: any[] }[] = [];
  const note = ({ sql, bindings = [] }: { sql: string; bindings?: any[] }) => {
    if (/^(select|update|delete|with)/i.test(sql)) {
      statements.push({ sql, bindings });
    }
  };
  knex.on('query', note);
  await work();
  knex.removeListener('query', note);
  if (!statements.length) {
    throw new Error('Nothing was asked of the database');
  }
  const scans = isSqlite(knex) ? sqliteScans : postgresScans;
  const found: string[] = [];
  for (const { sql, bindings } of statements) {
    const lines = await scans(knex, sql, bindings);
    found.push(...lines.map(line => `${line} in ${sql}`));
  }
  return found;
}

/** So that the planner knows how large everything is, where the database sees to that by itself: SQLite never does. */
export async function analyze(knex: Knex): Promise<void> {
  if (!isSqlite(knex)) {
    await knex.raw('vacuum analyze');
  }
}

/** As many applications that are gone as there are. */
export async function copyAsGone(knex: Knex): Promise<void> {
  const columns = 'hub, key, namespace, name, project, application_set';
  await knex.raw(`
    insert into gone_applications (${columns}, gone_at, body)
    select ${columns}, id, body from applications`);
  await knex.raw(`
    insert into gone_application_labels (application_id, origin, key, value)
    select gone.id, label.origin, label.key, label.value
    from application_labels label
    join applications on applications.id = label.application_id
    join gone_applications gone
      on gone.hub = applications.hub and gone.key = applications.key`);
}

async function sqliteScans(knex: Knex, sql: string, bindings: any[]) {
  const rows: { detail: string }[] = await knex.raw(
    `explain query plan ${sql}`,
    bindings,
  );
  const lines = rows.map(({ detail }) => detail);
  const isLimited =
    / limit /i.test(sql) && !lines.some(line => line.includes('TEMP B-TREE'));
  return lines.filter(line => {
    const [, how, table] = /^(SCAN|SEARCH) (?:TABLE )?(\w+)/.exec(line) ?? [];
    const isWhole =
      how === 'SCAN' ||
      (/ USING INDEX \w+ \(hub[=><]\?\)/.test(line) && !isLimited);
    return LARGE.includes(table) && isWhole;
  });
}

async function postgresScans(knex: Knex, sql: string, bindings: any[]) {
  const connection = await knex.client.acquireConnection();
  try {
    const { rows: indexes } = await connection.query(INDEXES);
    const { rows } = await connection.query({
      text: `explain (format json) ${sql}`,
      values: bindings,
    });
    return scansIn(rows[0]['QUERY PLAN'][0].Plan, indexes);
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/** An index whose first column is not asked for is read from end to end. */
function scansIn(plan: Plan, indexes: Index[], isLimited = false): string[] {
  const type = plan['Node Type'];
  const index = indexes.find(({ name }) => name === plan['Index Name']);
  const table = index?.table ?? plan['Relation Name'] ?? '';
  const isFull = index
    ? !plan['Index Cond']?.includes(index.leading)
    : type === 'Seq Scan';
  const isMuch =
    index !== undefined &&
    type !== 'Index Only Scan' &&
    !isLimited &&
    plan['Plan Rows'] > MOST_ROWS;
  const limits = type === 'Limit' || (isLimited && STREAMING.includes(type));
  return [
    ...((isFull || isMuch) && LARGE.includes(table)
      ? [`${type} of ${plan['Plan Rows']} by ${index?.name ?? table}`]
      : []),
    ...(plan.Plans ?? []).flatMap(child => scansIn(child, indexes, limits)),
  ];
}
