const NAME = 'applications_cluster_idx';
const BEFORE = ['cluster', 'hub', 'key'];
const NOW = [...BEFORE, 'health', 'sync', 'project', 'name'];

/**
 * The fleet is filtered without a look at applications that do not pass.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await replaceIndex(knex, BEFORE, NOW);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await replaceIndex(knex, NOW, BEFORE);
};

/**
 * @param {import('knex').Knex} knex
 * @param {string[]} from
 * @param {string[]} to
 */
async function replaceIndex(knex, from, to) {
  await knex.schema.alterTable('applications', table => {
    table.dropIndex(from, NAME);
    table.index(to, NAME);
  });
}
