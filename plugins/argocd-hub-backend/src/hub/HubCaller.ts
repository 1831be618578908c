import type { HubConfig } from '../config';
import { CallGate } from './CallGate';
import type { HubAnswer } from './HubAnswer';
import { HubError, unlessOverdue } from './HubError';
import { refusalOf, wordsAfter } from './hubRefusal';
import { HubSession } from './HubSession';
import type { HubWords } from './hubWords';
import {
  CONNECTIONS,
  type HubCall,
  type HubPool,
  HubTransport,
} from './HubTransport';
import { readRetry } from './outage';
import { OutageGuard } from './OutageGuard';
import { probeAnswer } from './probeAnswer';
import { readItems } from './readItems';
import { type Settled, valueOf } from './settled';
import type { HubCallReport, HubRoute, ProbeAnswer } from './types';
import { unlessAborted } from '../async/unlessAborted';

const MEGABYTE = 1024 * 1024;
/** Far above the 2 MB of the largest object; parsed in one piece. */
const LARGEST_OBJECT = 8 * MEGABYTE;
/** Unpacked. A call whose list may have far more says so. */
const LARGEST_LIST = 64 * MEGABYTE;
const MOST_ITEMS = 200_000;
const MOST_WAITING = 500;

type Call = Omit<HubCall, 'token'>;
type Read = Omit<Call, 'method' | 'body' | 'timeoutMs' | 'pool'> & {
  timeoutMs?: number;
};

/**
 * Signs calls, repeats reads that may pass, and stops calling a hub that is
 * down. Writes and live reads of clusters go past all of that but the signing.
 */
export class HubCaller {
  readonly #transport: HubTransport;
  readonly #session: HubSession;
  readonly #secrets: string[];
  readonly #timeoutMs: number;
  /** Who makes streams and probes counts them. */
  readonly #gates: Partial<Record<HubPool, CallGate>>;
  readonly #guard = new OutageGuard();
  readonly #retry = readRetry();
  #streamsEnded = 0;

