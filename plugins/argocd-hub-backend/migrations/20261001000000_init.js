/**
 * Keys of applications and clusters are text, so that nothing depends on how
 * an engine compares tuples. Bodies are JSON text: what is searched for has a
 * column of its own. Moments are milliseconds by the clock of the database.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('settings', table => {
    table.comment('Values made once per installation');
    table.string('name', 64).primary();
    table.text('value').notNullable();
  });

  await knex.schema.createTable('leases', table => {
    table.comment('Which replica mirrors which hub');
    table.text('resource').primary();
    table.string('holder', 64).notNullable();
    table
      .integer('epoch')
      .notNullable()
      .comment('Rises with every new holder; checked by every write');
    table.bigInteger('expires_at').notNullable();
  });

  await knex.schema.createTable('hubs', table => {
    table.comment('What is known of each hub');
    table.string('name', 64).primary();
    table.integer('applications').notNullable().defaultTo(0);
    table.integer('clusters').notNullable().defaultTo(0);
    table.text('body').notNullable();
  });

  await knex.schema.createTable('clusters', table => {
    table.comment('Clusters that are registered with a hub');
    table.string('hub', 64).notNullable();
    table.text('name').notNullable().comment('Unique in the hub');
    table.text('registered_name').notNullable();
    table.text('server').notNullable();
    table.text('body').notNullable();
    table.text('facts').notNullable();
    table
      .text('activity')
      .notNullable()
      .comment('Counted from the applications that go there');
    table.primary(['hub', 'name']);
  });

  await knex.schema.createTable('applications', table => {
    table.comment('Applications as last seen');
    table.bigIncrements('id');
    table.string('hub', 64).notNullable();
    table.text('key').notNullable().comment('namespace/name');
    table.text('namespace').notNullable();
    table.text('name').notNullable();
    table.text('project').notNullable();
    table.text('application_set');
    table.text('destination_name');
    table.text('destination_server');
    table.text('cluster').comment('Name of the cluster it resolves to');
    table.string('destination_problem', 32);
    table.string('sync', 16);
    table.string('health', 16);
    table
      .string('connection_error', 16)
      .comment('Why Argo CD says that it cannot reach the cluster');
    table.string('hash', 64).notNullable();
    table.text('body').notNullable();
    table.unique(['hub', 'key']);
    table.index(['hub', 'cluster', 'key'], 'applications_cluster_idx');
    table.index(['hub', 'cluster'], 'applications_connection_error_idx', {
      predicate: knex.whereNotNull('connection_error'),
    });
    table.index(['name'], 'applications_name_idx');
    table.index(['application_set'], 'applications_set_idx');
  });

  await knex.schema.createTable('application_labels', table => {
    table.comment('Labels, and the annotations that map, of applications');
    table
      .bigInteger('application_id')
      .notNullable()
      .references('id')
      .inTable('applications')
      .onDelete('CASCADE');
    table.string('origin', 16).notNullable().comment('label or annotation');
    table.text('key').notNullable();
    table.text('value').notNullable();
    table.primary(['application_id', 'origin', 'key']);
    table.index(['key', 'value', 'application_id'], 'application_labels_idx');
  });

  await knex.schema.createTable('commits', table => {
    table.comment('Who made a revision and why; never changes');
    table.string('id', 64).primary().comment('Hash of repository and revision');
    table.text('repo_url').notNullable();
    table.text('revision').notNullable();
    table.text('author').notNullable();
    table.text('message').notNullable();
    table.text('date').notNullable();
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'commits',
    'application_labels',
    'applications',
    'clusters',
    'hubs',
    'leases',
    'settings',
  ]) {
    await knex.schema.dropTable(table);
  }
};
