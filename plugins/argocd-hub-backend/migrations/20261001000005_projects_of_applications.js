const INDEX = 'applications_project_idx';

/**
 * An entity may claim a whole project.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('applications', table => {
    table.index(['project', 'hub', 'key'], INDEX);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('applications', table => {
    table.dropIndex(['project', 'hub', 'key'], INDEX);
  });
};
