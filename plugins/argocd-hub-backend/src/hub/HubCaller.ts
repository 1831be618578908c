import { BrokenCircuitError, CircuitState } from 'cockatiel';
import type { HubConfig } from '../config';
import { HubError } from './HubError';
import { HubSession } from './HubSession';
import {
  errorBody,
  errorOf,
  type HubCall,
  HubTransport,
  plain,
} from './HubTransport';
import { OutageBreaker, outagePolicy, readRetry } from './outage';
import { readText } from './readText';

const MEGABYTE = 1024 * 1024;
const LARGEST_OBJECT = 64 * MEGABYTE;
const LARGEST_LIST = 512 * MEGABYTE;

type Call = Omit<HubCall, 'token'>;

/**
 * Signs calls, repeats reads that may pass, and stops calling a hub that is
 * down. Writes and live reads of clusters go past all of that but the signing.
 */
export class HubCaller {
  readonly #transport: HubTransport;
  readonly #session: HubSession;
  readonly #timeoutMs: number;
  readonly #breaker = new OutageBreaker();
  readonly #outage = outagePolicy(this.#breaker);
  readonly #retry = readRetry();
  #lastError?: HubError;

  constructor(hub: HubConfig) {
    this.#timeoutMs = hub.requestTimeoutMs;
    this.#transport = new HubTransport(hub);
    this.#session = new HubSession({
      transport: this.#transport,
      auth: hub.auth,
      timeoutMs: hub.requestTimeoutMs,
    });
  }

  /** Since when every read fails, in milliseconds; undefined unless that is an outage. */
  get downSince(): number | undefined {
    return this.#outage.state === CircuitState.Closed
      ? undefined
      : this.#breaker.failingSince;
  }

  /** An idempotent read, repeated where that may help. */
  async read<T>(path: string): Promise<T> {
    return this.#repeated(() =>
      this.once<T>({ path, timeoutMs: this.#timeoutMs }),
    );
  }

  /** The items of a list, of any size that a hub can have. */
  async list<T>(
    path: string,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<T[]> {
    const call = { path, timeoutMs: this.#timeoutMs, ...options };
    return this.#repeated(() =>
      this.#signed(call, signed =>
        this.#transport.items<T>(signed, { largest: LARGEST_LIST }),
      ),
    );
  }

  /** One call without repetition. A write is never repeated unless it was refused at the door. */
  async once<T>(call: Call): Promise<T> {
    return this.#signed(call, async signed => {
      const text = await this.#transport.text(signed, {
        largest: LARGEST_OBJECT,
      });
      return parsed<T>(text);
    });
  }

  /** Hands the bytes of an endless answer to `read`. */
  async stream(
    path: string,
    options: {
      signal: AbortSignal;
      read(body: AsyncIterable<Buffer>): Promise<void>;
    },
  ): Promise<void> {
    const token = await this.#session.token();
    const call: HubCall = {
      path,
      // Exactly this switches keepalives on and compression off.
      headers: { accept: 'text/event-stream' },
      timeoutMs: Infinity,
      signal: options.signal,
      token,
    };
    const answer = await this.#transport.send(call, 'streams');
    if (answer.statusCode !== 200) {
      const error = await errorOf(answer, call);
      if (isLostSession(error)) {
        await this.#session.forget(token);
      }
      throw error;
    }
    try {
      await options.read(answer.body);
    } catch (error) {
      options.signal.throwIfAborted();
      throw HubError.fromConnection(error);
    } finally {
      answer.body.destroy();
    }
  }

  /** A call whose answer is wanted whatever it is; a good answer's body is dropped. */
  async probe(
    call: Call,
  ): Promise<{ status: number; code?: number; message?: string }> {
    const token = await this.#session.token();
    const answer = await this.#transport.send({ ...call, token }, 'probes');
    const { statusCode: status } = answer;
    if (status === 200) {
      await answer.body.dump({ limit: MEGABYTE }).catch(() => undefined);
      return { status };
    }
    return { status, ...errorBody(await readText(plain(answer), MEGABYTE)) };
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #repeated<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await this.#retry.execute(() => this.#outage.execute(read));
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #signed<T>(
    call: Call,
    send: (call: HubCall) => Promise<T>,
  ): Promise<T> {
    const token = await this.#session.token();
    try {
      return await send({ ...call, token });
    } catch (error) {
      if (isLostSession(error) && (await this.#session.forget(token))) {
        return send({ ...call, token: await this.#session.token() });
      }
      throw error;
    }
  }

  #explained(error: unknown): unknown {
    if (error instanceof HubError && error.isOutage) {
      this.#lastError = error;
    }
    if (!(error instanceof BrokenCircuitError)) {
      return error;
    }
    const last = this.#lastError;
    return new HubError({
      class: last?.class ?? 'other',
      status: last?.status,
      message: `The hub is down: ${last?.message ?? 'it does not answer'}`,
    });
  }
}

/** The hub's own words for a token that it does not take; a cluster's 401 sounds different. */
function isLostSession(error: unknown): boolean {
  return (
    error instanceof HubError &&
    error.status === 401 &&
    /^(no session information|invalid session)/.test(error.message)
  );
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new HubError({
      class: 'protocol',
      message: 'The hub answered with something that is no JSON',
    });
  }
}
