import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator, User } from './auth/Authenticator';
import { authorizePath, authorizeResource } from './auth/authorize';
import type { Authorizer } from './auth/Authorizer';
import type { ResourceCall } from './api/ResourceCall';
import type { ResourceRouter } from './api/ResourceRouter';
import { impersonated } from './auth/impersonation';
import { readObjectBody } from './body';
import { discover, discoverAll, VERSION } from './discovery';
import { contentType, isAggregated, negotiate } from './negotiation';
import { openApi } from './openapi';
import { parseRequest, typeOf } from './requestInfo';
import { isServed } from './resources';
import { respond, type Answer } from './respond';
import {
  badRequest,
  methodNotAllowed,
  StatusError,
  unknownResource,
} from './status';

const HEALTH_PATH = /^\/(readyz|livez|healthz)(\/ping|\/etcd|\/log)?$/;
const HEALTH_CHECKS = ['ping', 'log', 'etcd'];
const NO_SUCH_PAGE = '404 page not found\n';

/** The Kubernetes API of one spoke: who, may they, then do it. */
export class SpokeServer {
  readonly #authenticator: Authenticator;
  readonly #authorizer: Authorizer;
  readonly #router: ResourceRouter;

  constructor(options: {
    authenticator: Authenticator;
    authorizer: Authorizer;
    router: ResourceRouter;
  }) {
    this.#authenticator = options.authenticator;
    this.#authorizer = options.authorizer;
    this.#router = options.router;
  }

  /** Handles one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse) {
    try {
      const answer = await this.#answer(request, response);
      if (answer) respond(response, answer);
    } catch (error) {
      const status =
        error instanceof StatusError
          ? error
          : new StatusError(
              500,
              'InternalError',
              `Internal error occurred: ${(error as Error).message}`,
            );
      if (response.headersSent) response.destroy();
      else respond(response, { code: status.code, body: status });
    }
  }

  /** undefined when a watch has taken the response over. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Answer | undefined> {
    const url = urlOf(request);
    const sender = await this.#authenticator.authenticate(request);
    const user = impersonated(this.#authorizer, sender, request);
    const method = request.method ?? 'GET';
    const query = url.searchParams;
    const info = parseRequest(method, url.pathname, query);
    if (!info) return this.#answerPath(user, request, url);
    authorizeResource(this.#authorizer, user, info);
    const type = typeOf(info);
    if (!type) {
      if (isServed(info.group, info.version)) throw unknownResource();
      return { code: 404, body: NO_SUCH_PAGE };
    }
    const given = request.headers['content-type'] ?? 'application/json';
    const call: ResourceCall = {
      ...info,
      type,
      user,
      query,
      contentType: given,
      agent: (request.headers['user-agent'] ?? 'unknown').split('/')[0],
      warnings: [],
      body:
        method === 'GET' || method === 'HEAD'
          ? undefined
          : await readObjectBody(request, given),
    };
    return this.#router.answer(call, request, response);
  }

  #answerPath(user: User, request: IncomingMessage, url: URL): Answer {
    const path = url.pathname.replace(/(?<=.)\/$/, '');
    const method = request.method ?? 'GET';
    authorizePath(this.#authorizer, user, url.pathname, method.toLowerCase());
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
    if (path === '/version') return { body: VERSION };
    if (HEALTH_PATH.test(path)) return { body: health(path, url) };
    if (path === '/') return { body: { paths: rootPaths() } };
    return this.#describe(request, path);
  }

  #describe(request: IncomingMessage, path: string): Answer {
    const { accept, host = '' } = request.headers;
    const document = openApi(path, accept);
    if (document) return document;
    const isRoot = path === '/api' || path === '/apis';
    const format = negotiate(accept, each => isRoot && isAggregated(each));
    const body = format.as ? discoverAll(path) : discover(path, host);
    if (!body) return { code: 404, body: NO_SUCH_PAGE };
    return { body, contentType: contentType(format) };
  }
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'https://spoke');
  } catch {
    throw badRequest(`invalid URL "${request.url}"`);
  }
}

function health(path: string, url: URL): string {
  if (!url.searchParams.has('verbose')) return 'ok';
  const [, name] = path.split('/');
  const checks = HEALTH_CHECKS.map(check => `[+]${check} ok\n`).join('');
  return `${checks}${name} check passed\n`;
}

function rootPaths(): string[] {
  return ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/readyz'].concat(
    '/openapi/v2',
    '/openapi/v3',
    '/version',
  );
}
