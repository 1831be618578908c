import { Agent } from 'undici';
import type { HubConfig } from '../config';
import { HubAnswer } from './HubAnswer';
import { HubError } from './HubError';
import type { HubCallReport, HubOutcome, HubRoute } from './types';

const CONNECT_TIMEOUT_MS = 10_000;
/** The signal of the deadline comes first, where it comes. */
const AFTER_DEADLINE_MS = 500;

/** One call. Parts of the path are encoded by the caller. */
export interface HubCall {
  route: HubRoute;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the hub's base, with its query; begins with `/`. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up; Infinity for a stream. */
  timeoutMs: number;
  /** Milliseconds without a byte of the body until it is given up. Default: the whole call. */
  stallMs?: number;
  signal?: AbortSignal;
  /** Added as `Authorization`. */
  token?: string;
  /** Default `calls`. */
  pool?: HubPool;
}

/**
 * Each has connections of its own, so that no kind of call keeps another
 * waiting. `slow` ones wait for more than the hub: a cluster that is written, or
 * generators. `refreshes` wait for a controller, which may be dead.
 */
export type HubPool = 'calls' | 'slow' | 'refreshes' | 'streams' | 'probes';

/** How many run at once. */
export const CONNECTIONS: Readonly<Record<HubPool, number>> = {
  calls: 10,
  slow: 10,
  refreshes: 10,
  streams: 4,
  probes: 64,
};

/**
 * HTTP to one hub: its own CA, no redirects, deadlines, a limited number of
 * kept connections.
 */
export class HubTransport {
  readonly #origin: string;
  readonly #basePath: string;
  readonly #agents: Record<HubPool, Agent>;
  readonly #onCall: (report: HubCallReport) => void;

  constructor(
    hub: Pick<HubConfig, 'url' | 'tls'>,
    onCall: (report: HubCallReport) => void = () => {},
  ) {
    const { origin, pathname } = new URL(hub.url);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/+$/, '');
    this.#onCall = onCall;
    const agent = (pool: HubPool) =>
      new Agent({
        connections: CONNECTIONS[pool],
        keepAliveTimeout: 30_000,
        connect: {
          timeout: CONNECT_TIMEOUT_MS,
          ca: hub.tls.ca,
          rejectUnauthorized: !hub.tls.skipVerify,
        },
      });
    this.#agents = {
      calls: agent('calls'),
      slow: agent('slow'),
      refreshes: agent('refreshes'),
      streams: agent('streams'),
      probes: agent('probes'),
    };
  }

  /**
   * Sends a call and hands the answer, whatever its status, to `read`. Throws
   * HubError where there is none, and what `read` throws.
   */
  async exchange<T>(
    call: HubCall,
    read: (answer: HubAnswer) => Promise<T>,
  ): Promise<T> {
    const began = performance.now();
    let answer: HubAnswer | undefined;
    const report = (outcome: HubOutcome) =>
      this.#onCall({
        route: call.route,
        outcome,
        durationMs: performance.now() - began,
        ...(answer && { bytes: answer.bytes }),
      });
    try {
      answer = await this.#send(call);
      const result = await read(answer);
      report(outcomeOfStatus(answer.status));
      return result;
    } catch (error) {
      report(call.signal?.aborted ? 'aborted' : outcomeOf(error));
      call.signal?.throwIfAborted();
      throw error;
    } finally {
      answer?.discard();
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      Object.values(this.#agents).map(agent => agent.destroy()),
    );
  }

  async #send(call: HubCall): Promise<HubAnswer> {
    // Some versions of Node collect a signal that was made of others before it aborts.
    const lastMs = Number.isFinite(call.timeoutMs)
      ? call.timeoutMs + AFTER_DEADLINE_MS
      : 0;
    try {
      return new HubAnswer(
        await this.#agents[call.pool ?? 'calls'].request({
          origin: this.#origin,
          path: `${this.#basePath}${call.path}`,
          method: call.method ?? 'GET',
          headers: headersOf(call),
          body: call.body && JSON.stringify(call.body),
          signal: deadline(call),
          // 0 for a stream: its headers come with its first event, however late that is.
          headersTimeout: lastMs,
          bodyTimeout: call.stallMs ?? lastMs,
        }),
      );
    } catch (error) {
      throw HubError.fromConnection(error);
    }
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

function outcomeOf(error: unknown): HubOutcome {
  if (!(error instanceof HubError)) {
    return 'other';
  }
  if (error.class !== 'http') {
    return error.class;
  }
  return error.status ? outcomeOfStatus(error.status) : 'other';
}

function outcomeOfStatus(status: number): HubOutcome {
  if (status < 300) {
    return 'ok';
  }
  if (status < 400) {
    return 'http-3xx';
  }
  return status < 500 ? 'http-4xx' : 'http-5xx';
}