  constructor(hub: HubConfig, onCall?: (report: HubCallReport) => void) {
    this.#timeoutMs = hub.requestTimeoutMs;
    const { auth } = hub;
    this.#secrets = ['token' in auth ? auth.token : auth.password];
    this.#transport = new HubTransport(hub, onCall);
    this.#session = new HubSession({
      transport: this.#transport,
      auth,
      timeoutMs: hub.requestTimeoutMs,
    });
    const gate = (pool: HubPool) =>
      new CallGate({
        atOnce: CONNECTIONS[pool],
        mostWaiting: MOST_WAITING,
        longestWaitMs: hub.requestTimeoutMs,
      });
    this.#gates = {
      calls: gate('calls'),
      slow: gate('slow'),
      refreshes: gate('refreshes'),
    };
  }

  /** Since when every read fails, in milliseconds; undefined unless that is an outage. */
  get downSince(): number | undefined {
    return this.#guard.downSince;
  }

  /** Grows whenever the hub failed or ended a stream: it may be another version since. */
  get interruptions(): number {
    return this.#guard.failures + this.#streamsEnded;
  }

  /** An idempotent read, repeated where that may help. */
  async read<T>(call: Read): Promise<T> {
    return this.#repeated(call, readObject<T>);
  }

  /**
   * The items of a list of up to `largest` unpacked bytes. With `onItem` they are
   * told as they arrive and not kept; a list that breaks after the first is not
   * repeated.
   */
  async list<T>(
    call: Read & { largest?: number; most?: number },
    onItem?: (item: T) => void | Promise<void>,
  ): Promise<T[]> {
    const { largest = LARGEST_LIST, most = MOST_ITEMS } = call;
    let told = false;
    const tell =
      onItem &&
      ((item: T) => {
        told = true;
        return onItem(item);
      });
    return this.#repeated(
      { stallMs: this.#timeoutMs, ...call },
      answer => readItems<T>(answer.body(), { largest, most, onItem: tell }),
      () => !told,
    );
  }

  /** One call without repetition. A write is never repeated unless it was refused at the door. */
  async once<T>(call: Call): Promise<T> {
    return this.#inTurn(call, () => this.#signed(call, readObject<T>));
  }

  /** As `once`; undefined when the call was sent and no answer came in time. */
  async onceInTime<T>(call: Call): Promise<T | undefined> {
    return this.#inTurn(call, () =>
      this.#signed<T | undefined>(call, readObject<T>, unlessOverdue),
    );
  }

  /** The items under `key` of an answer, without repetition; none where that is missing. */
  async itemsOnce<T>(call: Call, key: string): Promise<T[]> {
    const options = {
      largest: LARGEST_LIST,
      most: MOST_ITEMS,
      key,
      mayLack: true,
    };
    return this.#inTurn(call, () =>
      this.#signed(call, answer => readItems<T>(answer.body(), options)),
    );
  }

  /** Hands the bytes of an endless answer to `read`. */
  async stream(
    call: Pick<Call, 'route' | 'path'> & { signal: AbortSignal },
    read: (body: AsyncIterable<Buffer>, words: HubWords) => Promise<void>,
  ): Promise<void> {
    const token = await unlessAborted(this.#session.token(), call.signal);
    const signed: HubCall = {
      ...call,
      // Exactly this switches keepalives on and compression off.
      headers: { accept: 'text/event-stream', 'accept-encoding': 'identity' },
      timeoutMs: Infinity,
      token,
      pool: 'streams',
    };
    try {
      await this.#transport.exchange(signed, async answer => {
        const words = this.#words(signed);
        await checkGood(answer, signed, () => words);
        checkNoPage(answer);
        await read(answer.body(), words);
      });
    } catch (error) {
      if (error instanceof HubError && error.isSignedOut) {
        await this.#session.forget(token);
      }
      throw named(error, call.route);
    } finally {
      this.#streamsEnded += 1;
    }
  }

  /** A call whose answer is wanted whatever it is. Of a good one only what it is. */
  async probe(call: Call): Promise<ProbeAnswer> {
    const token = await this.#session.token();
    return this.#transport.exchange(
      { ...call, token, pool: 'probes' },
      answer => probeAnswer(answer, this.#words({ token })),
    );
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #words(call: Pick<HubCall, 'token' | 'body'>): HubWords {
    return wordsAfter(call, this.#secrets);
  }

  async #inTurn<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates[call.pool ?? 'calls'];
    return gate ? gate.run(work, call.signal) : work();
  }

  async #repeated<T>(
    call: Read,
    read: (answer: HubAnswer) => Promise<T>,
    mayRepeat = () => true,
  ): Promise<T> {
    const whole = { timeoutMs: this.#timeoutMs, ...call };
    const { signal } = call;
    const attempt = async (): Promise<Settled<T>> => {
      try {
        const value = await this.#inTurn(whole, () =>
          this.#guard.run(() => this.#signed(whole, read), signal),
        );
        return { value };
      } catch (error) {
        if (mayRepeat()) {
          throw error;
        }
        return { error };
      }
    };
    try {
      const repeated = this.#retry.execute(attempt, signal);
      return valueOf(await unlessAborted(repeated, signal));
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#guard.explained(error);
    }
  }

  async #signed<T>(
    call: Call,
    read: (answer: HubAnswer) => Promise<T>,
    settled: (sent: Promise<T>) => Promise<T> = sent => sent,
  ): Promise<T> {
    const token = await unlessAborted(this.#session.token(), call.signal);
    const send = (signed: HubCall) =>
      settled(
        this.#transport.exchange(signed, async answer => {
          await checkGood(answer, signed, () => this.#words(signed));
          return read(answer);
        }),
      );
    try {
      return await send({ ...call, token });
    } catch (error) {
      const lost = error instanceof HubError && error.isSignedOut;
      if (lost && (await this.#session.forget(token))) {
        const renewed = unlessAborted(this.#session.token(), call.signal);
        return await send({ ...call, token: await renewed }).catch(again => {
          throw named(again, call.route);
        });
      }
      throw named(error, call.route);
    }
  }
}

async function checkGood(
  answer: HubAnswer,
  call: HubCall,
  words: () => HubWords,
): Promise<void> {
  if (answer.status !== 200) {
    throw await refusalOf(answer, call, words());
  }
}

/** Which answer made no sense: the hub is told by who hears of it. */
function named(error: unknown, route: HubRoute): unknown {
  const isSenseless =
    error instanceof HubError &&
    error.class === 'protocol' &&
    error.status === undefined;
  return isSenseless ? senseless(`${error.message} (${route})`) : error;
}

/** A front's page for people is bytes too, and would pass for a stream without events. */
function checkNoPage(answer: HubAnswer): void {
  if (answer.header('content-type')?.startsWith('text/html')) {
    throw senseless('The hub answered a stream with a page; is its url right?');
  }
}

async function readObject<T>(answer: HubAnswer): Promise<T> {
  const text = await answer.text(LARGEST_OBJECT);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw senseless('The hub answered with something that is no JSON');
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    throw senseless('The hub answered with something that is no object');
  }
  return found as T;
}

function senseless(message: string): HubError {
  return new HubError({ class: 'protocol', message });
}
