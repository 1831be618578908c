/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('revisions', table => {
    table.comment('Rise with every write, so that readers know what to read');
    table.text('resource').notNullable().comment('As in leases');
    table.string('part', 16).notNullable();
    table.bigInteger('revision').notNullable();
    table.primary(['resource', 'part']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('revisions');
};
