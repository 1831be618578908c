import { isError } from '@backstage/errors';
import { driverMessage } from './databaseError';

/** SQLSTATE classes of PostgreSQL: no connection, no room for one, somebody shuts it down. */
const CLASSES = ['08', '53', '57P'];
/** A connection that the database cut off in the middle of a transaction; one to a server that only reads, as after a failover. */
const CUT_OFF = ['25P03', '25P04', '25006'];
/** A statement that took too long, a deadlock, a conflict with somebody else, a lock that was not to be had: what was asked is not to blame. */
const IN_THE_WAY = ['57014', '40P01', '40001', '55P03'];
/** Locked by another process, no room left, or a disk that does not answer. */
const SQLITE = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN)(_|$)/;
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];
/** What the driver says itself has no code. */
const SAID =
  /^(Connection terminated|Connection ended|timeout expired|Client has encountered a connection error|.*Unable to acquire a connection)/i;

/**
 * Whether a store failed because its database cannot be reached, is locked or
 * too slow, or has no connection or room left, rather than because of what was
 * asked: it is worth trying again.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!isError(error)) {
    return false;
  }
  const code = 'code' in error ? String(error.code) : '';
  return (
    CLASSES.some(prefix => /^\w{5}$/.test(code) && code.startsWith(prefix)) ||
    CUT_OFF.includes(code) ||
    IN_THE_WAY.includes(code) ||
    SQLITE.test(code) ||
    (NETWORK.includes(code) && !('status' in error)) ||
    error.name === 'KnexTimeoutError' ||
    SAID.test(driverMessage(error))
  );
}
