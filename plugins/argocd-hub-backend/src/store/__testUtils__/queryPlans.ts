import type { Knex } from 'knex';

/** Tables that grow with the size of an estate. */
const LARGE = ['applications', 'application_labels', 'changes'];

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
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
 * Runs work and answers every statement of it that reads all of a large table,
 * or all of an index of one, with how the database does it.
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
  const isSqlite = knex.client.config.client.includes('sqlite');
  const scans = isSqlite ? sqliteScans : postgresScans;
  const found: string[] = [];
  for (const { sql, bindings } of statements) {
    const lines = await scans(knex, sql, bindings);
    found.push(...lines.map(line => `${line} in ${sql}`));
  }
  return found;
}

/** So that the planner knows how large everything is. */
export async function analyze(knex: Knex): Promise<void> {
  const isSqlite = knex.client.config.client.includes('sqlite');
  await knex.raw(isSqlite ? 'analyze' : 'vacuum analyze');
}

async function sqliteScans(knex: Knex, sql: string, bindings: any[]) {
  const rows: { detail: string }[] = await knex.raw(
    `explain query plan ${sql}`,
    bindings,
  );
  return rows
    .map(({ detail }) => detail)
    .filter(detail => {
      const table = /^SCAN (?:TABLE )?(\w+)/.exec(detail)?.[1];
      return table !== undefined && LARGE.includes(table);
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
function scansIn(plan: Plan, indexes: Index[]): string[] {
  const index = indexes.find(({ name }) => name === plan['Index Name']);
  const table = index?.table ?? plan['Relation Name'] ?? '';
  const isFull = index
    ? !plan['Index Cond']?.includes(index.leading)
    : plan['Node Type'] === 'Seq Scan';
  return [
    ...(isFull && LARGE.includes(table)
      ? [`${plan['Node Type']} of ${index?.name ?? table}`]
      : []),
    ...(plan.Plans ?? []).flatMap(child => scansIn(child, indexes)),
  ];
}
