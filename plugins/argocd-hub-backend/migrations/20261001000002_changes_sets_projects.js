const { createHash } = require('node:crypto');

const DAY_MS = 24 * 60 * 60_000;
/** What is older goes with the first sweep; the configured time may be shorter. */
const KEPT_MS = 30 * DAY_MS;
const PAGE = 200;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('changes', table => {
    table.comment('What happened to applications, removed after some time');
    table.bigIncrements('id');
    table.string('hub', 64).notNullable();
    table.text('application').notNullable().comment('namespace/name');
    table
      .text('cluster')
      .comment('The changes_key of the cluster that it went to then');
    table.string('kind', 16).notNullable();
    table.bigInteger('at').notNullable();
    table
      .string('identity', 160)
      .notNullable()
      .comment('Tells, with the moment, whether two changes are one');
    table.text('body').notNullable();
    // Also finds the newest of an application.
    table.unique(['hub', 'application', 'at', 'identity'], {
      indexName: 'changes_application_idx',
    });
    table.index(['hub', 'cluster', 'at'], 'changes_cluster_idx');
    table.index(['at'], 'changes_at_idx');
  });

  await knex.schema.createTable('application_sets', table => {
    table.comment('ApplicationSets as last listed');
    table.string('hub', 64).notNullable();
    table.text('key').notNullable().comment('namespace/name');
    table.text('name').notNullable();
    table.string('hash', 64).notNullable();
    table.text('body').notNullable();
    table.primary(['hub', 'key']);
    table.index(['name'], 'application_sets_name_idx');
  });

  await knex.schema.createTable('projects', table => {
    table.comment('Projects as last listed: what they allow');
    table.string('hub', 64).notNullable();
    table.text('key').notNullable().comment('The name');
    table.string('hash', 64).notNullable();
    table.text('body').notNullable();
    table.primary(['hub', 'key']);
  });

  await knex.schema.alterTable('applications', table => {
    // Clusters are also asked for without their hub.
    table.dropIndex(['hub', 'cluster', 'key'], 'applications_cluster_idx');
    table.index(['cluster', 'hub', 'key'], 'applications_cluster_idx');
    // Destinations are resolved anew without a look at the applications.
    table.index(
      [
        'hub',
        'destination_name',
        'destination_server',
        'cluster',
        'destination_problem',
        'namespace',
      ],
      'applications_destination_idx',
    );
  });

  await knex.schema.alterTable('clusters', table => {
    table
      .text('agent')
      .comment('The agent that stands for it, where it has one');
    table
      .text('changes_key')
      .notNullable()
      .defaultTo('')
      .comment('Its changes are filed under this, whatever it is called');
  });
  await nameKeys(knex);
  await takeOverHistory(knex);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('clusters', table => {
    table.dropColumns('agent', 'changes_key');
  });
  await knex.schema.alterTable('applications', table => {
    table.dropIndex(
      [
        'hub',
        'destination_name',
        'destination_server',
        'cluster',
        'destination_problem',
        'namespace',
      ],
      'applications_destination_idx',
    );
    table.dropIndex(['cluster', 'hub', 'key'], 'applications_cluster_idx');
    table.index(['hub', 'cluster', 'key'], 'applications_cluster_idx');
  });
  for (const table of ['projects', 'application_sets', 'changes']) {
    await knex.schema.dropTable(table);
  }
};

/**
 * @param {import('knex').Knex} knex
 */
async function nameKeys(knex) {
  const rows = await knex('clusters').select(
    'hub',
    'name',
    'registered_name',
    'server',
  );
  for (const { hub, name, registered_name, server } of rows) {
    const hash = createHash('sha256').update(server).digest('hex').slice(0, 8);
    await knex('clusters')
      .where({ hub, name })
      .update({ changes_key: `${registered_name}~${hash}` });
  }
}

/**
 * Deployments that are known already would never be told again.
 *
 * @param {import('knex').Knex} knex
 */
async function takeOverHistory(knex) {
  let last = 0;
  for (;;) {
    const rows = await knex('applications')
      .leftJoin('clusters', {
        'clusters.hub': 'applications.hub',
        'clusters.name': 'applications.cluster',
      })
      .where('applications.id', '>', last)
      .orderBy('applications.id')
      .limit(PAGE)
      .select(
        'applications.id',
        'applications.hub',
        'applications.key',
        'clusters.changes_key',
        'applications.body',
      );
    if (!rows.length) {
      return;
    }
    last = rows[rows.length - 1].id;
    const changes = rows.flatMap(revisionsOf);
    for (let start = 0; start < changes.length; start += PAGE) {
      await knex('changes')
        .insert(changes.slice(start, start + PAGE))
        .onConflict(['hub', 'application', 'at', 'identity'])
        .ignore();
    }
  }
}

function revisionsOf({ hub, key, changes_key, body }) {
  const { uid, history = [] } = JSON.parse(body);
  const now = Date.now();
  return history.flatMap(({ id, revision, deployedAt, by }) => {
    const at = Date.parse(deployedAt);
    const isKept = at > now - KEPT_MS && at < now + DAY_MS;
    return isKept
      ? [
          {
            hub,
            application: key,
            cluster: changes_key,
            kind: 'revision',
            at,
            identity: `revision:${id}:${(uid ?? '').slice(0, 64)}`,
            body: JSON.stringify({
              uid: uid?.slice(0, 64),
              historyId: id,
              revision: revision?.slice(0, 200),
              by: by?.slice(0, 200),
            }),
          },
        ]
      : [];
  });
}
