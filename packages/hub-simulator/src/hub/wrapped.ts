import { ApiError, Code } from './errors';

/**
 * An error with Go's wrapping before it. One that already has a gRPC status of its
 * own keeps code and text as they are (F1.1.8).
 */
export function wrapped(prefix: string, error: unknown): ApiError {
  const inner = ApiError.from(error);
  if (inner.code !== Code.Unknown) return inner;
  return new ApiError(Code.Unknown, `${prefix}${inner.message}`);
}
