import { isError, ResponseError } from '@backstage/errors';

/** A refusal of our routes, in the words of the route. */
export class HubFailure extends Error {
  /** HTTP status; absent where nobody answered. */
  readonly status?: number;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'HubFailure';
    this.status = status;
  }

  /** Whether it may be over by itself in a moment. */
  get isTransient(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** Says in a task log why a route refused, without HTTP around it. */
export function explainFailure(error: unknown): unknown {
  if (!isError(error) || error.name === 'AbortError') return error;
  if (isResponseError(error)) {
    const { statusCode } = error.body.response;
    return new HubFailure(
      error.body.error.message || error.message,
      statusCode,
    );
  }
  if (error.name === 'TypeError' && error.message === 'fetch failed') {
    return new HubFailure('The backend of Argo CD Hub does not answer.');
  }
  return error;
}

function isResponseError(error: Error): error is ResponseError {
  return error.name === 'ResponseError' && 'body' in error;
}
