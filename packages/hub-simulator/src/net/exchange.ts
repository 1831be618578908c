import {
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import type { Socket } from 'node:net';
import { DialError, GoError, socketError, type Ends } from './clientGoErrors';
import { endsOf } from './dial';

export interface Answer {
  code: number;
  text: string;
  contentType: string;
  /** seconds, where the header holds such a number */
  retryAfter: number | undefined;
}

export interface Asking {
  url: URL;
  method: string;
  headers: Record<string, string | number>;
  body: string | undefined;
  agent: Agent;
  /** the caller's context */
  signal: AbortSignal | undefined;
  /** Go's `Client.Timeout` in real milliseconds */
  timeoutMs: number | undefined;
}

/** What a caller's context says when it has ended. */
export function contextText(signal: AbortSignal): string {
  return (signal.reason as Error | undefined)?.name === 'TimeoutError'
    ? 'context deadline exceeded'
    : 'context canceled';
}

class Exchange {
  readonly #asking: Asking;
  #request: ClientRequest | undefined;
  #ends: Ends = { local: '', remote: '' };
  #socket: Socket | undefined;
  #socketError: Error | undefined;
  readonly #onSocketError = (error: Error) => {
    this.#socketError ??= error;
  };
  #fail: (error: Error) => void = () => {};
  #hasHeaders = false;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  mayRunAgain(error: unknown): boolean {
    if (!this.#request?.reusedSocket || this.#hasHeaders) return false;
    if (!(error instanceof GoError) || !error.isRetryable) return false;
    return this.#asking.method === 'GET' || error.message === 'EOF';
  }

  async run(): Promise<Answer> {
    const { signal, timeoutMs } = this.#asking;
    const onAbort = () => this.#giveUp(contextText(signal!));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => this.#timeOut(), timeoutMs);
    try {
      const response = this.#respond();
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();
      return await this.#read(await response);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#socket?.off('error', this.#onSocketError);
    }
  }

  #respond(): Promise<IncomingMessage> {
    const { url, method, headers, body, agent } = this.#asking;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      const request = httpRequest({
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (url.protocol === 'https:' ? 443 : 80),
        path: `${url.pathname}${url.search}`,
        method,
        agent,
        headers: { host: url.host, ...headers },
      });
      this.#request = request;
      request.on('socket', socket => {
        this.#ends = endsOf(socket);
        this.#socket = socket;
        socket.on('error', this.#onSocketError);
      });
      request.on('response', response => {
        this.#hasHeaders = true;
        resolve(response);
      });
      request.on('error', error => reject(socketError(error, this.#ends)));
      request.end(body);
    });
  }

  async #read(response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk);
    } catch (error) {
      throw new DialError(
        `unexpected error when reading response body. Please retry. Original error: ${this.#bodyText(
          error as Error,
        )}`,
      );
    }
    const { headers, statusCode } = response;
    const wait = headers['retry-after'] ?? '';
    return {
      code: statusCode ?? 0,
      text: Buffer.concat(chunks).toString('utf8'),
      contentType: headers['content-type'] ?? '',
      retryAfter: /^\d+$/.test(wait) ? Number(wait) : undefined,
    };
  }

  #bodyText(error: Error): string {
    if (this.#socketError) {
      return socketError(this.#socketError, this.#ends).message;
    }
    return error instanceof GoError ? error.message : 'unexpected EOF';
  }

  #timeOut(): void {
    this.#giveUp(
      this.#hasHeaders
        ? 'net/http: request canceled (Client.Timeout or context cancellation while reading body)'
        : 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
  }

  #giveUp(text: string): void {
    const error = new GoError(text);
    this.#socketError ??= error;
    this.#request?.destroy(error);
    // Node tells only once there is a socket, and the dial may go on for long.
    this.#fail(error);
  }
}

/**
 * One HTTP exchange. Throws {@link GoError} when there is no answer, and
 * {@link DialError} when it ended before its end.
 */
export async function exchange(asking: Asking): Promise<Answer> {
  const running = new Exchange(asking);
  try {
    return await running.run();
  } catch (error) {
    // As Go does: the server may have closed a kept connection just now.
    if (running.mayRunAgain(error)) return new Exchange(asking).run();
    throw error;
  }
}
