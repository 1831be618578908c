import {
  type AttributesOf,
  INSTRUMENTS,
  type InstrumentKind,
  type MetricsService,
} from '../metrics';
import type { HubCallReport } from '../hub/types';
import type { MirrorMetrics, MirrorsMetrics } from '../mirror/MirrorMetrics';
import { EventLoopDelay } from './EventLoopDelay';

type Instruments = typeof INSTRUMENTS;
type Key<K extends InstrumentKind> = {
  [key in keyof Instruments]: Instruments[key]['kind'] extends K ? key : never;
}[keyof Instruments];

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
export class PluginMetrics implements MirrorsMetrics {
  readonly #service: MetricsService;
  readonly #stops: (() => void)[] = [];
  readonly #held = new Map<string, boolean>();
  readonly #recorders = new Map<
    string,
    (value: number, attributes: Record<string, string>) => void
  >();

  static create(options: { metrics: MetricsService }): PluginMetrics {
    return new PluginMetrics(options.metrics);
  }

  private constructor(service: MetricsService) {
    this.#service = service;
    for (const instrument of Object.values(INSTRUMENTS)) {
      const { kind, name, attributes, ...options } = instrument;
      if (kind === 'counter') {
        const counter = service.createCounter(name, options);
        this.#recorders.set(name, (...measured) => counter.add(...measured));
      } else if (kind === 'histogram') {
        const histogram = service.createHistogram(name, options);
        this.#recorders.set(name, (...measured) =>
          histogram.record(...measured),
        );
      }
    }
  }

  /** For one call to a hub, whoever made it. */
  called(hub: string, call: HubCallReport): void {
    const { route, outcome, durationMs, bytes } = call;
    this.#record('calls', durationMs / 1_000, { hub, route, outcome });
    if (bytes !== undefined) {
      this.#record('bytes', bytes, { hub, route });
    }
  }

  /** For the mirror of one hub. */
  ofMirror(hub: string): MirrorMetrics {
    this.#held.set(hub, false);
    return {
      listed: ({ outcome, durationMs }) =>
        this.#record('lists', durationMs / 1_000, { hub, outcome }),
      repaired: applications => this.#record('repairs', applications, { hub }),
      reconnected: () => this.#record('reconnects', 1, { hub }),
      leaseHeld: held => this.#held.set(hub, held),
      leaseLost: () => this.#record('leasesLost', 1, { hub }),
      batchWritten: ({ size, changed, durationMs }) => {
        this.#record('batchSizes', size, { hub });
        this.#record('batchDurations', durationMs / 1_000, { hub });
        this.#record('changes', changed, { hub });
      },
      heartbeat: outcome => this.#record('heartbeats', 1, { hub, outcome }),
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

  #record<K extends Key<'counter' | 'histogram'>>(
    key: K,
    value: number,
    attributes: AttributesOf<K>,
  ): void {
    this.#recorders.get(INSTRUMENTS[key].name)?.(value, attributes);
  }
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
