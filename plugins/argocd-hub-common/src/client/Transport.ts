import { ResponseError } from '@backstage/errors';
import { PLUGIN_ID } from '../constants';
import type { HeldAnswer, RequestOptions } from './ArgocdHubApi';

/** What the client needs of its surroundings. @public */
export interface ArgocdHubClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Default: the global `fetch`. */
  fetchApi?: { fetch: typeof fetch };
}

export interface SendOptions extends RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** Sends requests to the backend, and throws what it refuses. */
export class Transport {
  readonly #discovery: ArgocdHubClientOptions['discoveryApi'];
  readonly #fetch: typeof fetch;
  /** By the answer that came with it. */
  readonly #etags = new WeakMap<object, string>();

  constructor(options: ArgocdHubClientOptions) {
    this.#discovery = options.discoveryApi;
    const fetchApi = options.fetchApi;
    this.#fetch = (input, init) =>
      fetchApi ? fetchApi.fetch(input, init) : fetch(input, init);
  }

  /**
   * @returns `held` itself where nothing has changed since it was answered
   * @throws ResponseError
   */
  async json<T extends object>(
    path: string,
    options: SendOptions & HeldAnswer<T> = {},
  ): Promise<T> {
    const { held, ...rest } = options;
    const etag = held && this.#etags.get(held);
    const response = await this.send(
      path,
      etag ? { ...rest, headers: ifChanged(etag) } : rest,
    );
    if (response.status === 304 && held) {
      return held;
    }
    const answer = await jsonOf<T>(response);
    const current = response.headers.get('etag');
    if (current) {
      this.#etags.set(answer, current);
    }
    return answer;
  }

  /**
   * @returns a response that is good, or 304
   * @throws ResponseError
   */
  async send(path: string, options: SendOptions = {}): Promise<Response> {
    const baseUrl = await this.#discovery.getBaseUrl(PLUGIN_ID);
    const headers: Record<string, string> = { ...options.headers };
    if (options.token) {
      headers.Authorization = `Bearer ${options.token}`;
    }
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const response = await this.#fetch(`${baseUrl}${path}`, {
      method: options.method ?? 'GET',
      headers,
      // Else a browser answers a 304 from its own cache, as a 200.
      cache: 'no-store',
      signal: options.signal,
      body:
        options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    if (!response.ok && response.status !== 304) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

/** `no-store` alone makes browsers say `no-cache`, to which no server answers 304 by itself. */
function ifChanged(etag: string): Record<string, string> {
  return { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
}

/** @throws ResponseError when it is no JSON, as the page of a proxy that wants one to sign in */
export async function jsonOf<T>(response: Response): Promise<T> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw await ResponseError.fromResponse(response);
  }
  return (await response.json()) as T;
}
