import { ResponseError } from '@backstage/errors';
import { PLUGIN_ID } from '../constants';
import type { RequestOptions } from './ArgocdHubApi';

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

  constructor(options: ArgocdHubClientOptions) {
    this.#discovery = options.discoveryApi;
    const fetchApi = options.fetchApi;
    this.#fetch = (input, init) =>
      fetchApi ? fetchApi.fetch(input, init) : fetch(input, init);
  }

  /** @throws ResponseError */
  async json<T>(path: string, options?: SendOptions): Promise<T> {
    return jsonOf<T>(await this.send(path, options));
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

/** @throws ResponseError when it is no JSON, as the page of a proxy that wants one to sign in */
export async function jsonOf<T>(response: Response): Promise<T> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw await ResponseError.fromResponse(response);
  }
  return (await response.json()) as T;
}
