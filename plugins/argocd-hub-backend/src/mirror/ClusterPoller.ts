import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import type { ArgoCluster } from '../hub/types';
import { AGENT_LABEL } from '../store/database/destinations';
import type { ClusterRecord } from '../store/types';
import { ConnectionWatch } from './ConnectionWatch';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { SKIP_RECONCILE } from './annotations';
import { stretchedIntervalMs } from './heartbeat/pace';
import { isMassRemoval } from './massRemoval';
import { Alarm, backOff, jittered, sleep } from './time';
import { labels, text } from './values';

const EVERY_MS = 10_000;
const SHARE_OF_TIME = 1 / 20;
/** A list that lacks much is asked for again after so long. */
const SECOND_LIST_AFTER_MS = 5_000;

/** Reads the cluster list of a hub every few seconds. */
export class ClusterPoller {
  readonly #context: MirrorContext;
  readonly #status: HubStatusKeeper;
  readonly #onListed: () => Promise<void>;
  readonly #connections = new ConnectionWatch();
  #known = new Set<string>();
  /** How long the hub has listed for the present poll. */
  #listedMs = 0;
  readonly #alarm = new Alarm();

  constructor(options: {
    context: MirrorContext;
    status: HubStatusKeeper;
    /** The store holds the clusters as listed now. */
    onListed(): Promise<void>;
  }) {
    this.#context = options.context;
    this.#status = options.status;
    this.#onListed = options.onListed;
  }

  /** What was stored of connections before a restart. */
  remember(clusters: ClusterRecord[]): void {
    this.#known = new Set(clusters.map(({ server }) => server));
    clusters.forEach(({ server, facts }) =>
      this.#connections.remember(server, facts.connection),
    );
  }

  /** Polls until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal, logger } = this.#context;
    let failures = 0;
    while (!signal.aborted) {
      this.#listedMs = 0;
      try {
        await this.once();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#report(error, failures);
        logger.debug(`Clusters were not listed: ${(error as Error).message}`);
      }
      const wait = failures
        ? backOff(failures - 1, { shortest: 2_000, longest: EVERY_MS })
        : Math.max(jittered(EVERY_MS), this.#listedMs / SHARE_OF_TIME);
      await this.#alarm.wait(wait, signal);
    }
  }

  /** Polls soon. */
  request(): void {
    this.#alarm.ring();
  }

  async once(): Promise<void> {
    const { store, lease, hub } = this.#context;
    const registered = await this.#list();
    const clusters = registered.map(cluster =>
      this.#toRecord(cluster, registered.length),
    );
    const written = await this.#context.guard(() =>
      store.clusters.replace({ lease, hub: hub.name, clusters }),
    );
    if (!written) {
      return;
    }
    this.#known = new Set(clusters.map(({ server }) => server));
    if (written.changed.length || written.applications.length) {
      this.#context.changed({
        applications: written.applications,
        clusters: written.changed,
      });
    }
    await this.#onListed();
  }

  /** What a list lacks that should hold much more, a second one must lack too. */
  async #list(): Promise<ArgoCluster[]> {
    const { signal, logger } = this.#context;
    const first = await this.#listOnce();
    const listed = new Set(first.map(({ server }) => text(server) ?? ''));
    const missing = [...this.#known].filter(server => !listed.has(server));
    if (!isMassRemoval(missing.length, this.#known.size)) {
      return first;
    }
    logger.warn(
      `The list of clusters lacks ${missing.length} of ${
        this.#known.size
      }, so it is asked for again`,
    );
    await sleep(SECOND_LIST_AFTER_MS, signal);
    signal.throwIfAborted();
    const second = await this.#listOnce();
    const again = new Set(second.map(({ server }) => server));
    return [...second, ...first.filter(({ server }) => !again.has(server))];
  }

  async #listOnce(): Promise<ArgoCluster[]> {
    const askedAt = performance.now();
    const listed = await this.#context.client.listClusters();
    this.#listedMs += performance.now() - askedAt;
    return listed.filter(isRegistered);
  }

  #report(error: unknown, failures: number): void {
    this.#status.failed(error);
    if (failures === 1) {
      this.#context.logger.warn(
        `The hub's clusters cannot be read: ${(error as Error).message}`,
      );
    }
  }

  #toRecord(
    cluster: ArgoCluster,
    /** How many there are. */
    clusters: number,
  ): Omit<ClusterRecord, 'name' | 'hub'> {
    const { heartbeat, relistMs } = this.#context.hub;
    const { info, annotations = {} } = cluster;
    const now = Date.now();
    return {
      registeredName: text(cluster.name) || text(cluster.server) || '',
      server: text(cluster.server) ?? '',
      labels: labels(cluster.labels),
      kubernetesVersion: text(info?.serverVersion) || undefined,
      project: text(cluster.project) || undefined,
      facts: {
        heartbeatEnabled: Boolean(heartbeat),
        heartbeatIntervalMs: heartbeat
          ? stretchedIntervalMs(heartbeat, clusters)
          : relistMs,
        connection: this.#connections.see(cluster, now),
        skipReconcile: annotations[SKIP_RECONCILE] === 'true',
        agent: Boolean(cluster.labels?.[AGENT_LABEL]),
        firstSeenAt: now,
        // Kept by the store as they are, once it knows the cluster.
        heartbeat: { failures: 0 },
        applications: 0,
        connectionErrors: 0,
      },
    };
  }
}

/** The hub lists its own cluster always; it counts once somebody uses it. */
function isRegistered(cluster: ArgoCluster): boolean {
  return (
    cluster.server !== IN_CLUSTER_SERVER ||
    Object.keys(cluster.labels ?? {}).length > 0 ||
    (cluster.info?.applicationsCount ?? 0) > 0
  );
}
