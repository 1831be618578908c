import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { readBody } from '../net/body';
import type { HubState } from '../state/HubState';
import { parseTimeout } from './deadline';
import { ApiError, Code } from './errors';
import { HubRequest, RawJson, type Route } from './HubRequest';
import type { RequestLog } from './RequestLog';
import type { Session, Sessions } from './Sessions';
import { type ApplicationStreams, STREAM_PATH } from './ApplicationStreams';

const compress = promisify(gzip);
const METHODS: HTTPMethod[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** argocd-server: REST and streams on one port. */
export class HubServer {
  readonly #state: HubState;
  readonly #sessions: Sessions;
  readonly #streams: ApplicationStreams;
  readonly #log: RequestLog;
  readonly #router = findMyWay();

  constructor(options: {
    state: HubState;
    sessions: Sessions;
    streams: ApplicationStreams;
    log: RequestLog;
    routes: Route[];
  }) {
    this.#state = options.state;
    this.#sessions = options.sessions;
    this.#streams = options.streams;
    this.#log = options.log;
    for (const route of options.routes) {
      this.#router.on(route.method, route.path, () => {}, route);
    }
  }

  /** Handles one request; never throws. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://hub');
    const method = request.method ?? 'GET';
    if (method !== 'GET' && !hasAllowedType(request)) {
      sendText(response, 415, 'Invalid content type');
      return;
    }
    if (url.pathname === STREAM_PATH && method === 'GET') {
      this.#log.count(method, STREAM_PATH);
      await this.#stream(request, response, url);
      return;
    }
    // A raw colon in the last segment would name a verb of the gateway.
    const isVerb = url.pathname.split('/').at(-1)!.includes(':');
    const found = isVerb
      ? null
      : this.#router.find(method as HTTPMethod, url.pathname);
    if (!found) {
      this.#refuse(response, url.pathname, isVerb);
      return;
    }
    const route = found.store as Route;
    this.#log.count(method, route.path);
    const params = found.params as Record<string, string>;
    await this.#answer(request, response, { route, params, url });
  }

  #refuse(response: ServerResponse, path: string, isVerb: boolean): void {
    const exists =
      !isVerb && METHODS.some(method => this.#router.find(method, path));
    if (exists) sendText(response, 405, 'Method Not Allowed');
    else sendText(response, 404, 'Not Found');
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    call: { route: Route; params: Record<string, string>; url: URL },
  ): Promise<void> {
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    try {
      const deadline = parseTimeout(header(request, 'grpc-timeout'));
      const body = await readBody(request);
      const session = await this.#authenticate(request, call.route);
      const { state } = this;
      const { params, url } = call;
      const { signal } = abort;
      const result = await withDeadline(deadline, abort, async () =>
        call.route.handle(
          new HubRequest({
            state,
            raw: request,
            url,
            params,
            session,
            signal,
            body,
          }),
        ),
      );
      await sendJson(request, response, 200, result);
    } catch (error) {
      const failure = ApiError.from(error);
      await sendJson(request, response, failure.httpStatus, failure.body);
    }
  }

  get state(): HubState {
    return this.#state;
  }

  async #authenticate(
    request: IncomingMessage,
    route: Route,
  ): Promise<Session | undefined> {
    try {
      const session = await this.#sessions.authenticate(request);
      if (session || route.open) return session;
    } catch (error) {
      if (route.open) return undefined;
      throw error;
    }
    throw new ApiError(Code.Unauthenticated, 'no session information');
  }

  async #stream(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    try {
      parseTimeout(header(request, 'grpc-timeout'));
    } catch (error) {
      const failure = ApiError.from(error);
      await sendJson(request, response, failure.httpStatus, failure.body);
      return;
    }
    await this.#streams.open(request, response, url);
  }
}

async function withDeadline<T>(
  ms: number | undefined,
  abort: AbortController,
  task: () => Promise<T>,
): Promise<T> {
  if (ms === undefined) return task();
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // The gateway answers first; what it cut off has nobody to report to.
      reject(new ApiError(Code.DeadlineExceeded, 'context deadline exceeded'));
      abort.abort();
    }, ms);
  });
  try {
    return await Promise.race([task(), expiry]);
  } finally {
    clearTimeout(timer);
  }
}

function hasAllowedType(request: IncomingMessage): boolean {
  return header(request, 'content-type')?.toLowerCase() === 'application/json';
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

async function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: unknown,
): Promise<void> {
  if (response.destroyed) return;
  const text = body instanceof RawJson ? body.text : JSON.stringify(body);
  const zips =
    /\bgzip\b/.test(header(request, 'accept-encoding') ?? '') &&
    header(request, 'accept') !== 'text/event-stream';
  const bytes = zips ? await compress(text) : Buffer.from(text);
  response.writeHead(code, {
    'content-type': 'application/json',
    'grpc-metadata-content-type': 'application/grpc',
    'content-length': bytes.length,
    ...(zips && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
  });
  response.end(bytes);
}
