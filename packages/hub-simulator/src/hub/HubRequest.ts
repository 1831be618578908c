import type { IncomingMessage } from 'node:http';
import type { HubState } from '../state/HubState';
import type { HubView } from '../state/HubView';
import { ApiError, Code, invalidArgument } from './errors';
import type { Session } from './Sessions';

/** One REST call with what every handler needs. */
export class HubRequest {
  /** the hub's Kubernetes API and its Redis: always up to date */
  readonly state: HubState;
  /** the same as the answering replica sees it, which may be behind */
  readonly view: HubView;
  readonly raw: IncomingMessage;
  readonly url: URL;
  readonly params: Record<string, string>;
  readonly session: Session | undefined;
  /** Ends with the deadline of `Grpc-Timeout` or when the client goes away. */
  readonly signal: AbortSignal;
  readonly #body: string;

  constructor(options: {
    state: HubState;
    view: HubView;
    raw: IncomingMessage;
    url: URL;
    params: Record<string, string>;
    session: Session | undefined;
    signal: AbortSignal;
    body: string;
  }) {
    this.state = options.state;
    this.view = options.view;
    this.raw = options.raw;
    this.url = options.url;
    this.params = options.params;
    this.session = options.session;
    this.signal = options.signal;
    this.#body = options.body;
  }

  /** A query parameter, '' when absent. */
  query(name: string): string {
    return this.url.searchParams.get(name) ?? '';
  }

  queryAll(name: string): string[] {
    return this.url.searchParams.getAll(name);
  }

  /** A boolean query parameter; throws 400 for anything Go would not parse. */
  flag(name: string): boolean {
    const text = this.query(name);
    if (/^(|0|f|F|false|False|FALSE)$/.test(text)) return false;
    if (/^(1|t|T|true|True|TRUE)$/.test(text)) return true;
    throw invalidArgument(
      `type mismatch, parameter: ${name}, error: strconv.ParseBool: parsing "${text}": invalid syntax`,
    );
  }

  /** The parsed body; throws 400 when it is not JSON. */
  body<T>(): T {
    try {
      return JSON.parse(this.#body || '{}') as T;
    } catch (error) {
      throw invalidArgument((error as Error).message);
    }
  }

  may(resource: string, action: string, object: string): boolean {
    return this.state.rbac.allows(
      this.session?.username ?? '',
      resource,
      action,
      object,
    );
  }

  /** Throws 403 with Argo CD's sentence. */
  enforce(resource: string, action: string, object: string): void {
    if (this.may(resource, action, object)) return;
    const { username, issuedAt = 0 } = this.session ?? {};
    const iat = this.state.clock.timestamp(new Date(issuedAt * 1000));
    throw new ApiError(
      Code.PermissionDenied,
      `permission denied: ${resource}, ${action}, ${object}, sub: ${username}, iat: ${iat}`,
    );
  }
}

/** An answer that is JSON already, whole or in pieces. */
export class RawJson {
  readonly pieces: readonly Buffer[];

  constructor(body: string | Buffer | Buffer[]) {
    const whole = typeof body === 'string' ? Buffer.from(body) : body;
    this.pieces = Array.isArray(whole) ? whole : [whole];
  }
}

export type Handler = (request: HubRequest) => unknown;

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  path: string;
  /** Answers also without a session. */
  open?: boolean;
  handle: Handler;
}
