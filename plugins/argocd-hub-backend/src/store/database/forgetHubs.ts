import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';

/** Rows of one statement: a large hub goes a piece at a time. */
const PART = 500;

/**
 * Removes what is known of hubs that are not named. Their leases are taken
 * first: whoever mirrors one of them must not go on as if all were still there.
 */
export async function forgetOtherHubs(
  knex: Knex,
  names: string[],
): Promise<void> {
  await takeLeases(knex, names);
  await forgetApplications(knex, names);
  await forgetChanges(knex, names);
  for (const table of ['clusters', 'application_sets', 'projects']) {
    await knex(table).whereNotIn('hub', names).delete();
  }
  await knex('hubs').whereNotIn('name', names).delete();
}

/** Waits for writes that are under way. */
async function takeLeases(knex: Knex, names: string[]): Promise<void> {
  await knex.transaction(async transaction => {
    const others = transaction('leases')
      .whereNotIn('resource', names)
      // What has a colon in it is no hub.
      .where('resource', 'not like', '%:%');
    await others.clone().forUpdate().select('resource');
    await others.update({ expires_at: 0, epoch: knex.raw('epoch + 1') });
  });
}

async function forgetApplications(knex: Knex, names: string[]): Promise<void> {
  for (;;) {
    const rows: { id: number }[] = await someOf(knex, 'applications', names);
    if (!rows.length) {
      return;
    }
    const ids = rows.map(({ id }) => id);
    await knex.transaction(async transaction => {
      await transaction('application_labels')
        .whereIn('application_id', ids)
        .delete();
      await transaction('applications').whereIn('id', ids).delete();
    });
    await setImmediate();
  }
}

async function forgetChanges(knex: Knex, names: string[]): Promise<void> {
  for (;;) {
    const removed = await knex('changes')
      .whereIn('id', someOf(knex, 'changes', names))
      .delete();
    if (!removed) {
      return;
    }
    await setImmediate();
  }
}

function someOf(knex: Knex, table: string, names: string[]): Knex.QueryBuilder {
  return knex(table).whereNotIn('hub', names).limit(PART).select('id');
}
