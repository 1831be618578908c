import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { readBody } from '../net/body';
import type { GenericObject } from '../types/kubernetes';
import type { Authenticator, User } from './Authenticator';
import { refusal, type Authorizer } from './Authorizer';
import { discover, VERSION } from './discovery';
import { parseRequest, type ResourceRequest } from './requestInfo';
import type { ResourceApi, ResourceCall } from './ResourceApi';
import { apiVersion, REVIEW_TYPES } from './resources';
import { review } from './reviews';
import {
  badRequest,
  forbidden,
  methodNotAllowed,
  notFound,
  StatusError,
  unknownResource,
} from './status';
import type { SpokeStore } from './SpokeStore';
import { watch } from './watch';
import type { TokenIssuer } from './TokenIssuer';

const HEALTH_PATHS = ['/readyz', '/livez', '/healthz'];
const DEFAULT_EXPIRY_S = 3600;
const SHORTEST_EXPIRY_S = 600;

/** One answer: a body, and 200 unless said otherwise. */
interface Answer {
  code?: number;
  body: unknown;
}

/** The Kubernetes API of one spoke: who, may they, then do it. */
export class SpokeServer {
  readonly #authenticator: Authenticator;
  readonly #authorizer: Authorizer;
  readonly #api: ResourceApi;
  readonly #store: SpokeStore;
  readonly #issuer: TokenIssuer;

  constructor(options: {
    authenticator: Authenticator;
    authorizer: Authorizer;
    api: ResourceApi;
    store: SpokeStore;
    issuer: TokenIssuer;
  }) {
    this.#authenticator = options.authenticator;
    this.#authorizer = options.authorizer;
    this.#api = options.api;
    this.#store = options.store;
    this.#issuer = options.issuer;
  }

  /** Handles one request; never throws. */
  async handle(request: IncomingMessage, response: ServerResponse) {
    try {
      const answer = await this.#answer(request, response);
      if (answer) send(response, answer.code ?? 200, answer.body);
    } catch (error) {
      const status =
        error instanceof StatusError
          ? error
          : new StatusError(500, 'InternalError', String(error));
      send(response, status.code, status);
    }
  }

  /** undefined when a watch has taken the response over. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Answer | undefined> {
    const url = new URL(request.url ?? '/', 'https://spoke');
    const user = await this.#authenticator.authenticate(request);
    const watches = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
    const wanted = parseRequest(request.method ?? 'GET', url.pathname, watches);
    if (!wanted) return this.#answerPath(user, request, url.pathname);
    this.#authorize(user, wanted);
    const contentType = request.headers['content-type'] ?? 'application/json';
    const call: ResourceCall = {
      ...wanted,
      user,
      query: url.searchParams,
      contentType,
      body: parseBody(await readBody(request), contentType),
    };
    if (call.verb !== 'watch') return this.#answerResource(call);
    watch(this.#store, call, response);
    return undefined;
  }

  async #answerPath(
    user: User,
    request: IncomingMessage,
    path: string,
  ): Promise<Answer> {
    const verb = (request.method ?? 'GET').toLowerCase();
    if (!this.#authorizer.allowsPath(user, path, verb)) {
      throw new StatusError(
        403,
        'Forbidden',
        `forbidden: User "${user.username}" cannot ${verb} path "${path}"`,
        {},
      );
    }
    if (path === '/version' || path === '/version/') return { body: VERSION };
    if (HEALTH_PATHS.includes(path)) return { body: 'ok' };
    const body = discover(path);
    if (!body) throw unknownResource();
    return { body };
  }

  async #answerResource(call: ResourceCall): Promise<Answer> {
    if (REVIEW_TYPES.includes(call.type)) {
      if (call.verb !== 'create') throw methodNotAllowed();
      const object = {
        ...(call.body as GenericObject | undefined),
        apiVersion: apiVersion(call.type),
        kind: call.type.kind,
      } as GenericObject;
      return { code: 201, body: review(this.#authorizer, call.user, object) };
    }
    if (call.subresource === 'token') return this.#requestToken(call);
    switch (call.verb) {
      case 'get':
        return { body: this.#api.get(call) };
      case 'list':
        return { body: this.#api.list(call) };
      case 'create':
        return { code: 201, body: this.#api.create(call) };
      case 'update':
        return { body: this.#api.update(call) };
      case 'patch':
        return { body: this.#api.patch(call) };
      case 'delete':
        return { body: this.#api.delete(call) };
      case 'deletecollection':
        return { body: this.#api.deleteCollection(call) };
      default:
        throw methodNotAllowed();
    }
  }

  /** `POST …/serviceaccounts/{name}/token`: a token that expires. */
  async #requestToken(call: ResourceCall): Promise<Answer> {
    const { name = '', namespace = '' } = call;
    const account = this.#store.of('serviceaccounts').get(name, namespace);
    if (!account) throw notFound(call.type, name);
    const body = (call.body ?? {}) as GenericObject;
    const spec = (body.spec ?? {}) as { expirationSeconds?: number };
    const seconds = spec.expirationSeconds ?? DEFAULT_EXPIRY_S;
    if (seconds < SHORTEST_EXPIRY_S) {
      throw new StatusError(
        422,
        'Invalid',
        `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      );
    }
    const token = await this.#issuer.boundToken(
      { namespace, name, uid: account.metadata.uid! },
      seconds,
    );
    const expires = new Date(Date.now() + seconds * 1000);
    return {
      code: 201,
      body: {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name, namespace },
        spec: { ...spec, expirationSeconds: seconds },
        status: { token, expirationTimestamp: expires.toISOString() },
      },
    };
  }

  #authorize(user: User, wanted: ResourceRequest): void {
    const { verb, type, namespace, name, subresource } = wanted;
    const attributes = {
      verb,
      group: type.group,
      resource: subresource ? `${type.resource}/${subresource}` : type.resource,
      namespace:
        namespace ?? (type.resource === 'namespaces' ? name : undefined),
      name,
    };
    if (this.#authorizer.allows(user, attributes)) return;
    throw forbidden(
      type,
      name ?? '',
      refusal(user, { ...attributes, namespace: attributes.namespace }),
    );
  }
}

function parseBody(text: string, contentType: string): unknown {
  if (!text) return undefined;
  if (!/json|yaml/.test(contentType)) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    );
  }
  try {
    return contentType.includes('yaml') ? parseYaml(text) : JSON.parse(text);
  } catch {
    throw badRequest('the object provided is unrecognized');
  }
}

function send(response: ServerResponse, code: number, body: unknown): void {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  response.writeHead(code, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
