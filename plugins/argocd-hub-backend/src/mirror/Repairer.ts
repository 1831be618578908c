import limit from 'p-limit';
import { HubError } from '../hub/HubError';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { ListedDifference } from './ListComparer';
import type { MirrorContext } from './MirrorContext';

const AT_ONCE = 4;

/**
 * Settles what a list contradicts, by asking for each application: that answer
 * comes from the hub's own API and is complete, while a list is neither.
 */
export class Repairer {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #writer: ApplicationWriter;
  readonly #status: HubStatusKeeper;
  readonly #limit = limit(AT_ONCE);

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

  /** Answers how many applications were changed. */
  async repair(options: {
    differing: ListedDifference[];
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
    const settled = await Promise.all([
      ...differing.map(one =>
        this.#limit(() => this.#trySettling(one, listsRevision)),
      ),
      ...missing.map(key =>
        this.#limit(() => this.#trySettling(named(key), listsRevision)),
      ),
    ]);
    return gone.length + settled.filter(Boolean).length;
  }

  /** One application that the hub fails to answer for costs its own row only. */
  async #trySettling(
    wanted: { namespace: string; name: string; digest?: string },
    listsRevision: boolean,
  ): Promise<boolean> {
    try {
      return await this.#settle(wanted, listsRevision);
    } catch (error) {
      if (!(error instanceof HubError) || error.isOutage) {
        throw error;
      }
      this.#status.skip(wanted, error.message);
      return false;
    }
  }

  async #settle(
    wanted: { namespace: string; name: string; digest?: string },
    listsRevision: boolean,
  ): Promise<boolean> {
    const { namespace, name, digest } = wanted;
    const key = `${namespace}/${name}`;
    const asked = performance.now();
    const application = await this.#get(namespace, name);
    if (this.#index.isTouchedSince(key, asked)) {
      return false;
    }
    if (application) {
      // The listed digest is kept, so that the same list does not ask again.
      await this.#writer.accept(application, { listsRevision, digest });
      return true;
    }
    if (!this.#index.has(key)) {
      return false;
    }
    await this.#writer.remove({ namespace, name });
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
