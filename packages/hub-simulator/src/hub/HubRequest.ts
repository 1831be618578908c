import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { HubState } from '../state/HubState';
import type { HubView } from '../state/HubView';
import { enforce, isAllowed } from './enforce';
import { invalidArgument } from './errors';
import { decodeJson } from './goJson';
import type { Replica } from './streams/Replicas';
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
  /** undefined only in routes that are open to everybody */
  readonly session: Session | undefined;
  /** Ends with the deadline of `Grpc-Timeout` or when the client goes away. */
  readonly signal: AbortSignal;
  /** headers that a handler adds to a good answer */
  readonly answerHeaders: OutgoingHttpHeaders = {};
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
    return parseBool(this.query(name));
  }

  /** A whole number, 0 when absent; throws 400 for anything Go would not parse. */
  integer(name: string): number {
    return parseInteger(this.query(name));
  }

  /** The parsed body, an empty object without one; throws 400 when it is not JSON. */
  body<T>(): T {
    return (decodeJson(this.#body) ?? {}) as T;
  }

  may(resource: string, action: string, object: string): boolean {
    return isAllowed(this.state, this.session, { resource, action, object });
  }

  /** Throws 403 with Argo CD's sentence. */
  enforce(resource: string, action: string, object: string): void {
    enforce(this.state, this.session, { resource, action, object });
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

/** A call that answers for as long as it likes, and does everything itself. */
export interface StreamCall {
  request: IncomingMessage;
  response: ServerResponse;
  replica: Replica;
  url: URL;
  params: Record<string, string>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** literal segments, `:name` for one, `*` for the rest */
  path: string;
  /** Answers also without a session. */
  open?: boolean;
  /** query parameters that the gateway parses before anything else is looked at */
  parameters?: Record<string, 'bool' | 'integer'>;
  /** The gateway reads no body, although the method could have one. */
  bodiless?: boolean;
  /** Answers instead of {@link Route.handle}; checks the session by itself. */
  stream?(call: StreamCall): Promise<void>;
  handle?: Handler;
}

/**
 * `strconv.ParseBool`; throws 400. Nothing is false, unless it was given as the
 * value of a parameter.
 */
export function parseBool(text: string, { isGiven = false } = {}): boolean {
  if (!text && !isGiven) return false;
  if (/^(0|f|F|false|False|FALSE)$/.test(text)) return false;
  if (/^(1|t|T|true|True|TRUE)$/.test(text)) return true;
  throw syntax('ParseBool', text);
}

/** `strconv.ParseInt` in the same way, with 0 for nothing. */
export function parseInteger(text: string, { isGiven = false } = {}): number {
  if (!text && !isGiven) return 0;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw syntax('ParseInt', text);
}

function syntax(what: string, text: string) {
  const quoted = JSON.stringify(text);
  return invalidArgument(`strconv.${what}: parsing ${quoted}: invalid syntax`);
}
