import {
  type AttributesOf,
  INSTRUMENTS,
  type InstrumentKind,
  type MetricsService,
} from '../metrics';
import type { HubCallReport } from '../hub/types';
import type { MirrorMetrics, Instrumentation } from '../mirror/MirrorMetrics';
import { EventLoopDelay } from '../async/EventLoopDelay';

type Instruments = typeof INSTRUMENTS;
type Key<K extends InstrumentKind> = {
  [key in keyof Instruments]: Instruments[key]['kind'] extends K ? key : never;
}[keyof Instruments];

type Recorder<K extends keyof Instruments> = (
  value: number,
  attributes: AttributesOf<K>,
) => void;

/** What observed instruments tell of one hub. */
export interface HubObservation {
  hub: string;
  /** Milliseconds since the hub last confirmed what is stored of it; since the start where it never did. */
  ageMs: number;
  applications: number;
  skipped: number;
  /** Clusters by verdict. Those of no cluster are told too, so that a series does not end. */
  clusters: Record<string, number>;
}

/** All the instruments of one process, as they are described in `INSTRUMENTS`. */
export class PluginMetrics implements Instrumentation {
  readonly #service: MetricsService;
  readonly #stops: (() => void)[] = [];
  readonly #held = new Map<string, boolean>();
  readonly #calls: Recorder<'calls'>;
  readonly #bytes: Recorder<'bytes'>;
  readonly #lists: Recorder<'lists'>;
  readonly #batchSizes: Recorder<'batchSizes'>;
  readonly #batchDurations: Recorder<'batchDurations'>;
  readonly #changes: Recorder<'changes'>;
  readonly #repairs: Recorder<'repairs'>;
  readonly #reconnects: Recorder<'reconnects'>;
  readonly #leasesLost: Recorder<'leasesLost'>;
  readonly #heartbeats: Recorder<'heartbeats'>;

  static create(options: { metrics: MetricsService }): PluginMetrics {
    return new PluginMetrics(options.metrics);
  }

  private constructor(service: MetricsService) {
    this.#service = service;
    this.#calls = histogram(service, 'calls');
    this.#bytes = counter(service, 'bytes');
    this.#lists = histogram(service, 'lists');
    this.#batchSizes = histogram(service, 'batchSizes');
    this.#batchDurations = histogram(service, 'batchDurations');
    this.#changes = counter(service, 'changes');
    this.#repairs = counter(service, 'repairs');
    this.#reconnects = counter(service, 'reconnects');
    this.#leasesLost = counter(service, 'leasesLost');
    this.#heartbeats = counter(service, 'heartbeats');
  }

  /** For one call to a hub, whoever made it. */
  called(hub: string, call: HubCallReport): void {
    const { route, outcome, durationMs, bytes } = call;
    this.#calls(durationMs / 1_000, { hub, route, outcome });
    if (bytes !== undefined) {
      this.#bytes(bytes, { hub, route });
    }
  }

  /** For the mirror of one hub. */
  ofMirror(hub: string): MirrorMetrics {
    this.#held.set(hub, false);
    return {
      listed: ({ outcome, durationMs }) =>
        this.#lists(durationMs / 1_000, { hub, outcome }),
      repaired: applications => this.#repairs(applications, { hub }),
      reconnected: () => this.#reconnects(1, { hub }),
      leaseHeld: held => this.#held.set(hub, held),
      leaseLost: () => this.#leasesLost(1, { hub }),
      batchWritten: ({ size, changed, durationMs }) => {
        this.#batchSizes(size, { hub });
        this.#batchDurations(durationMs / 1_000, { hub });
        this.#changes(changed, { hub });
      },
      heartbeat: outcome => this.#heartbeats(1, { hub, outcome }),
    };
  }

  /**
   * Begins to observe. What is stored is told by every replica alike, so that
   * the age of a snapshot grows also when no replica mirrors its hub any more;
   * lease, breaker and event loop are matters of each.
   */
  observe(options: {
    /** What is stored, as it is now. */
    stored(): Promise<HubObservation[]>;
    clients: ReadonlyMap<string, { downSince: number | undefined }>;
  }): void {
    const { clients } = options;
    const stored = shared(options.stored);
    this.#observe('leaseHeld', tell =>
      this.#held.forEach((held, hub) => tell(Number(held), { hub })),
    );
    this.#observe('breakerOpen', tell =>
      clients.forEach(({ downSince }, hub) =>
        tell(Number(downSince !== undefined), { hub }),
      ),
    );
    const each = async (read: (hub: HubObservation) => void) =>
      (await stored()).forEach(read);
    this.#observe('snapshotAge', tell =>
      each(({ hub, ageMs }) => tell(ageMs / 1_000, { hub })),
    );
    this.#observe('applications', tell =>
      each(({ hub, applications }) => tell(applications, { hub })),
    );
    this.#observe('skipped', tell =>
      each(({ hub, skipped }) => tell(skipped, { hub })),
    );
    this.#observe('clusters', tell =>
      each(({ hub, clusters }) =>
        Object.entries(clusters).forEach(([reachability, count]) =>
          tell(count, { hub, reachability }),
        ),
      ),
    );
    this.#observeEventLoop();
  }

  /** Nothing is observed from now on. */
  stop(): void {
    this.#stops.splice(0).forEach(stop => stop());
  }

  #observeEventLoop(): void {
    const delay = EventLoopDelay.start();
    if (!delay) {
      return;
    }
    this.#stops.push(() => delay.stop());
    this.#observe('eventLoopDelay', tell => {
      Object.entries(delay.read() ?? {}).forEach(([statistic, seconds]) =>
        tell(seconds, { statistic }),
      );
    });
  }

  #observe<K extends Key<'observable gauge'>>(
    key: K,
    observe: (
      tell: (value: number, attributes: AttributesOf<K>) => void,
    ) => void | Promise<void>,
  ): void {
    const { name, unit, description } = INSTRUMENTS[key];
    const gauge = this.#service.createObservableGauge<AttributesOf<K>>(name, {
      unit,
      description,
    });
    const callback: Parameters<typeof gauge.addCallback>[0] = result =>
      observe((value, attributes) => result.observe(value, attributes));
    gauge.addCallback(callback);
    this.#stops.push(() => gauge.removeCallback(callback));
  }
}

function counter<K extends Key<'counter'>>(
  service: MetricsService,
  key: K,
): Recorder<K> {
  const { name, unit, description } = INSTRUMENTS[key];
  const made = service.createCounter(name, { unit, description });
  return (value, attributes) => made.add(value, attributes);
}

function histogram<K extends Key<'histogram'>>(
  service: MetricsService,
  key: K,
): Recorder<K> {
  const { name, unit, description, advice } = INSTRUMENTS[key];
  const made = service.createHistogram(name, { unit, description, advice });
  return (value, attributes) => made.record(value, attributes);
}

/** One collection asks for several instruments at once: they share what is read. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
