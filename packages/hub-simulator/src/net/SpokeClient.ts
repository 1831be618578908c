import type { Socket } from 'node:net';
import type { ClusterConfig } from '../types/argocd';
import { accessOf, checkAccess, type Access } from './access';
import { parseAnswer } from './answerJson';
import {
  DialError,
  GoError,
  SpokeStatusError,
  statusError,
} from './clientGoErrors';
import { dial, type DialFault } from './dial';
import { contextText, exchange, type Answer, type Asking } from './exchange';
import { addressOf } from './goAddress';
import { SpokeAgent } from './SpokeAgent';

export {
  AddressError,
  ConfigError,
  DialError,
  SpokeStatusError,
} from './clientGoErrors';
export type { DialFault } from './dial';

/** Argo CD's `ARGOCD_K8S_TCP_IDLE_TIMEOUT`. */
const IDLE_MS = 300_000;
/** client-go tries a request again so often. */
const RETRIES = 10;
/** client-go waits so long after a reset or EOF. */
const RETRY_MS = 1000;
/** However fast time goes: what an honest call needs on a busy machine. */
const LEAST_TIMEOUT_MS = 3000;

/** Who dials: they can see the network differently. */
export type Caller = 'argocd-server' | 'controller';

export interface SpokeTarget {
  server: string;
  config: ClusterConfig;
}

export interface SpokeCall {
  method?: string;
  /** a query `timeout=32s` is client-go's, and its `Client.Timeout` */
  path: string;
  body?: unknown;
  contentType?: string;
  /** aborted with a TimeoutError it is a deadline, else the caller gave up */
  signal?: AbortSignal;
  /**
   * What a typed client adds to an error that came without a Status, such as
   * `get events`.
   */
  subject?: string;
}

export interface SpokeClientOptions {
  /** real milliseconds of simulated ones */
  scaled: (ms: number) => number;
  /** default: argocd-server */
  from?: Caller;
  /** how a server is out of this caller's reach; asked at every call */
  policy?: (server: string, from: Caller) => DialFault | undefined;
  /** Where a server is that no address leads to; undefined: where it says. */
  locate?: (server: string) => SpokeTarget | undefined;
  /**
   * Closes what argocd-server would leave idle for 5 minutes after each call
   * (F10.2.5): cheap, and not true to cost.
   */
  closesIdle?: boolean;
}

/**
 * Calls a spoke's Kubernetes API as Argo CD does: with the registered credential
 * and client-go's retries and error texts. argocd-server takes a new connection
 * for each call, the controller one for each sync of a cache or an application.
 */
export class SpokeClient {
  readonly from: Caller;
  readonly #options: SpokeClientOptions;
  readonly #kept = new Map<string, { config: string; agent: SpokeAgent }>();
  readonly #sockets = new Set<Socket>();

  constructor(options: SpokeClientOptions) {
    this.#options = options;
    this.from = options.from ?? 'argocd-server';
  }

