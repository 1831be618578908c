import { DialError, SpokeStatusError } from '../net/SpokeClient';
import { AlreadyExistsError, ConflictError } from '../state/ObjectStore';

/** gRPC codes that Argo CD uses, by name. */
export const Code = {
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  Unauthenticated: 16,
} as const;

const HTTP_STATUS: Record<number, number> = {
  1: 408,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  14: 503,
  16: 401,
};

const HTTP_TEXT: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Kubernetes' errors by their reason; what has none of these is Unknown. */
const BY_REASON: Record<string, number> = {
  NotFound: Code.NotFound,
  AlreadyExists: Code.AlreadyExists,
  Invalid: Code.InvalidArgument,
  MethodNotAllowed: Code.Unimplemented,
  ServiceUnavailable: Code.Unavailable,
  BadRequest: Code.FailedPrecondition,
  Unauthorized: Code.Unauthenticated,
  Forbidden: Code.PermissionDenied,
  Timeout: Code.DeadlineExceeded,
  ServerTimeout: Code.Unavailable,
  Conflict: Code.Aborted,
  TooManyRequests: Code.ResourceExhausted,
  InternalError: Code.Internal,
};

/** An error with the gRPC code that Argo CD gives it. */
export class ApiError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.code] ?? 500;
  }

  /** The body of a REST answer. */
  get body() {
    return { error: this.message, code: this.code, message: this.message };
  }

  /** The frame of a stream. */
  get frame() {
    return {
      error: {
        grpc_code: this.code,
        http_code: this.httpStatus,
        message: this.message,
        http_status: HTTP_TEXT[this.httpStatus],
      },
    };
  }

  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof ConflictError) {
      return new ApiError(Code.Aborted, error.message);
    }
    if (error instanceof AlreadyExistsError) {
      return new ApiError(Code.AlreadyExists, error.message);
    }
    return new ApiError(Code.Unknown, (error as Error).message);
  }
}

export const permissionDenied = (): ApiError =>
  new ApiError(Code.PermissionDenied, 'permission denied');

export const invalidArgument = (message: string): ApiError =>
  new ApiError(Code.InvalidArgument, message);

/** A spoke's failure as it reaches the client: its own status where it had one. */
export function fromSpoke(error: unknown, prefix: string): ApiError {
  if (error instanceof SpokeStatusError) {
    return new ApiError(
      BY_REASON[error.reason] ?? Code.Unknown,
      `${prefix}${error.message}`,
    );
  }
  if (error instanceof DialError) {
    return new ApiError(Code.Unknown, `${prefix}${error.message}`);
  }
  return ApiError.from(error);
}
