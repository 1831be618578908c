import { createHash } from 'node:crypto';
import type { Clock } from '../../clock';
import { DelayLine } from '../../state/DelayLine';
import { Reordering } from './Reordering';
import type { StreamConnection } from './StreamConnection';
import type { StreamCost } from './StreamCost';
import type { StreamFaults } from './StreamFaults';
import type { Frame, StreamSource } from './StreamSource';
import type { Turns } from './Turns';

/** `ARGOCD_WATCH_API_BUFFER_SIZE` */
const BUFFER_LIMIT = 1000;
/** Of a bigger body only a digest is kept to compare with. */
const KEPT_BYTES = 4096;
/** An unfinished window of a reordering is not held back longer. */
const WINDOW_MS = 1000;

export interface StreamFeedOptions<E> {
  source: StreamSource<E>;
  connection: StreamConnection;
  faults: StreamFaults;
  clock: Clock;
  cost: StreamCost;
  turns: Turns;
}

/**
 * Brings the events of a source to one client: first the initial ones as fast
 * as the client reads, then changes through a buffer of 1000 that drops without
 * a word what does not fit. An event that says what the last one of the same key
 * said is left out.
 */
export class StreamFeed<E> {
  readonly #source: StreamSource<E>;
  readonly #connection: StreamConnection;
  readonly #faults: StreamFaults;
  readonly #clock: Clock;
  readonly #cost: StreamCost;
  readonly #turns: Turns;
  readonly #queue: E[] = [];
  readonly #last = new Map<string, { head: Buffer; rest: Buffer }>();
  readonly #window: Reordering<E>;
  readonly #late: DelayLine<E>;
  #stopWindow: (() => void) | undefined;
  #isBusy = true;

  constructor(options: StreamFeedOptions<E>) {
    this.#source = options.source;
    this.#connection = options.connection;
    this.#faults = options.faults;
    this.#clock = options.clock;
    this.#cost = options.cost;
    this.#turns = options.turns;
    this.#window = this.#newWindow();
    this.#late = new DelayLine({
      clock: this.#clock,
      give: event => this.#reorder(event),
    });
  }

  /** Runs until the connection ends; rejects with what ends the stream. */
  async run(): Promise<void> {
    const connection = this.#connection;
    const ended = new Promise<void>((resolve, reject) => {
      connection.onClose(resolve);
      this.#fail = reject;
    });
    if (this.#source.subscribesFirst) this.#subscribe();
    await this.#sendInitial();
    if (!connection.isOpen) return;
    if (!this.#source.subscribesFirst) this.#subscribe();
    this.#isBusy = false;
    void this.#drain();
    await ended;
  }

  #fail: (error: unknown) => void = () => {};

  async #sendInitial(): Promise<void> {
    const { delayMs } = this.#faults.settings;
    if (delayMs) await this.#wait(delayMs);
    if (!this.#cost.isFree) await this.#cost.opened(this.#source.copies());
    const window = this.#newWindow();
    this.#turns.begin();
    for (const event of this.#source.initial()) {
      for (const due of window.push(event)) await this.#deliver(due);
      if (!this.#connection.isOpen) return;
    }
    for (const due of window.flush()) await this.#deliver(due);
  }

  #subscribe(): void {
    const unsubscribe = this.#source.subscribe(event =>
      this.#late.push(event, this.#faults.settings.delayMs),
    );
    this.#connection.onClose(() => {
      unsubscribe();
      this.#late.clear();
      this.#stopWindow?.();
      this.#queue.length = 0;
    });
  }

  #reorder(event: E): void {
    for (const due of this.#window.push(event)) this.#offer(due);
    if (this.#window.isEmpty || this.#stopWindow) return;
    this.#stopWindow = this.#clock.after(WINDOW_MS, () => {
      this.#stopWindow = undefined;
      for (const due of this.#window.flush()) this.#offer(due);
    });
  }

  #offer(event: E): void {
    if (this.#queue.length >= BUFFER_LIMIT) return;
    this.#queue.push(event);
    if (!this.#isBusy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    this.#turns.begin();
    try {
      while (this.#queue.length && this.#connection.isOpen) {
        const wait = this.#deliver(this.#queue.shift()!);
        if (wait) await wait;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isBusy = false;
  }

  /** Sends an event; returns what must be waited for before the next one. */
  #deliver(event: E): Promise<void> | undefined {
    const { random, settings } = this.#faults;
    const isLost = settings.drop && random.chance(settings.drop);
    const frame = isLost ? undefined : this.#source.frame(event);
    if (frame && !this.#cost.isFree) return this.#pay(frame);
    if (frame && this.#isNew(frame)) this.#send(frame);
    return this.#pause();
  }

  /** The same when argocd-server shall be as slow as it is. */
  async #pay(frame: Frame): Promise<void> {
    if (this.#isNew(frame)) {
      await this.#cost.sent(frame.bytes());
      this.#send(frame);
    } else await this.#cost.suppressed(frame.bytes());
    await this.#pause();
  }

  #send({ json }: Frame): void {
    const { random, settings } = this.#faults;
    this.#connection.send(json);
    if (!settings.duplicate || !random.chance(settings.duplicate)) return;
    this.#connection.send(json);
  }

  #pause(): Promise<void> | undefined {
    if (this.#connection.isFull) return this.#connection.drained();
    return this.#turns.isOver ? this.#turns.next() : undefined;
  }

  #isNew({ key, json }: Frame): boolean {
    if (key === undefined) return true;
    const [head, body] = json;
    const rest = comparable(body);
    const last = this.#last.get(key);
    if (last?.head === head && last.rest.equals(rest)) return false;
    this.#last.set(key, { head, rest });
    return true;
  }

  #newWindow(): Reordering<E> {
    const { random } = this.#faults;
    return new Reordering<E>({
      random,
      size: () => this.#faults.settings.reorder,
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#connection.onClose(this.#clock.after(ms, resolve));
      this.#connection.onClose(resolve);
    });
  }
}

const EMPTY = Buffer.alloc(0);

function comparable(body: Buffer = EMPTY): Buffer {
  if (body.length <= KEPT_BYTES) return body;
  return createHash('sha1').update(body).digest();
}
