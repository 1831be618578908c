/** By table. */
const INDEXES = {
  applications: 'applications_revision_idx',
  gone_applications: 'gone_applications_revision_idx',
};

/**
 * Readers that know an earlier revision of a hub look only at what was written
 * since. Nobody knows one from before this, so older rows need none.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const [name, index] of Object.entries(INDEXES)) {
    await knex.schema.alterTable(name, table => {
      table
        .bigInteger('revision')
        .notNullable()
        .defaultTo(0)
        .comment('Of the applications of the hub, when it was last written');
      table.index(['hub', 'revision'], index);
    });
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const [name, index] of Object.entries(INDEXES)) {
    await knex.schema.alterTable(name, table => {
      table.dropIndex(['hub', 'revision'], index);
    });
    // Knex would write a SQLite table anew, and lose indexes of a part of it.
    await knex.raw('alter table ?? drop column ??', [name, 'revision']);
  }
};
