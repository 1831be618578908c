import type { Knex } from 'knex';

/**
 * To be selected at the beginning of a transaction on PostgreSQL: bounds how
 * long it can hold its locks when this process stands still, whatever it was
 * doing. Else nobody could take the lease until the connection is given up,
 * which may be never. Ends with the transaction.
 *
 * @param ttlMs - after this time somebody else may want the lock
 */
export function boundTransaction(knex: Knex, ttlMs: number): Knex.Raw {
  const setting = (name: string, milliseconds: number) =>
    `set_config('${name}', '${Math.round(milliseconds)}', true)`;
  const settings = [
    // We do not send the next statement.
    setting('idle_in_transaction_session_timeout', ttlMs / 3),
    // We do not read what was answered.
    setting('tcp_user_timeout', ttlMs / 3),
    setting('statement_timeout', ttlMs / 2),
    // Whatever it is; from PostgreSQL 17 on.
    `case when current_setting('transaction_timeout', true) is not null
      then ${setting('transaction_timeout', ttlMs)} end`,
  ];
  return knex.raw(`concat(${settings.join(', ')}) as bounds`);
}
