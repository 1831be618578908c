import type { Readable } from '../store/HubStore';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { isMassRemoval } from './massRemoval';
import type { MirrorContext } from './MirrorContext';
import { ReadBudget } from './ReadBudget';
import { repeat } from './repeat';
import { Alarm, backOff, jittered, sleep } from '../async/time';

const FIRST_RETRY_MS = 2_000;

/** What an object is called, as far as it says so. */
export interface Named {
  name?: string;
  namespace?: string;
}

/** One kind of object of a hub that is small enough to be listed as a whole. */
export interface PolledKind<T extends Named> {
  /** For people: 'ApplicationSets'. */
  what: string;
  /** All that the account may see, as they are kept; of those that cannot be read only what they are called. */
  list(): Promise<{ items: T[]; unreadable: Named[] }>;
  /** May the account see all of them? */
  mayReadAll(): Promise<boolean>;
  keyOf(item: T): string;
  stored(): Promise<T[]>;
  /** Makes the store hold exactly these, and tells about those that differ. Answers whether it could. */
  write(items: T[]): Promise<boolean>;
  /** Keeps what the account may see. */
  noteReadable(readable: Readable): void;
}

interface Listed<T> {
  /** By key. */
  items: Map<string, T>;
  unreadable: Named[];
}

/**
 * Reads one kind of object of a hub now and then, and keeps the store as listed.
 * What is named but cannot be read stays as it is stored.
 */
export class WholeListPoller<T extends Named> {
  readonly #context: MirrorContext;
  readonly #status: HubStatusKeeper;
  readonly #kind: PolledKind<T>;
  readonly #alarm = new Alarm();
  readonly #budget: ReadBudget;
  #known?: Set<string>;
  #readable?: Readable;
  /** How many could not be read. */
  #unreadable = 0;

  constructor(options: {
    context: MirrorContext;
    status: HubStatusKeeper;
    kind: PolledKind<T>;
  }) {
    this.#context = options.context;
    this.#status = options.status;
    this.#kind = options.kind;
    const { pausePerList } = options.context.timing;
    this.#budget = new ReadBudget({ pausePerRead: pausePerList });
  }

  /** Polls until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    await repeat({
      context: this.#context,
      status: this.#status,
      failure: `The hub's ${this.#kind.what} cannot be read`,
      once: () => this.#once(),
      pause: failures => this.#pause(failures),
    });
  }

  /** Polls soon. */
  request(): void {
    this.#alarm.ring();
  }

  /** Answers whether it is stored. */
  async #once(): Promise<boolean> {
    this.#known ??= new Set((await this.#kind.stored()).map(this.#kind.keyOf));
    const began = performance.now();
    const mayReadAll = await this.#kind.mayReadAll();
    const first = await this.#list();
    this.#budget.spent(performance.now() - began);
    const items = await this.#withKept(await this.#confirmed(first));
    if (
      this.#context.signal.aborted ||
      !(await this.#kind.write([...items.values()]))
    ) {
      return false;
    }
    this.#known = new Set(items.keys());
    this.#noteReadable(mayReadAll, items.size);
    return true;
  }

  async #list(): Promise<Listed<T>> {
    const { items, unreadable } = await this.#kind.list();
    return {
      items: new Map(items.map(item => [this.#kind.keyOf(item), item])),
      unreadable,
    };
  }

  /** Beside what could be read, what is stored of the others. */
  async #withKept({ items, unreadable }: Listed<T>): Promise<Map<string, T>> {
    this.#noteUnreadable(unreadable.length);
    if (!unreadable.length) {
      return items;
    }
    const kept = (await this.#kind.stored()).filter(item =>
      unreadable.some(named => isCalled(item, named)),
    );
    return new Map([
      ...kept.map(item => [this.#kind.keyOf(item), item] as const),
      ...items,
    ]);
  }

  #noteUnreadable(count: number): void {
    if (count > this.#unreadable) {
      this.#context.logger.warn(
        `${count} of the hub's ${
          this.#kind.what
        } cannot be read; what is known of them is kept`,
      );
    }
    this.#unreadable = count;
  }

  /** Many at once never go on the word of one list. */
  async #confirmed(first: Listed<T>): Promise<Listed<T>> {
    const known = [...this.#known!];
    const missing = known.filter(key => !first.items.has(key));
    if (!isMassRemoval(missing.length, known.length)) {
      return first;
    }
    this.#context.logger.warn(
      `Many ${this.#kind.what} are gone; listing again`,
      { missing: missing.length, known: known.length },
    );
    const { timing, signal } = this.#context;
    await sleep(timing.secondListMs, signal);
    signal.throwIfAborted();
    const began = performance.now();
    const second = await this.#list();
    this.#budget.spent(performance.now() - began);
    return {
      items: new Map([...first.items, ...second.items]),
      unreadable: second.unreadable,
    };
  }

  #noteReadable(mayReadAll: boolean, found: number): void {
    const some = found > 0 ? 'some' : 'none';
    const readable = mayReadAll ? 'all' : some;
    if (readable === this.#readable) {
      return;
    }
    this.#readable = readable;
    this.#kind.noteReadable(readable);
    if (readable !== 'all') {
      this.#context.logger.warn(
        `The account at the hub may see ${readable} of its ${this.#kind.what}`,
      );
    }
  }

  async #pause(failures: number): Promise<void> {
    const { signal, hub } = this.#context;
    const wait = failures
      ? backOff(failures - 1, {
          shortest: FIRST_RETRY_MS,
          longest: Math.max(FIRST_RETRY_MS, hub.relistMs),
        })
      : jittered(hub.relistMs);
    await this.#alarm.wait(wait, signal);
    // Also when asked to hurry.
    await sleep(this.#budget.waitMs, signal);
  }
}

/** Who tells no namespace may be in any. */
function isCalled(item: Named, { name, namespace }: Named): boolean {
  return (
    item.name === name &&
    (namespace === undefined || item.namespace === namespace)
  );
}
