import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkQuery } from '../net/goUrl';
import { readBody } from '../net/body';
import type { HubState } from '../state/HubState';
import { tokenCookies } from './cookies';
import { parseTimeout, withDeadline } from './deadline';
import { ApiError, Code, invalidArgument } from './errors';
import { decodeJson } from './goJson';
import { refuseGrpcWeb } from './grpcWeb';
import { HubRequest, parseBool, parseInteger, type Route } from './HubRequest';
import { isApplicationPage, sendNoUserInterface } from './noUserInterface';
import type { RequestLog } from './RequestLog';
import { sendJson, sendRefusal, sendText } from './respond';
import { gatewayPath, type Match, Router } from './Router';
import type { Session, Sessions } from './Sessions';
import type { Replica, Replicas } from './streams/Replicas';
import { streamRoutes } from './streams/streamRoutes';

/** One call on its way through the gateway. */
interface Call extends Match {
  url: URL;
  replica: Replica;
}

/** argocd-server: REST and streams on one port. */
export class HubServer {
  readonly state: HubState;
  readonly #sessions: Sessions;
  readonly #replicas: Replicas;
  readonly #log: RequestLog;
  readonly #router: Router;
  readonly #root: string;

  constructor(options: {
    state: HubState;
    sessions: Sessions;
    replicas: Replicas;
    log: RequestLog;
    routes: Route[];
    /** what stands before every path, such as `/argo-cd`; default: nothing */
    rootPath?: string;
  }) {
    this.state = options.state;
    this.#sessions = options.sessions;
    this.#replicas = options.replicas;
    this.#log = options.log;
    this.#router = new Router([...streamRoutes, ...options.routes]);
    this.#root = options.rootPath ?? '';
  }

  /** Handles one request; never throws. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [rawPath, ...query] = (request.url ?? '/').split('?');
    if (rawPath === '/healthz') {
      sendText(response, 200, 'ok');
      return;
    }
    if (!rawPath.startsWith(`${this.#root}/`)) {
      sendText(response, 404, 'Not Found');
      return;
    }
    if (header(request, 'content-type') === 'application/grpc-web+proto') {
      refuseGrpcWeb(response);
      return;
    }
    if (isApplicationPage(request, rawPath.slice(this.#root.length))) {
      sendNoUserInterface(response);
      return;
    }
    await this.#gateway(request, response, {
      rawPath: rawPath.slice(this.#root.length),
      query: query.join('?'),
    });
  }

  async #gateway(
    request: IncomingMessage,
    response: ServerResponse,
    { rawPath, query }: { rawPath: string; query: string },
  ): Promise<void> {
    const method = request.method ?? 'GET';
    if (rawPath.startsWith('/api/') && method !== 'GET' && !isJson(request)) {
      sendText(response, 415, 'Invalid content type');
      return;
    }
    let path: string;
    try {
      path = gatewayPath(rawPath);
    } catch {
      sendText(response, 400, '400 Bad Request');
      return;
    }
    const match = this.#router.find(method, path);
    if (!match) {
      const isKnown = this.#router.knows(path);
      const code = isKnown ? 405 : 404;
      const text = isKnown ? 'Method Not Allowed' : 'Not Found';
      await sendRefusal(request, response, code, text);
      return;
    }
    this.#log.count(method, match.route.path);
    const replica = this.#replicas.take();
    const url = new URL(`${rawPath}?${query}`, 'http://hub');
    await this.#answer(request, response, { ...match, url, replica });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
  ): Promise<void> {
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    try {
      const deadline = parseTimeout(header(request, 'grpc-timeout'));
      checkParameters(call);
      if (call.route.stream) {
        const { url, params, replica } = call;
        await call.route.stream({ request, response, replica, url, params });
        return;
      }
      const body = await readBody(request);
      if (hasBody(call.route)) decodeJson(body);
      const result = await withDeadline(deadline, abort, () =>
        this.#handle(request, call, { body, abort }),
      );
      await sendJson(request, response, 200, result.body, result.headers);
    } catch (error) {
      const failure = ApiError.from(error);
      await sendJson(request, response, failure.httpStatus, failure.body);
    }
  }

  /** What happens behind the gateway. */
  async #handle(
    raw: IncomingMessage,
    { route, params, url, replica }: Call,
    { body, abort }: { body: string; abort: AbortController },
  ) {
    const session = await this.#authenticate(raw, route);
    const { state } = this;
    const { view } = replica;
    const { signal } = abort;
    const request = new HubRequest({
      ...{ state, view, raw, url, params, session, signal, body },
    });
    const answer = await route.handle!(request);
    const renewed = session?.renewed;
    const headers = {
      ...(renewed && {
        'grpc-metadata-renew-token': renewed,
        'set-cookie': tokenCookies(renewed),
      }),
      ...request.answerHeaders,
    };
    return { body: answer, headers };
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
}

/** The gateway reads parameters before it asks who is calling. */
function checkParameters({ route, url }: Call): void {
  try {
    checkQuery(url.search.slice(1));
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
  for (const [name, type] of Object.entries(route.parameters ?? {})) {
    const text = url.searchParams.get(name);
    if (text === null) continue;
    // Nothing at all is no bool and no number either.
    if (type === 'bool') parseBool(text, { isGiven: true });
    else parseInteger(text, { isGiven: true });
  }
}

function hasBody({ method, bodiless }: Route): boolean {
  return method !== 'GET' && method !== 'DELETE' && !bodiless;
}

function isJson(request: IncomingMessage): boolean {
  return header(request, 'content-type')?.toLowerCase() === 'application/json';
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
