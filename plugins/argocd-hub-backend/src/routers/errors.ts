import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  InputError,
  isError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import type { ErrorRequestHandler } from 'express';
import { CodedError } from '../errors';
import { HubError } from '../hub/HubError';
import { isDatabaseError, withoutStatement } from '../store/databaseError';
import { isDatabaseAway } from '../store/isDatabaseAway';

const LONGEST = 300;

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

const UNEXPECTED = 'Unexpected failure';

/**
 * Turns what a route threw into what a caller may know, for Backstage's own
 * error handler, which makes the body. Causes stay here: they can hold what a
 * hub or a cluster answered. A status of another server is never passed on.
 */
export function mapErrors(logger?: LoggerService): ErrorRequestHandler {
  return (error, _request, _response, next) => {
    const told = toCallerError(error);
    // The operator learns what the caller does not.
    if (told.message === UNEXPECTED) {
      logger?.error(UNEXPECTED, withoutQuotes(error));
    } else if (told !== error && isWorthALine(error, told)) {
      logger?.warn(stringifyError(withoutStatement(error)));
    }
    next(told);
  };
}

/** @see mapErrors */
export function toCallerError(error: unknown): Error {
  if (error instanceof CodedError) {
    return withoutCause(error);
  }
  if (!isError(error)) {
    return new Error(UNEXPECTED);
  }
  const unreadable = faultOfReading(error);
  if (unreadable) {
    return new InputError(unreadable);
  }
  if (OURS.has(error.name)) {
    return withoutCause(error);
  }
  if (error instanceof HubError) {
    return ofHub(error);
  }
  if (isDatabaseAway(error)) {
    return new ServiceUnavailableError('The database does not answer');
  }
  if (isDatabaseError(error)) {
    return new Error('The database could not do it');
  }
  if (isFromElsewhere(error)) {
    return new ServiceUnavailableError(
      'Another service of Backstage did not answer',
    );
  }
  return new Error(UNEXPECTED);
}

function isWorthALine(error: unknown, told: Error): boolean {
  return told.name === 'ServiceUnavailableError' || isDatabaseError(error);
}

/** A refusal of the hub is a fault of our configuration, never one of the caller. */
function ofHub(error: HubError): Error {
  if (error.status === 401 || error.status === 403) {
    return new CodedError({
      name: 'ServiceUnavailableError',
      code: 'hub-auth',
      message: 'The hub refused the account of Backstage',
    });
  }
  return error.isOutage
    ? new CodedError({
        name: 'ServiceUnavailableError',
        code: 'hub-down',
        message: 'The hub does not answer',
      })
    : new ServiceUnavailableError('The hub could not do it');
}

/**
 * Name, message and frames of a fault of ours, and nothing else that it carries.
 * What a parser or Node quotes of the values that they were given is left out.
 */
function withoutQuotes(error: unknown): Error {
  if (!isError(error)) {
    return new Error(`Thrown was no error but a value of type ${typeof error}`);
  }
  const message =
    error.name === 'SyntaxError'
      ? 'something could not be parsed'
      : error.message.split(/; caused by |\bReceived /)[0].trim();
  const told = new Error(message.slice(0, LONGEST));
  told.name = error.name;
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line));
  told.stack = [`${told.name}: ${told.message}`, ...(frames ?? [])].join('\n');
  return told;
}

/** Backstage's errors also repeat their cause in the message. */
function withoutCause(error: Error): Error {
  if (error.cause !== undefined) {
    error.message = error.message.split('; caused by ')[0];
    Object.defineProperty(error, 'cause', { value: undefined });
  }
  return error;
}

/** Why a request could not be read. The message of the parser may hold a part of the body. */
function faultOfReading(error: Error): string | undefined {
  if (error.name === 'URIError') {
    return 'The path is not encoded as UTF-8';
  }
  const type = 'type' in error ? String(error.type) : '';
  switch (isBadCompression(error) ? 'encoding' : type.split('.')[0]) {
    case 'entity':
      return type === 'entity.too.large'
        ? 'The body is too large'
        : 'The body is no JSON that can be read';
    case 'encoding':
    case 'charset':
      return 'The body is in an encoding that cannot be read; send UTF-8, plain or gzip';
    case 'parameters':
    case 'request':
      return 'The request cannot be read';
    default:
      return undefined;
  }
}

function isBadCompression(error: Error): boolean {
  return 'code' in error && /^Z_/.test(String(error.code));
}

/** Carries the status of an answer that somebody else gave us, or that there was none. */
function isFromElsewhere(error: Error): boolean {
  return (
    'status' in error ||
    'statusCode' in error ||
    (error.name === 'TypeError' && error.message === 'fetch failed')
  );
}
