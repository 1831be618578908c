import limit from 'p-limit';
import type { MirrorContext } from '../MirrorContext';
import { sleep } from '../time';

const AT_ONCE = 2;
const MOST = 200;
/** Argo CD's own connection may come back later than ours. */
const AGAIN_AFTER_MS = 20_000;

/**
 * Asks the hub to look again at what it could not compare while a cluster was
 * away; by itself it would do so minutes later.
 */
export class Recovery {
  readonly #context: MirrorContext;
  readonly #limit = limit(AT_ONCE);

  constructor(context: MirrorContext) {
    this.#context = context;
  }

  /** Never rejects. */
  async refreshUnknown(cluster: string): Promise<void> {
    const { signal, logger } = this.#context;
    for (const wait of [0, AGAIN_AFTER_MS]) {
      await sleep(wait, signal);
      await this.#refresh(cluster).catch(error =>
        logger.debug(`Applications were not refreshed: ${error}`),
      );
    }
  }

  async #refresh(cluster: string): Promise<void> {
    const { store, client, hub, signal } = this.#context;
    const applications = await store.applications.list({
      hub: hub.name,
      cluster,
      limit: MOST,
    });
    const unknown = applications.filter(({ sync }) => sync === 'Unknown');
    await Promise.all(
      unknown.map(({ name, namespace }) =>
        this.#limit(async () => {
          signal.throwIfAborted();
          await client.getApplication(name, { namespace, refresh: 'normal' });
        }),
      ),
    );
  }
}
