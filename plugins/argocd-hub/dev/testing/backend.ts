import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';

/**
 * Answers as the backend does, 304 for what has not changed included. What
 * `state` returns for a path is sent; an Error becomes a response with its status.
 */
export class FakeBackend {
  /** Requests so far, with the version that each one holds. */
  readonly requests: { url: string; ifNoneMatch: string | null }[] = [];
  state: (
    path: string,
  ) => EntityDeployments | object | { status: number } | undefined;

  constructor(state: FakeBackend['state']) {
    this.state = state;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const ifNoneMatch = request.headers.get('if-none-match');
    this.requests.push({ url: request.url, ifNoneMatch });
    const { pathname, search } = new URL(request.url);
    const state = this.state(pathname + search);
    if (!state) {
      return new Promise(() => {});
    }
    if ('status' in state) {
      return errorResponse(state.status as number);
    }
    const version = 'version' in state ? state.version : JSON.stringify(state);
    const etag = `W/"${version}"`;
    return ifNoneMatch === etag
      ? new Response(null, { status: 304, headers: { etag } })
      : new Response(JSON.stringify(state), {
          headers: { etag, 'content-type': 'application/json' },
        });
  };
}

const ERROR_NAMES: Record<number, string> = {
  403: 'NotAllowedError',
  404: 'NotFoundError',
  503: 'ServiceUnavailableError',
};

function errorResponse(status: number): Response {
  const error = { name: ERROR_NAMES[status], message: 'It went wrong' };
  return new Response(
    JSON.stringify({ error, response: { statusCode: status } }),
    { status, headers: { 'content-type': 'application/json' } },
  );
}
