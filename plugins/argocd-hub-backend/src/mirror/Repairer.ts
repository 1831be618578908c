import { HubError } from '../hub/HubError';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { identityOf } from './identity';
import type { MirrorContext } from './MirrorContext';
import { Turns } from './Turns';

const AT_ONCE = 4;
/** So many in a row that the hub does not answer for, and it is no matter of single applications any more. */
const OUTAGE_AFTER = 2 * AT_ONCE;

interface Wanted {
  key: string;
  namespace: string;
  name: string;
  /** What a list said of it. */
  digest?: string;
}

/** What is asked for in one round. */
interface Round {
  queue: Iterable<{ wanted: Wanted; turns: Turns }>;
  listsRevision: boolean;
  repaired: number;
  /** Those that the hub did not answer for since it last answered. */
  inARow: number;
  unanswered: { wanted: Wanted; reason: string }[];
  isOver: boolean;
}

/**
 * Settles what a list contradicts, by asking for each application: that answer
 * comes from the hub's own API and is complete, while a list is neither.
 */
export class Repairer {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #writer: ApplicationWriter;
  readonly #status: HubStatusKeeper;
  readonly #missingTurns = new Turns();
  readonly #differingTurns = new Turns();

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    writer: ApplicationWriter;
    status: HubStatusKeeper;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#writer = options.writer;
    this.#status = options.status;
  }

  /**
   * Answers how many applications were not as stored. One that the hub fails to
   * answer for costs its own row only. Rejects, and asks no further, where the
   * hub as a whole does not answer.
   */
  async repair(options: {
    differing: Wanted[];
    /** Not in one list: asked for singly. */
    missing: string[];
    /** How many of them are asked for; the others have their turn next time. */
    mostMissing: number;
    /** Not in two lists. */
    gone: string[];
    listsRevision: boolean;
  }): Promise<number> {
    const { gone, listsRevision } = options;
    for (const key of gone) {
      await this.#writer.remove(named(key));
    }
    const round: Round = {
      queue: this.#queue(options).values(),
      listsRevision,
      repaired: gone.length,
      inARow: 0,
      unanswered: [],
      isOver: false,
    };
    const workers = Array.from({ length: AT_ONCE }, () => this.#work(round));
    try {
      await Promise.all(workers);
    } finally {
      await Promise.allSettled(workers);
    }
    for (const { wanted, reason } of round.unanswered) {
      this.#status.skip(wanted, reason);
    }
    return round.repaired;
  }

  /** One of each in turn: neither keeps the other waiting, whatever fails. */
  #queue(options: {
    differing: Wanted[];
    missing: string[];
    mostMissing: number;
  }): { wanted: Wanted; turns: Turns }[] {
    const missing = this.#missingTurns
      .order(options.missing.map(named))
      .slice(0, options.mostMissing)
      .map(wanted => ({ wanted, turns: this.#missingTurns }));
    const differing = this.#differingTurns
      .order(options.differing)
      .map(wanted => ({ wanted, turns: this.#differingTurns }));
    const length = Math.max(missing.length, differing.length);
    return Array.from({ length }, (_, at) => [
      ...missing.slice(at, at + 1),
      ...differing.slice(at, at + 1),
    ]).flat();
  }

  async #work(round: Round): Promise<void> {
    for (const { wanted, turns } of round.queue) {
      // One worker that failed stops the others at their next turn.
      if (round.isOver) {
        return;
      }
      turns.had(wanted.key);
      try {
        const wasWrong = await this.#settle(wanted, round);
        round.repaired += wasWrong ? 1 : 0;
      } catch (error) {
        round.isOver = true;
        throw error;
      }
    }
  }

  /** Whether it was not as stored. */
  async #settle(wanted: Wanted, round: Round): Promise<boolean> {
    const { key } = wanted;
    const asked = performance.now();
    let application: ArgoApplication | undefined;
    try {
      application = await this.#get(wanted);
      round.inARow = 0;
    } catch (error) {
      this.#judge(error, wanted, round);
      return false;
    }
    if (this.#index.isTouchedSince(key, asked)) {
      return false;
    }
    return application
      ? this.#accept(application, wanted, round)
      : this.#remove(key);
  }

  /** Throws what speaks for an outage of the hub; else it is the application's own matter. */
  #judge(error: unknown, wanted: Wanted, round: Round): void {
    if (!(error instanceof HubError)) {
      throw error;
    }
    round.inARow = error.isOutage ? round.inARow + 1 : 0;
    const isDown = this.#context.client.downSince !== undefined;
    if (error.isOutage && (isDown || round.inARow >= OUTAGE_AFTER)) {
      throw error;
    }
    round.unanswered.push({ wanted, reason: error.message });
  }

  async #accept(
    application: ArgoApplication,
    { key, digest }: Wanted,
    { listsRevision }: Round,
  ): Promise<boolean> {
    const before = this.#index.digest(key);
    const found = await this.#writer.accept(application, {
      listsRevision,
      // The listed digest is kept, so that the same list does not ask again.
      digest,
    });
    if (identityOf(application).key !== key) {
      // It is not who was asked for: of that one nothing is known any more.
      return this.#remove(key);
    }
    return found !== undefined && found !== before;
  }

  async #remove(key: string): Promise<boolean> {
    if (!this.#index.has(key)) {
      return false;
    }
    await this.#writer.remove(named(key));
    return true;
  }

  async #get({
    namespace,
    name,
  }: Wanted): Promise<ArgoApplication | undefined> {
    try {
      this.#context.signal.throwIfAborted();
      return await this.#context.client.getApplication(name, { namespace });
    } catch (error) {
      if (error instanceof HubError && error.isMissing) {
        return undefined;
      }
      throw error;
    }
  }
}

function named(key: string): Wanted {
  const [namespace, name] = key.split('/');
  return { key, namespace, name };
}
