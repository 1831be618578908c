import {
  InputError,
  isError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { ErrorRequestHandler } from 'express';
import { CodedError } from '../errors';

/** Errors whose status and message are meant for the caller. */
const OURS = new Set([
  'InputError',
  'AuthenticationError',
  'NotAllowedError',
  'NotFoundError',
  'ConflictError',
  'NotModifiedError',
  'NotImplementedError',
  'ServiceUnavailableError',
]);

/**
 * Turns what a route threw into what a caller may know, for Backstage's own
 * error handler, which makes the body. Causes stay here: they can hold what a
 * hub or a cluster answered. A status of another server is never passed on.
 */
export function mapErrors(): ErrorRequestHandler {
  return (error, _request, _response, next) => next(toCallerError(error));
}

/** @see mapErrors */
export function toCallerError(error: unknown): Error {
  if (error instanceof CodedError) {
    return withoutCause(error);
  }
  if (!isError(error)) {
    return new Error('Unexpected failure');
  }
  if (isBodyError(error)) {
    return new InputError('The body of the request cannot be read');
  }
  if (OURS.has(error.name)) {
    return withoutCause(error);
  }
  if (isFromElsewhere(error)) {
    return new ServiceUnavailableError(
      'Another service of Backstage did not answer',
    );
  }
  return error;
}

function withoutCause(error: Error): Error {
  if (error.cause !== undefined) {
    Object.defineProperty(error, 'cause', { value: undefined });
  }
  return error;
}

/** Thrown by the body parser: too large, or no JSON. */
function isBodyError(error: Error): boolean {
  return (
    'type' in error &&
    typeof error.type === 'string' &&
    error.type.startsWith('entity.')
  );
}

/** Carries the status of an answer that somebody else gave us. */
function isFromElsewhere(error: Error): boolean {
  return (
    error.name === 'ResponseError' ||
    error.name === 'FetchError' ||
    (error.name === 'TypeError' && error.message === 'fetch failed')
  );
}
