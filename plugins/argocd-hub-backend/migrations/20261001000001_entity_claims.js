/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('entity_claims', table => {
    table.comment('Which applications catalog entities ask for, as last read');
    // Three names of 63 characters with separators.
    table.string('entity_ref', 255).primary();
    table.text('claims').notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('entity_claims');
};
