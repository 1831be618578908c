import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ArgocdHubConfig } from '../config';
import { ArgoHubClient } from '../hub/ArgoHubClient';
import type { Store, StoreChange } from '../store/Store';
import { wantedAnnotations } from './annotations';
import { FaultyHub } from './FaultyHub';
import { HubMirror } from './HubMirror';
import type { Instrumentation } from './MirrorMetrics';
import type { MirrorTiming } from './timing';
import { WorkTally } from './WorkTally';

/** A client and a mirror for every configured hub. */
export class Mirrors {
  /** By the name of the hub. */
  readonly clients: ReadonlyMap<string, ArgoHubClient | FaultyHub>;
  readonly #mirrors: HubMirror[];

  static create(options: {
    config: ArgocdHubConfig;
    store: Store;
    logger: LoggerService;
    /** Default: nobody is told. */
    metrics?: Instrumentation;
    /** Tests are less patient. */
    timing?: Partial<MirrorTiming>;
    /** Told in this process after something was written. */
    onChange(change: StoreChange): void;
  }): Mirrors {
    return new Mirrors(options);
  }

  private constructor(options: Parameters<typeof Mirrors.create>[0]) {
    const { config, store, logger, metrics, timing, onChange } = options;
    const annotations = wantedAnnotations(config);
    const work = new Map(
      config.hubs.map(({ name }) => [name, new WorkTally()]),
    );
    this.clients = new Map(
      config.hubs.map(hub => [
        hub.name,
        hub.fault
          ? new FaultyHub(hub.fault)
          : ArgoHubClient.create({
              hub,
              annotations,
              onCall: call => {
                work.get(hub.name)?.called(call);
                metrics?.called(hub.name, call);
              },
            }),
      ]),
    );
    this.#mirrors = config.hubs.map(hub =>
      HubMirror.create({
        hub,
        client: this.clients.get(hub.name)!,
        store,
        logger,
        metrics: metrics?.ofMirror(hub.name),
        work: work.get(hub.name),
        timing,
        annotations,
        onChange,
      }),
    );
    for (const { name, tls, fault } of config.hubs) {
      if (fault) {
        logger.error(
          `Hub '${name}' is not read, the others are: ${fault.cause}. Mend it and restart the backend`,
        );
      }
      if (tls.skipVerify) {
        logger.warn(
          `The certificate of hub '${name}' is not verified: whoever answers at its address gets its token`,
        );
      }
    }
  }

  /** Begins in the background, whether or not a hub can be reached. */
  start(): void {
    this.#mirrors.forEach(mirror => mirror.start());
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    const stopped = this.#mirrors.map(mirror => mirror.stop());
    // A hub that never answers must not hold up the end: calls under way fail now.
    await Promise.all([...this.clients.values()].map(one => one.close()));
    await Promise.all(stopped);
  }
}
