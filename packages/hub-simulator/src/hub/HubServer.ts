import type { IncomingMessage, ServerResponse } from 'node:http';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { readBody } from '../net/body';
import type { HubState } from '../state/HubState';
import { parseTimeout } from './deadline';
import { ApiError, Code } from './errors';
import { HubRequest, type Route } from './HubRequest';
import type { RequestLog } from './RequestLog';
import type { Session, Sessions } from './Sessions';
import { STREAM_PATH } from './ApplicationStreams';
import type { Replica, Replicas } from './Replicas';
import { sendJson, sendText } from './respond';

const METHODS: HTTPMethod[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** argocd-server: REST and streams on one port. */
export class HubServer {
  readonly #state: HubState;
  readonly #sessions: Sessions;
  readonly #replicas: Replicas;
  readonly #log: RequestLog;
  readonly #router = findMyWay();

  constructor(options: {
    state: HubState;
    sessions: Sessions;
    replicas: Replicas;
    log: RequestLog;
    routes: Route[];
  }) {
    this.#state = options.state;
    this.#sessions = options.sessions;
    this.#replicas = options.replicas;
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
    const replica = this.#replicas.take();
    if (url.pathname === STREAM_PATH && method === 'GET') {
      this.#log.count(method, STREAM_PATH);
      await this.#stream(request, response, { replica, url });
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
    await this.#answer(request, response, { route, params, url, replica });
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
    call: {
      route: Route;
      params: Record<string, string>;
      url: URL;
      replica: Replica;
    },
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
            view: call.replica.view,
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
    { replica, url }: { replica: Replica; url: URL },
  ): Promise<void> {
    try {
      parseTimeout(header(request, 'grpc-timeout'));
    } catch (error) {
      const failure = ApiError.from(error);
      await sendJson(request, response, failure.httpStatus, failure.body);
      return;
    }
    await replica.streams.open(request, response, url);
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