  /** The parsed answer; throws {@link DialError} or {@link SpokeStatusError}. */
  async call<T>(given: SpokeTarget, call: SpokeCall): Promise<T> {
    const target = this.#options.locate?.(given.server) ?? given;
    const access = accessOf(target.config);
    const method = call.method ?? 'GET';
    const { url, text } = addressOf(target.server, { path: call.path, method });
    const isRaw = url.pathname.endsWith('/version');
    const agent = this.#agentFor(target, url, access);
    const answer = await this.#insist(
      {
        url,
        method,
        ...requestOf(call, access),
        agent,
        signal: call.signal,
        timeoutMs: this.#timeoutOf(url),
      },
      { config: target.config, text },
    );
    if (answer.code >= 200 && answer.code <= 206) {
      return parseAnswer(answer.text, isRaw) as T;
    }
    throw statusError(answer, { method, subject: call.subject, isRaw });
  }

  /**
   * Lets the next call of a cluster dial anew; what is under way goes on over
   * the connection it has, which then stays idle for its time.
   */
  renew(server: string): void {
    this.#kept.delete(server);
  }

  /** Closes every connection, also those that are being dialled. */
  stop(): void {
    for (const socket of this.#sockets) {
      socket.destroy(new GoError('context canceled'));
    }
    this.#kept.clear();
  }

  /** Tries again where client-go does: a GET after reset or EOF, all after Retry-After. */
  async #insist(
    asking: Asking,
    { config, text }: { config: ClusterConfig; text: string },
  ): Promise<Answer> {
    const { method, signal } = asking;
    const past: (string | undefined)[] = [];
    for (;;) {
      this.#checkLimiter(signal, past);
      let wait: number | undefined;
      let outcome: Answer | DialError;
      try {
        checkAccess(config, asking.headers);
        outcome = await exchange(asking);
        past.push(undefined);
        const isBusy = outcome.code === 429 || outcome.code >= 500;
        if (isBusy && outcome.retryAfter !== undefined) {
          wait = outcome.retryAfter * 1000;
        }
      } catch (error) {
        if (!(error instanceof GoError)) throw error;
        past.push(error.message);
        outcome = new DialError(
          `${verbOf(method)} "${text}": ${error.message}${previous(past)}`,
        );
        if (error.isRetryable && method === 'GET') wait = RETRY_MS;
      }
      if (wait === undefined || past.length > RETRIES) {
        if (outcome instanceof DialError) throw outcome;
        return outcome;
      }
      await pause(this.#options.scaled(wait), signal);
    }
  }

  /** Where client-go notices between two attempts that the caller is gone. */
  #checkLimiter(
    signal: AbortSignal | undefined,
    past: (string | undefined)[],
  ): void {
    if (!signal?.aborted) return;
    const why = contextText(signal);
    past.push(why);
    throw new DialError(
      `client rate limiter Wait returned an error: ${why}${previous(past)}`,
    );
  }

  #timeoutOf(url: URL): number | undefined {
    const [, seconds] =
      /^(\d+)s$/.exec(url.searchParams.get('timeout') ?? '') ?? [];
    if (!seconds) return undefined;
    const ms = Number(seconds) * 1000;
    return Math.max(this.#options.scaled(ms), LEAST_TIMEOUT_MS);
  }

  #agentFor(target: SpokeTarget, url: URL, access: Access): SpokeAgent {
    const { policy } = this.#options;
    const fault = policy?.(target.server, this.from);
    const isKept = this.from === 'controller' && !fault;
    const config = JSON.stringify(target.config);
    const kept = this.#kept.get(target.server);
    if (isKept && kept?.config === config) return kept.agent;
    // Other credentials, or no way to the spoke: what was kept is of no use.
    kept?.agent.destroy();
    this.#kept.delete(target.server);
    const agent = this.#createAgent(url, access, fault);
    if (isKept) this.#kept.set(target.server, { config, agent });
    return agent;
  }

  #createAgent(
    url: URL,
    { tls }: Access,
    fault: DialFault | undefined,
  ): SpokeAgent {
    const { scaled, closesIdle } = this.#options;
    const isSecure = url.protocol === 'https:';
    return new SpokeAgent({
      idleMs: closesIdle && this.from === 'argocd-server' ? 0 : scaled(IDLE_MS),
      dial: () =>
        dial({
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: Number(url.port) || (isSecure ? 443 : 80),
          tls: isSecure ? tls : undefined,
          fault,
          scaled,
          onSocket: socket => {
            this.#sockets.add(socket);
            socket.once('close', () => this.#sockets.delete(socket));
          },
        }),
    });
  }
}

function requestOf(call: SpokeCall, access: Access) {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return {
    body,
    headers: {
      accept: 'application/json',
      ...access.headers,
      ...(body !== undefined && {
        'content-type': call.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    },
  };
}

/** The attempt before the last, where it failed with other words. */
function previous(past: (string | undefined)[]): string {
  const last = past.at(-1);
  const before = past.slice(0, -1).findLast(text => text !== undefined);
  return before === undefined || before === last
    ? ''
    : ` - error from a previous attempt: ${before}`;
}

function verbOf(method: string): string {
  return `${method[0]}${method.slice(1).toLowerCase()}`;
}

/** Ends early, without an error, when the signal does. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}
