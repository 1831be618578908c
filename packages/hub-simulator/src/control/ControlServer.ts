import type { IncomingMessage, ServerResponse } from 'node:http';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { readBody } from '../net/body';
import { ControlError } from './ControlError';

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export interface ControlRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface ControlRoute {
  method: 'GET' | 'POST';
  path: string;
  handle: (request: ControlRequest) => unknown;
}

/** The simulator's own API: faults, switches and counters. Never seen by the product. */
export class ControlServer {
  readonly #router = findMyWay();

  constructor(routes: ControlRoute[]) {
    for (const route of routes) {
      this.#router.on(route.method, route.path, () => {}, route);
    }
  }

  /** Handles one request; never throws. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      checkSender(request);
      const result = await this.#answer(request);
      if (typeof result === 'string') send(response, 200, result, 'text/plain');
      else send(response, 200, JSON.stringify(result ?? {}));
    } catch (error) {
      const status = error instanceof ControlError ? error.status : 500;
      const { message } = error as Error;
      send(response, status, JSON.stringify({ error: message }));
    }
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const text = await readBody(request);
    const body = text ? parse(text) : {};
    return this.call(request.method ?? 'GET', request.url ?? '/', body);
  }

  /** Carries out a call without HTTP. Throws a {@link ControlError} with a 4xx. */
  async call(
    method: string,
    path: string,
    body: Record<string, unknown> = {},
  ): Promise<unknown> {
    const url = new URL(path, 'http://control');
    const found = this.#find(method, url.pathname);
    if (!found) {
      throw new ControlError(404, `no such call: ${method} ${url.pathname}`);
    }
    return (found.store as ControlRoute).handle({
      params: found.params as Record<string, string>,
      query: url.searchParams,
      body,
    });
  }

  /** Whether there is such a call. */
  knows(method: string, path: string): boolean {
    return !!this.#find(method, new URL(path, 'http://control').pathname);
  }

  #find(method: string, path: string) {
    return this.#router.find(method as HTTPMethod, path);
  }
}

/**
 * The control API hands out administrators: no web page may call it, not even
 * one whose name leads to this machine.
 */
function checkSender({ headers }: IncomingMessage): void {
  const isLocal = LOCAL_HOST.test(headers.host ?? '');
  if (isLocal && headers.origin === undefined) return;
  throw new ControlError(403, 'the control API is not for web pages');
}

function parse(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ControlError(400, 'the body is not JSON');
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>;
  }
  throw new ControlError(400, 'the body is not an object');
}

function send(
  response: ServerResponse,
  code: number,
  text: string,
  type = 'application/json',
): void {
  response.writeHead(code, { 'content-type': `${type}; charset=utf-8` });
  response.end(text);
}
