import { mockServices } from '@backstage/backend-test-utils';
import { HubError } from '../../../hub/HubError';
import type { ApplicationEvent, ArgoApplication } from '../../../hub/types';
import type { DatabaseStore } from '../../../store/DatabaseStore';
import type { StoredApplication } from '../../../store/ApplicationStore';
import { ApplicationIndex } from '../../ApplicationIndex';
import { ApplicationWriter } from '../../ApplicationWriter';
import { EventIntake } from '../../EventIntake';
import { Lister } from '../../Lister';
import type { MirrorContext } from '../../MirrorContext';
import { noMetrics } from '../../MirrorMetrics';
import { TIMING } from '../../timing';
import { WorkTally } from '../../WorkTally';
import { unguarded } from '../unguarded';
import type { ModelHub } from './ModelHub';

/** What a list that is asked for next is answered. */
export interface ListAnswer {
  /** How many changes the answering replica is behind. */
  behind: number;
  /** Runs between the question and its answer. */
  meanwhile?: () => Promise<void>;
  /** The same for the first application that is then asked for singly. */
  meanwhileSingle?: () => Promise<void>;
}

/**
 * The parts of a mirror between a model of a hub and a real database: index,
 * writer, lister and what they are made of. Streams are what a test delivers.
 */
export class ModelMirror {
  readonly #hub: ModelHub;
  readonly #name: string;
  readonly #store: DatabaseStore;
  readonly #index = new ApplicationIndex();
  readonly #writer: ApplicationWriter;
  readonly #events: EventIntake;
  readonly #lister: Lister;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #answers: ListAnswer[] = [];
  #meanwhileSingle?: () => Promise<void>;
  #listed = () => {};

  static async start(options: {
    hub: ModelHub;
    store: DatabaseStore;
    name: string;
  }): Promise<ModelMirror> {
    const lease = await options.store.leases.acquire(options.name);
    return new ModelMirror({ ...options, lease: lease! });
  }

  private constructor(options: {
    hub: ModelHub;
    store: DatabaseStore;
    name: string;
    lease: MirrorContext['lease'];
  }) {
    this.#hub = options.hub;
    this.#store = options.store;
    this.#name = options.name;
    const context = this.#context(options.lease);
    const status = quietStatus(() => this.#listed());
    const parts = { context, index: this.#index, status };
    this.#writer = new ApplicationWriter({
      ...parts,
      commits: { want: () => {} } as never,
      onActivity: () => {},
    });
    this.#events = new EventIntake({
      index: this.#index,
      writer: this.#writer,
      listsRevision: () => true,
    });
    this.#lister = new Lister({
      ...parts,
      writer: this.#writer,
      stream: {
        isBursting: false,
        isAlive: true,
        burstEndedAt: 0,
        restart: () => {},
        mistrust: () => {},
      } as never,
    });
    this.#running = this.#lister.run();
  }

  async deliver(event: ApplicationEvent): Promise<void> {
    await this.#events.see(event);
  }

  /** Lists once; a second list of the same round, if there is one, is honest. */
  async list(answer: ListAnswer): Promise<void> {
    this.#answers = [answer];
    this.#meanwhileSingle = answer.meanwhileSingle;
    const listed = new Promise<void>(resolve => {
      this.#listed = resolve;
    });
    this.#lister.request();
    await listed;
  }

  /** What is stored, by `namespace/name`. */
  async stored(): Promise<Map<string, StoredApplication>> {
    await this.#writer.flush();
    const found = await this.#store.applications.list({
      hub: this.#name,
      limit: 1_000,
    });
    return new Map(found.map(one => [`${one.namespace}/${one.name}`, one]));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#writer.stop();
  }

  async #answer(onItem?: (item: ArgoApplication) => void | Promise<void>) {
    const { behind, meanwhile } = this.#answers.shift() ?? { behind: 0 };
    const items = this.#hub.list(behind);
    await meanwhile?.();
    for (const item of items) {
      await onItem?.(item);
    }
    return items;
  }

  /** What it was when it was asked for. */
  async #single(namespace: string, name: string): Promise<ArgoApplication> {
    const found = this.#hub.find(namespace, name);
    const meanwhile = this.#meanwhileSingle;
    this.#meanwhileSingle = undefined;
    await meanwhile?.();
    if (!found) {
      throw new HubError({
        class: 'http',
        status: 403,
        grpcCode: 7,
        message: 'permission denied',
      });
    }
    return found;
  }

  #context(lease: MirrorContext['lease']): MirrorContext {
    const client = {
      version: async () => 'v3.5.1',
      listProjects: async () => [{ metadata: { name: 'default' } }],
      listApplications: (options: { onItem?: (item: any) => void }) =>
        this.#answer(options.onItem),
      getApplication: (name: string, { namespace }: any) =>
        this.#single(namespace, name),
    };
    return {
      hub: { name: this.#name, relistMs: 60_000 } as never,
      client: client as never,
      store: this.#store,
      lease,
      logger: mockServices.logger.mock(),
      metrics: noMetrics,
      work: new WorkTally(),
      annotations: [],
      timing: TIMING,
      signal: this.#stopped.signal,
      ...unguarded,
      changed: () => {},
    };
  }
}

/** Answers everything with nothing, and tells when a list was dealt with. */
function quietStatus(onFlush: () => void) {
  const known: Record<string, unknown> = {
    isComplete: true,
    facts: {},
    flush: async () => onFlush(),
    failed: (error: unknown) => {
      throw error;
    },
  };
  return new Proxy(known, {
    get: (_, name: string) => known[name] ?? (() => undefined),
  }) as never;
}
