import { isError } from '@backstage/errors';

/** What knex puts before the words of the driver: the statement with all its values. */
const STATEMENT =
  /^\s*(select|insert|update|delete|with|values|begin|commit|rollback|savepoint|release|set|pragma|create|alter|drop)\b/i;
const LONGEST = 300;

interface DriverError extends Error {
  code?: unknown;
  severity?: unknown;
  table?: unknown;
  constraint?: unknown;
}

/** Whether a database, or the way to it, failed: its message may hold a statement and values of records. */
export function isDatabaseError(error: unknown): error is Error {
  if (!isError(error)) {
    return false;
  }
  const { code, severity } = error as DriverError;
  return (
    /^SQLITE_/.test(String(code)) ||
    (severity !== undefined && /^\w{5}$/.test(String(code))) ||
    (STATEMENT.test(error.message) && error.message.includes(' - '))
  );
}

/**
 * The words of the driver, without the statement. PostgreSQL's may still quote
 * a value: for the log see `withoutStatement`.
 */
export function driverMessage(error: Error): string {
  const { message } = error;
  return STATEMENT.test(message)
    ? message.slice(message.lastIndexOf(' - ') + 3)
    : message;
}

/**
 * The error as it may be logged: knex puts the whole statement, with the values
 * of records, into the message. Other errors stay as they are.
 */
export function withoutStatement(error: unknown): Error {
  if (!isError(error)) {
    return new Error(String(error));
  }
  if (!isDatabaseError(error)) {
    return error;
  }
  const told = new Error(describe(error).slice(0, LONGEST));
  told.name = error.name;
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line));
  told.stack = [`${told.name}: ${told.message}`, ...(frames ?? [])].join('\n');
  return told;
}

function describe(error: DriverError): string {
  const { code, severity, table, constraint } = error;
  if (severity === undefined || isAboutTheServer(String(code))) {
    const suffix = code === undefined ? '' : ` (${code})`;
    return `${driverMessage(error)}${suffix}`;
  }
  const where = Object.entries({ table, constraint }).flatMap(([key, value]) =>
    value ? [`${key} ${value}`] : [],
  );
  return [`PostgreSQL refused with ${code}`, ...where].join(', ');
}

/** SQLSTATE classes whose messages speak of connections, locks and room, never of values. */
function isAboutTheServer(code: string): boolean {
  return ['08', '25', '40', '53', '55', '57', '58'].includes(code.slice(0, 2));
}
