import { Agent, type Dispatcher, request } from 'undici';

/** A call of a backend, relative to its base. */
export interface Call {
  path: string;
  method?: 'GET' | 'POST';
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * Makes calls as the browser of one portal would: kept connections, compressed
 * answers. Answers are read to their end and, while measuring, not looked at.
 */
export class Http {
  readonly #base: string;
  readonly #token: string;
  readonly #compressed: boolean;
  readonly #agent = new Agent({ headersTimeout: 0 });

  constructor(options: { base: string; token: string; compressed?: boolean }) {
    this.#base = options.base;
    this.#token = options.token;
    this.#compressed = options.compressed ?? true;
  }

  /** Resolves with the number of bytes of the body. @throws when the status is not a good one */
  async drain(call: Call): Promise<number> {
    const { statusCode, body } = await this.#send(call, this.#compressed);
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    if (statusCode !== 200) throw new Error(`${call.path}: ${statusCode}`);
    return bytes;
  }

  async json<T>(call: Call): Promise<T> {
    const { statusCode, body } = await this.#send(call, false);
    if (statusCode === 200) return (await body.json()) as T;
    const text = await body.text();
    throw new Error(`${call.path}: ${statusCode} ${text.slice(0, 300)}`);
  }

  /** Undefined when it is still what it was at `etag`. */
  async changed<T>(
    call: Call,
    etag: string | undefined,
  ): Promise<{ body: T; etag: string } | undefined> {
    const headers = { ...call.headers, ...(etag && { 'if-none-match': etag }) };
    const answer = await this.#send({ ...call, headers }, false);
    if (answer.statusCode === 304) {
      await answer.body.dump();
      return undefined;
    }
    if (answer.statusCode !== 200) {
      throw new Error(`${call.path}: ${answer.statusCode}`);
    }
    const body = (await answer.body.json()) as T;
    return { body, etag: String(answer.headers.etag) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Once more where a kept connection was just being closed, as browsers do. */
  async #send(
    call: Call,
    compressed: boolean,
  ): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#sendOnce(call, compressed);
    } catch (error) {
      const { code } = error as { code?: string };
      if (call.method === 'POST') throw error;
      if (code !== 'ECONNRESET' && code !== 'UND_ERR_SOCKET') throw error;
      return this.#sendOnce(call, compressed);
    }
  }

  #sendOnce(call: Call, compressed: boolean) {
    const { path, method = 'GET', body, headers } = call;
    return request(`${this.#base}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        authorization: `Bearer ${this.#token}`,
        accept: 'application/json',
        ...(compressed && { 'accept-encoding': 'gzip' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}
