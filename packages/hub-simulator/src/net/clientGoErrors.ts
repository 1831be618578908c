/**
 * Errors as Go's net/http and client-go word them.
 */

/** The spoke could not be talked to; the text is that of client-go. */
export class DialError extends Error {}

/** A cluster's config cannot be used; nothing has been dialled. */
export class ConfigError extends DialError {}

/** The address of a cluster is none, so that there is no client for it. */
export class AddressError extends DialError {}

/** The spoke answered with a failure. */
export class SpokeStatusError extends Error {
  readonly code: number;
  /** as in `Status.reason`, empty when unknown; F1.1.8 maps by it */
  readonly reason: string;

  constructor(code: number, message: string, reason = genericOf(code).reason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** What went wrong below HTTP, in Go's words. */
export class GoError extends Error {
  /** client-go tries a GET again after these */
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable = false) {
    super(message);
    this.isRetryable = isRetryable;
  }
}

/** The ends of a connection as Go writes them: `127.0.0.1:443`. */
export interface Ends {
  local: string;
  remote: string;
}

export function hostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An error of a socket that was connected; a connection that just ends is EOF. */
export function socketError(
  error: NodeJS.ErrnoException,
  { local, remote }: Ends,
): GoError {
  if (error instanceof GoError) return error;
  const isReset = error.code === 'ECONNRESET' && error.syscall;
  if (isReset || error.code === 'EPIPE') {
    return new GoError(
      `read tcp ${local}->${remote}: read: connection reset by peer`,
      true,
    );
  }
  if (error.code === 'ECONNRESET') return new GoError('EOF', true);
  return new GoError(error.message);
}

interface Generic {
  reason: string;
  /** undefined where client-go repeats what the server said */
  message?: string;
}

const GENERIC: Record<number, Generic> = {
  400: {
    reason: 'BadRequest',
    message: 'the server rejected our request for an unknown reason',
  },
  401: {
    reason: 'Unauthorized',
    message: 'the server has asked for the client to provide credentials',
  },
  403: { reason: 'Forbidden' },
  404: {
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  },
  405: {
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  },
  406: { reason: 'NotAcceptable' },
  409: { reason: 'Conflict', message: 'the server reported a conflict' },
  415: { reason: 'UnsupportedMediaType' },
  422: {
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
  },
  429: {
    reason: 'TooManyRequests',
    message:
      'the server has received too many requests and has asked us to try again later',
  },
  503: {
    reason: 'ServiceUnavailable',
    message: 'the server is currently unable to handle the request',
  },
  504: {
    reason: 'Timeout',
    message:
      'the server was unable to return a response in the time allotted, but may still be processing the request',
  },
};

function genericOf(code: number): Generic {
  return GENERIC[code] ?? { reason: code >= 500 ? 'InternalError' : '' };
}

/** The most that client-go repeats of an answer that is no Status. */
const MOST_TEXT = 2048;

/**
 * The error of an answer: the server's own message when it sent a Status, else
 * what client-go says about the code. `subject` is such as `get events` where
 * the caller uses a typed client.
 */
export function statusError(
  answer: { code: number; text: string; contentType: string },
  { method, subject, isRaw }: Asked,
): SpokeStatusError {
  const status = isRaw ? undefined : readStatus(answer);
  const { code } = answer;
  if (status) {
    return new SpokeStatusError(
      status.code ?? code,
      status.message ?? '',
      status.reason ?? '',
    );
  }
  const { reason } = genericOf(code);
  const message = genericMessage(code, saidBy(answer));
  return new SpokeStatusError(
    code,
    subject ? `${message} (${subject})` : message,
    code === 409 && method === 'POST' ? 'AlreadyExists' : reason,
  );
}

export interface Asked {
  method: string;
  subject?: string;
  /** discovery reads bytes, and never looks for a Status */
  isRaw: boolean;
}

/** What client-go says about a code when `said` is all that it got. */
function genericMessage(code: number, said: string): string {
  const { message } = genericOf(code);
  if (message) return message;
  if (GENERIC[code]) return said;
  if (code < 500) {
    return `the server responded with the status code ${code} but did not return more information`;
  }
  return `an error on the server (${JSON.stringify(
    said,
  )}) has prevented the request from succeeding`;
}

function saidBy(answer: { text: string; contentType: string }): string {
  const isText = /^($|text\/)/.test(answer.contentType);
  return isText ? answer.text.slice(0, MOST_TEXT).trim() : 'unknown';
}

interface Status {
  kind?: string;
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
}

function readStatus(answer: {
  text: string;
  contentType: string;
}): Status | undefined {
  if (!answer.contentType.startsWith('application/json')) return undefined;
  try {
    const status = JSON.parse(answer.text) as Status | null;
    const isFailure = status?.kind === 'Status' && status.status !== 'Success';
    return isFailure ? status : undefined;
  } catch {
    return undefined;
  }
}

/** A failure as the API server itself would answer it, for a code alone. */
export function statusAnswer(code: number): {
  body: string;
  contentType: string;
} {
  const said =
    code === 401 ? 'Unauthorized' : genericMessage(code, 'no details');
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: said,
    reason: genericOf(code).reason,
    code,
  });
  return { body, contentType: 'application/json' };
}
