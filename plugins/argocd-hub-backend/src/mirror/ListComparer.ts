import { setImmediate } from 'node:timers/promises';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import { digestOfListed } from './digest';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { identityOf } from './identity';
import type { MirrorContext } from './MirrorContext';
import { trim } from './trim';

const BEFORE_YIELDING = 200;

export interface ListedDifference {
  key: string;
  namespace: string;
  name: string;
  /** Of the listed application; absent where that cannot be read. */
  digest?: string;
}

/**
 * Compares listed applications with what is stored, one after the other, so
 * that none needs to be kept. What the stream spoke of since a list was asked
 * for is left out: there the list may be the older of the two.
 */
export class ListComparer {
  /** New, or not as stored. */
  readonly differing = new Map<string, ListedDifference>();
  /** Listed, but unreadable. */
  readonly unreadable = new Set<string>();
  /** How many were named, twice named ones twice. */
  listed = 0;
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #status: HubStatusKeeper;
  readonly #listsRevision: boolean;
  readonly #list: number;

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    status: HubStatusKeeper;
    listsRevision: boolean;
    /** Number of this list. */
    list: number;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#status = options.status;
    this.#listsRevision = options.listsRevision;
    this.#list = options.list;
  }

  /**
   * One that is named twice moved between two parts of the list: the later
   * word counts. Resolves at once, but now and then lets others have a turn.
   *
   * @param asked - when this part of the list was asked for, by `performance.now()`
   */
  async see(application: ArgoApplication, asked: number): Promise<void> {
    this.#compare(application, asked);
    this.listed += 1;
    if (this.listed % BEFORE_YIELDING === 0) {
      await setImmediate();
    }
  }

  #compare(application: ArgoApplication, asked: number): void {
    const identity = identityOf(application);
    const { key } = identity;
    const digest = this.#digest(application, identity);
    if (!identity.isValid) {
      return;
    }
    this.#index.sawListed(key, this.#list);
    const known = this.#index.digest(key);
    if (
      known === digest ||
      // What was never readable is not worth a question in every round.
      (digest === undefined && known === undefined) ||
      this.#index.isTouchedSince(key, asked)
    ) {
      this.differing.delete(key);
      return;
    }
    const { namespace, name } = identity;
    this.differing.set(key, { key, namespace, name, digest });
  }

  /** Undefined where it cannot be read. */
  #digest(
    application: ArgoApplication,
    identity: { key: string; namespace: string; name: string },
  ): string | undefined {
    const { hub, annotations } = this.#context;
    try {
      const record = trim(application, { hub: hub.name, annotations });
      return digestOfListed(application, record, {
        revision: this.#listsRevision,
      });
    } catch (error) {
      this.unreadable.add(identity.key);
      this.#status.skip(identity, (error as Error).message);
      return undefined;
    }
  }
}
