import type { ApplicationEvent } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { ApplicationWriter } from './ApplicationWriter';
import { identityOf } from './identity';

/** Takes what the stream of a hub tells. */
export class EventIntake {
  readonly #index: ApplicationIndex;
  readonly #writer: ApplicationWriter;
  readonly #listsRevision: () => boolean;

  constructor(options: {
    index: ApplicationIndex;
    writer: ApplicationWriter;
    /** Whether lists of this hub tell revisions. */
    listsRevision(): boolean;
  }) {
    this.#index = options.index;
    this.#writer = options.writer;
    this.#listsRevision = options.listsRevision;
  }

  /** Resolves when there is room for more. */
  async see({ type, application }: ApplicationEvent): Promise<void> {
    const identity = identityOf(application);
    this.#index.touch(identity.key);
    if (type === 'DELETED') {
      await this.#writer.remove(identity);
      return;
    }
    await this.#writer.accept(application, {
      listsRevision: this.#listsRevision(),
    });
  }
}
