import type { Knex } from 'knex';

const EVENTS = ['INSERT', 'UPDATE'];

/** Makes the database refuse applications of this name, until the answer is called. */
export async function refuseRows(
  knex: Knex,
  name: string,
): Promise<() => Promise<void>> {
  const isPostgres = knex.client.config.client === 'pg';
  if (isPostgres) {
    await knex.raw(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
         AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`,
    );
  }
  const action = isPostgres
    ? 'EXECUTE FUNCTION refuse()'
    : "BEGIN SELECT RAISE(ABORT, 'refused'); END";
  for (const event of EVENTS) {
    await knex.raw(
      `CREATE TRIGGER refuse_${event} BEFORE ${event} ON applications
         FOR EACH ROW WHEN (NEW.name = '${name}') ${action}`,
    );
  }
  return async () => {
    for (const event of EVENTS) {
      const on = isPostgres ? 'ON applications' : '';
      await knex.raw(`DROP TRIGGER refuse_${event} ${on}`);
    }
  };
}
