import { HubError } from '../hub/HubError';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { identityOf } from './identity';
import type { MirrorContext } from './MirrorContext';

const AT_ONCE = 4;

interface Wanted {
  namespace: string;
  name: string;
  /** What a list said of it. */
  digest?: string;
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
   * Answers how many applications were not as stored. Rejects, and asks no
   * further, where the hub as a whole does not answer.
   */
  async repair(options: {
    differing: Wanted[];
    /** Not in one list: asked for singly. */
    missing: string[];
    /** Not in two lists. */
    gone: string[];
    listsRevision: boolean;
  }): Promise<number> {
    const { differing, missing, gone, listsRevision } = options;
    for (const key of gone) {
      await this.#writer.remove(named(key));
    }
    const queue = [...differing, ...missing.map(named)].values();
    let repaired = gone.length;
    const work = async () => {
      for (const wanted of queue) {
        const wasWrong = await this.#settle(wanted, listsRevision);
        repaired += wasWrong ? 1 : 0;
      }
    };
    const workers = Array.from({ length: AT_ONCE }, work);
    try {
      await Promise.all(workers);
    } finally {
      // One that failed stops the others at their next turn.
      queue.return?.();
      await Promise.allSettled(workers);
    }
    return repaired;
  }

  /** Whether it was not as stored. One that the hub fails to answer for costs its own row only. */
  async #settle(wanted: Wanted, listsRevision: boolean): Promise<boolean> {
    const { namespace, name } = wanted;
    const key = `${namespace}/${name}`;
    const asked = performance.now();
    let application: ArgoApplication | undefined;
    try {
      application = await this.#get(namespace, name);
    } catch (error) {
      if (!(error instanceof HubError) || error.isOutage) {
        throw error;
      }
      this.#status.skip(wanted, error.message);
      return false;
    }
    if (this.#index.isTouchedSince(key, asked)) {
      return false;
    }
    return application
      ? this.#accept(application, { ...wanted, key, listsRevision })
      : this.#remove(key);
  }

  async #accept(
    application: ArgoApplication,
    options: { key: string; digest?: string; listsRevision: boolean },
  ): Promise<boolean> {
    const { key, digest, listsRevision } = options;
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

  async #get(
    namespace: string,
    name: string,
  ): Promise<ArgoApplication | undefined> {
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

function named(key: string): { namespace: string; name: string } {
  const [namespace, name] = key.split('/');
  return { namespace, name };
}
