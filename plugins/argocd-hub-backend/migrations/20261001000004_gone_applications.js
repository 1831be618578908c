/**
 * Changes outlive their application. What told to which entities it belonged
 * is kept as long.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('gone_applications', table => {
    table.comment(
      'Applications that are not there any more, as they were last',
    );
    table.bigIncrements('id');
    table.string('hub', 64).notNullable();
    table.text('key').notNullable().comment('namespace/name');
    table.text('namespace').notNullable();
    table.text('name').notNullable();
    table.text('project').notNullable();
    table.text('application_set');
    table.bigInteger('gone_at').notNullable();
    table.text('body').notNullable();
    table.unique(['hub', 'key']);
    table.index(['name'], 'gone_applications_name_idx');
    table.index(['application_set'], 'gone_applications_set_idx');
    table.index(['gone_at'], 'gone_applications_gone_at_idx');
  });

  await knex.schema.createTable('gone_application_labels', table => {
    table.comment('Labels, and the annotations that map, of what is gone');
    table
      .bigInteger('application_id')
      .notNullable()
      .references('id')
      .inTable('gone_applications')
      .onDelete('CASCADE');
    table.string('origin', 16).notNullable().comment('label or annotation');
    table.text('key').notNullable();
    table.text('value').notNullable();
    table.primary(['application_id', 'origin', 'key']);
    table.index(
      ['key', 'value', 'application_id'],
      'gone_application_labels_idx',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('gone_application_labels');
  await knex.schema.dropTable('gone_applications');
};
