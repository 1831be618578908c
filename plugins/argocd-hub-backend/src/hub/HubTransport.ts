import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';
import type { HubConfig } from '../config';
import { HubError } from './HubError';
import { readItems } from './readItems';
import { readText } from './readText';

const CONNECT_TIMEOUT_MS = 10_000;
const LARGEST_ERROR = 64 * 1024;
const LONGEST_MESSAGE = 2_000;

/** One call. Parts of the path are encoded by the caller. */
export interface HubCall {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the hub's base, with its query; begins with `/`. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up; Infinity for a stream. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Added as `Authorization`. */
  token?: string;
}

/**
 * HTTP to one hub: its own CA, no redirects, deadlines, a limited number of
 * kept connections. Streams and live reads of clusters have connections of
 * their own, so that slow ones never keep the others waiting.
 */
export class HubTransport {
  readonly #origin: string;
  readonly #basePath: string;
  readonly #agents: Record<'calls' | 'streams' | 'probes', Agent>;

  constructor(hub: Pick<HubConfig, 'url' | 'tls'>) {
    const { origin, pathname } = new URL(hub.url);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/+$/, '');
    const agent = (connections: number) =>
      new Agent({
        connections,
        keepAliveTimeout: 30_000,
        connect: {
          timeout: CONNECT_TIMEOUT_MS,
          ca: hub.tls.ca,
          rejectUnauthorized: !hub.tls.skipVerify,
        },
      });
    this.#agents = { calls: agent(10), streams: agent(4), probes: agent(64) };
  }

  /** Resolves with the answer, whatever its status. Throws HubError where there is none. */
  async send(
    call: HubCall,
    pool: 'calls' | 'streams' | 'probes' = 'calls',
  ): Promise<Dispatcher.ResponseData> {
    try {
      const answer = await this.#agents[pool].request({
        origin: this.#origin,
        path: `${this.#basePath}${call.path}`,
        method: call.method ?? 'GET',
        headers: headersOf(call),
        body: call.body && JSON.stringify(call.body),
        signal: deadline(call),
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      // Who reads the body hears of its errors; one that is dropped must not end the process.
      answer.body.on('error', () => {});
      return answer;
    } catch (error) {
      call.signal?.throwIfAborted();
      throw HubError.fromConnection(error);
    }
  }

  /** The body of a good answer as text; throws HubError for every other answer. */
  async text(call: HubCall, options: { largest: number }): Promise<string> {
    return this.#good(call, body => readText(body, options.largest));
  }

  /** The items of a good answer that is a list. */
  async items<T>(call: HubCall, options: { largest: number }): Promise<T[]> {
    return this.#good(call, body => readItems<T>(body, options.largest));
  }

  async #good<T>(
    call: HubCall,
    read: (body: Readable) => Promise<T>,
  ): Promise<T> {
    const answer = await this.send(call);
    if (answer.statusCode !== 200) {
      throw await errorOf(answer, call);
    }
    try {
      return await read(plain(answer));
    } catch (error) {
      call.signal?.throwIfAborted();
      throw HubError.fromConnection(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      Object.values(this.#agents).map(agent => agent.destroy()),
    );
  }
}

/** What a hub says when it refuses, without whatever secret the call held. */
export async function errorOf(
  answer: Dispatcher.ResponseData,
  call: HubCall,
): Promise<HubError> {
  const { statusCode: status } = answer;
  if (status >= 300 && status < 400) {
    answer.body.destroy();
    return new HubError({
      class: 'protocol',
      status,
      message: 'The hub redirects; is its url right, with https and base path?',
    });
  }
  const text = await readText(plain(answer), LARGEST_ERROR).catch(() => '');
  const { message, code } = errorBody(text);
  return new HubError({
    class: status === 401 ? 'auth' : 'http',
    status,
    grpcCode: code,
    retryAfterMs: retryAfter(answer.headers['retry-after']),
    message: redact(message || `The hub answered ${status}`, call),
  });
}

/** An ordinary error body, or the frame of a stream with or without SSE around it. */
export function errorBody(text: string): { message?: string; code?: number } {
  try {
    const body = JSON.parse(text.replace(/^data:\s*/, ''));
    const frame = typeof body.error === 'object' ? body.error : body;
    return {
      message: frame?.message ?? frame?.error,
      code: frame?.grpc_code ?? frame?.code,
    };
  } catch {
    // A front's own page says nothing that belongs into a message.
    return {};
  }
}

function headersOf(call: HubCall): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...call.headers,
  };
  if (call.token) {
    headers.authorization = `Bearer ${call.token}`;
  }
  if (call.method && call.method !== 'GET') {
    // The hub takes exactly this and nothing else, also without a body.
    headers['content-type'] = 'application/json';
  }
  return headers;
}

function deadline(call: HubCall): AbortSignal | undefined {
  if (!Number.isFinite(call.timeoutMs)) {
    return call.signal;
  }
  const timeout = AbortSignal.timeout(call.timeoutMs);
  return call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
}

export function plain(answer: Dispatcher.ResponseData): Readable {
  if (answer.headers['content-encoding'] !== 'gzip') {
    return answer.body;
  }
  const gunzip = createGunzip();
  answer.body.on('error', error => gunzip.destroy(error));
  return answer.body.pipe(gunzip);
}

function retryAfter(value: string | string[] | undefined): number | undefined {
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

function redact(message: string, call: HubCall): string {
  const secrets = [call.token, ...secretsIn(call.body)];
  return secrets
    .filter((secret): secret is string => Boolean(secret))
    .reduce((text, secret) => text.replaceAll(secret, '***'), message)
    .slice(0, LONGEST_MESSAGE);
}

function secretsIn(body: object | undefined): unknown[] {
  const { password, config } = (body ?? {}) as {
    password?: unknown;
    config?: { bearerToken?: unknown };
  };
  return [password, config?.bearerToken].filter(
    secret => typeof secret === 'string',
  );
}
