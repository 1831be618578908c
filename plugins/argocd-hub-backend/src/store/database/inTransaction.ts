import type { Knex } from 'knex';
import { isSqlite } from './isSqlite';

/**
 * Runs `work` in a transaction. Rejects with what failed first.
 *
 * Where SQLite cannot end a transaction, because another process reads or the
 * disk is full, the transaction stays open, and knex gives its only connection
 * back like that: nothing could be begun on it any more, and what others write
 * would never be kept. So it is ended here before anybody else gets it.
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  if (!isSqlite(knex)) {
    return knex.transaction(work);
  }
  let first: { error: unknown } | undefined;
  const connection = await knex.client.acquireConnection();
  try {
    return await knex.transaction(
      transaction =>
        work(transaction).catch(error => {
          first = { error };
          throw error;
        }),
      { connection },
    );
  } catch (error) {
    // SQLite may have rolled back by itself; that there is nothing left to roll back hides why.
    throw first ? first.error : error;
  } finally {
    if (connection.inTransaction) {
      connection.exec('ROLLBACK');
    }
    await knex.client.releaseConnection(connection);
  }
}
