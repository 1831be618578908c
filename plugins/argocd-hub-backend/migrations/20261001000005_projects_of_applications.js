const COLUMNS = ['project', 'hub', 'key'];
/** By table. */
const INDEXES = {
  applications: 'applications_project_idx',
  gone_applications: 'gone_applications_project_idx',
};

/**
 * An entity may claim a whole project.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const [name, index] of Object.entries(INDEXES)) {
    await knex.schema.alterTable(name, table => {
      table.index(COLUMNS, index);
    });
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const [name, index] of Object.entries(INDEXES)) {
    await knex.schema.alterTable(name, table => {
      table.dropIndex(COLUMNS, index);
    });
  }
};
