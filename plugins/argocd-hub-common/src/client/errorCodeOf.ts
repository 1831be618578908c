import type { ErrorCode } from '../types';

const CODES: Record<ErrorCode, true> = {
  'hub-down': true,
  'hub-auth': true,
  'spoke-auth': true,
  'spoke-unreachable': true,
  'ambiguous-cluster': true,
  'operation-in-progress': true,
  'sync-window': true,
  'auto-sync': true,
  stale: true,
};

/**
 * The code of a refusal that the client threw; undefined where it has none, or
 * one of a newer backend.
 *
 * @public
 */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  const code = at(at(at(error, 'body'), 'error'), 'code');
  return typeof code === 'string' && Object.hasOwn(CODES, code)
    ? (code as ErrorCode)
    : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
