import type { HubFacts } from 'backstage-plugin-argocd-hub-common';
import { HubError } from '../hub/HubError';
import type { HubRecord } from '../store/types';
import type { MirrorContext } from './MirrorContext';
import { sleep } from './time';

const WRITE_EVERY_MS = 3_000;
const MOST_SKIPPED = 100;

/**
 * What is known of the hub as a whole. Written every few seconds where it
 * changed, so that every replica can tell how old its knowledge is.
 */
export class HubStatusKeeper {
  readonly #context: MirrorContext;
  readonly #skipped = new Map<string, HubRecord['skipped'][number]>();
  #changes: Parameters<MirrorContext['store']['hubs']['update']>[0]['changes'] =
    {};
  readonly #onAvailability: (available: boolean) => void;
  #facts: HubFacts;
  #down = false;

  constructor(options: {
    context: MirrorContext;
    /** The hub went down, or is back. */
    onAvailability(available: boolean): void;
  }) {
    this.#context = options.context;
    this.#onAvailability = options.onAvailability;
    this.#facts = {
      startedAt: Date.now(),
      listIntervalMs: options.context.hub.relistMs,
    };
  }

  /** As they will be written next. */
  get facts(): HubFacts {
    return this.#facts;
  }

  /** Makes the hub known to the store. What was known before is kept. */
  async start(): Promise<void> {
    const stored = await this.#context.store.hubs.get(this.#context.hub.name);
    this.#facts = { ...stored?.facts, ...this.#facts };
    this.#down = stored?.facts.downSince !== undefined;
    stored?.skipped.forEach(one =>
      this.#skipped.set(`${one.namespace}/${one.name}`, one),
    );
    this.note(this.#facts);
    await this.flush();
  }

  /** Writes until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await sleep(WRITE_EVERY_MS, signal);
      if (!signal.aborted) {
        await this.#tick();
      }
    }
  }

  note(facts: Partial<HubFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#changes.facts = { ...this.#changes.facts, ...facts };
  }

  set(changes: Pick<Partial<HubRecord>, 'complete' | 'version'>): void {
    Object.assign(this.#changes, changes);
  }

  failed(error: unknown): void {
    if (error instanceof HubError) {
      this.#changes.lastError = {
        class: error.class,
        at: new Date().toISOString(),
      };
    }
  }

  skip(application: { namespace: string; name: string }, reason: string) {
    const key = `${application.namespace}/${application.name}`;
    if (this.#skipped.get(key)?.reason !== reason) {
      const { namespace, name } = application;
      this.#skipped.set(key, { namespace, name, reason });
      this.#context.logger.warn('Skipped an application that cannot be read', {
        namespace,
        application: name,
        reason,
      });
      this.#noteSkipped();
    }
  }

  unskip(key: string): void {
    if (this.#skipped.delete(key)) {
      this.#noteSkipped();
    }
  }

  async flush(): Promise<void> {
    const changes = this.#changes;
    if (!Object.keys(changes).length) {
      return;
    }
    this.#changes = {};
    const { store, lease, hub } = this.#context;
    const written = await this.#context.guard(async () => {
      await store.hubs.update({ lease, hub: hub.name, changes });
      return true;
    });
    if (!written) {
      this.#changes = {
        ...changes,
        ...this.#changes,
        facts: { ...changes.facts, ...this.#changes.facts },
      };
    }
  }

  async #tick(): Promise<void> {
    const { downSince } = this.#context.client;
    const down =
      downSince !== undefined || (this.#down && !this.#contactedSinceStart());
    const wasDown = this.#down;
    if (down !== this.#down) {
      this.#down = down;
      this.note({ downSince });
      this.#context.logger[down ? 'warn' : 'info'](
        down ? 'The hub is down' : 'The hub is back',
      );
    }
    await this.flush();
    if (wasDown !== down) {
      this.#onAvailability(!down);
    }
  }

  /** A hub that was down when we stopped stays so until it answers: a restart is no news of it. */
  #contactedSinceStart(): boolean {
    const { startedAt, lastListAt = 0, lastStreamAt = 0 } = this.#facts;
    return Math.max(lastListAt, lastStreamAt) >= startedAt;
  }

  #noteSkipped() {
    this.#changes.skipped = [...this.#skipped.values()].slice(0, MOST_SKIPPED);
  }
}
