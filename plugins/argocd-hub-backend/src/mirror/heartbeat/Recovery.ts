import limit from 'p-limit';
import { unlessAborted } from '../../async/unlessAborted';
import type {
  ApplicationKey,
  StoredApplication,
} from '../../store/ApplicationStore';
import type { MirrorContext } from '../MirrorContext';
import { sleep } from '../../async/time';
import type { RateLimit } from './RateLimit';

const AT_ONCE = 2;
const PAGE = 200;
/** Argo CD's own connection may come back later than ours. */
const AGAIN_AFTER_MS = 20_000;

/**
 * Asks the hub to look again at what it could not compare while a cluster was
 * away; by itself it would do so minutes later.
 */
export class Recovery {
  readonly #context: MirrorContext;
  readonly #calls: RateLimit;
  readonly #limit = limit(AT_ONCE);
  readonly #running = new Set<string>();

  constructor(context: MirrorContext, calls: RateLimit) {
    this.#context = context;
    this.#calls = calls;
  }

  /** Never rejects. */
  async refreshUnknown(cluster: string): Promise<void> {
    if (this.#running.has(cluster)) {
      return;
    }
    this.#running.add(cluster);
    const { signal, logger } = this.#context;
    for (const wait of [0, AGAIN_AFTER_MS]) {
      await sleep(wait, signal);
      if (signal.aborted) {
        break;
      }
      await this.#refresh(cluster).catch(error =>
        logger.debug(`Applications were not refreshed: ${error}`),
      );
    }
    this.#running.delete(cluster);
  }

  async #refresh(cluster: string): Promise<void> {
    const { store, hub, signal } = this.#context;
    let after: ApplicationKey | undefined;
    do {
      const page = await store.applications.list({
        hub: hub.name,
        cluster,
        sync: 'Unknown',
        after,
        limit: PAGE,
      });
      await Promise.all(
        page.map(application => this.#limit(() => this.#ask(application))),
      );
      after = page.length === PAGE ? page[PAGE - 1] : undefined;
    } while (after && !signal.aborted);
  }

  /** One that the hub refuses, or does not get done in time, keeps no other waiting. */
  async #ask({ name, namespace }: StoredApplication): Promise<void> {
    const { client, hub, signal, logger } = this.#context;
    await this.#calls.turn('refresh', signal);
    const asked = client.refreshApplication(name, {
      namespace,
      kind: 'normal',
      // A busy controller is not asked for more while it works.
      timeoutMs: hub.requestTimeoutMs,
    });
    await unlessAborted(asked, signal).catch(error =>
      logger.debug(`${name} was not refreshed: ${error}`),
    );
  }
}
