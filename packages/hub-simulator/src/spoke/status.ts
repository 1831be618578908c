/** One reason for a failure, as `details.causes` lists them. */
export interface Cause {
  reason: string;
  message: string;
  field?: string;
}

/** The `details` of a failure. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: Cause[];
  retryAfterSeconds?: number;
}

/** A Kubernetes `Status` failure as the API server answers it. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** `metadata` of the Status, where a list can be continued */
  readonly metadata: object;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: object = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  toJSON() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

interface Names {
  group: string;
  resource: string;
}

export function qualified({ group, resource }: Names): string {
  return group ? `${resource}.${group}` : resource;
}

export function notFound(names: Names, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(names)} "${name}" not found`,
    detailsOf(names, name),
  );
}

export function alreadyExists(names: Names, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${qualified(names)} "${name}" already exists`,
    detailsOf(names, name),
  );
}

export function conflict(names: Names, name: string, why: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(names)} "${name}": ${why}`,
    detailsOf(names, name),
  );
}

export function forbidden(
  names: Names,
  name: string,
  why: string,
): StatusError {
  const object = name ? `${qualified(names)} "${name}"` : qualified(names);
  return new StatusError(
    403,
    'Forbidden',
    `${object} is forbidden: ${why}`,
    detailsOf(names, name),
  );
}

export function badRequest(why: string): StatusError {
  return new StatusError(400, 'BadRequest', why);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function unknownResource(): StatusError {
  return new StatusError(
    404,
    'NotFound',
    'the server could not find the requested resource',
    {},
  );
}

/** An old resource version whose events are no longer known. */
export function expired(message: string, metadata?: object): StatusError {
  return new StatusError(410, 'Expired', message, undefined, metadata);
}

export function tooLargeVersion(wanted: number, current: number): StatusError {
  return new StatusError(
    504,
    'Timeout',
    `Too large resource version: ${wanted}, current: ${current}`,
    {
      causes: [
        {
          reason: 'ResourceVersionTooLarge',
          message: 'Too large resource version',
        },
      ],
      retryAfterSeconds: 1,
    },
  );
}

function detailsOf({ group, resource }: Names, name: string): StatusDetails {
  return {
    ...(name && { name }),
    ...(group && { group }),
    kind: resource,
  };
}
