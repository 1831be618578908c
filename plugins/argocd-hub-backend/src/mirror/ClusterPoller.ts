import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import { HubError } from '../hub/HubError';
import type { ArgoCluster } from '../hub/types';
import type { ClusterRecord } from '../store/types';
import { ConnectionWatch } from './ConnectionWatch';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { SKIP_RECONCILE } from './annotations';
import { stretchedIntervalMs } from './heartbeat/interval';
import { isMassRemoval } from './massRemoval';
import { PollBudget } from './PollBudget';
import { Alarm, backOff, jittered, sleep } from './time';
import { labels, text } from './values';

/** Names the agent of argocd-agent that stands for a cluster. */
const AGENT_LABEL = 'argocd-agent.argoproj-labs.io/agent-name';
const EVERY_MS = 10_000;
/** An account may have rights to single clusters only. */
const RIGHTS_ASKED_FOR = 3;

/** Reads the cluster list of a hub every few seconds. */
export class ClusterPoller {
  readonly #context: MirrorContext;
  readonly #status: HubStatusKeeper;
  readonly #onListed: () => Promise<void>;
  readonly #connections = new ConnectionWatch();
  /** By server: what rights are granted to. */
  #known = new Map<string, string>();
  readonly #alarm = new Alarm();
  readonly #budget: PollBudget;
  /** Whether the lists of late lack too much to be believed. */
  #isDoubted = false;

  constructor(options: {
    context: MirrorContext;
    status: HubStatusKeeper;
    /** The store holds the clusters as listed now. */
    onListed(): Promise<void>;
  }) {
    this.#context = options.context;
    this.#status = options.status;
    this.#onListed = options.onListed;
    const { pausePerList } = options.context.timing;
    this.#budget = new PollBudget({ pausePerRead: pausePerList });
  }

  /** What was stored of connections before a restart. */
  remember(clusters: ClusterRecord[]): void {
    this.#know(clusters);
    clusters.forEach(({ server, facts }) =>
      this.#connections.remember(server, facts.connection),
    );
  }

  /** Polls until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.once();
        failures = 0;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        failures += 1;
        this.#report(error, failures);
      }
      const wait = failures
        ? backOff(failures - 1, { shortest: 2_000, longest: EVERY_MS })
        : jittered(EVERY_MS);
      await this.#alarm.wait(wait, signal);
      await sleep(this.#budget.waitMs, signal);
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
    this.#know(clusters);
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
    const { signal, logger, timing } = this.#context;
    const first = await this.#listOnce();
    const listed = new Set(first.map(({ server }) => text(server) ?? ''));
    const missing = [...this.#known.keys()].filter(server => !listed.has(server));
    if (!isMassRemoval(missing.length, this.#known.size)) {
      this.#isDoubted = false;
      return first;
    }
    logger[this.#isDoubted ? 'debug' : 'warn'](
      `The list of clusters lacks ${missing.length} of ${
        this.#known.size
      }, so it is asked for again`,
    );
    this.#isDoubted = true;
    await sleep(timing.secondListMs, signal);
    signal.throwIfAborted();
    const second = await this.#listOnce();
    await this.#checkRights([...first, ...second]);
    const again = new Set(second.map(({ server }) => server));
    return [...second, ...first.filter(({ server }) => !again.has(server))];
  }

  async #listOnce(): Promise<ArgoCluster[]> {
    const askedAt = performance.now();
    const listed = await this.#context.client.listClusters();
    this.#budget.spent(performance.now() - askedAt);
    return listed.filter(isRegistered);
  }

  /** Who may see no cluster is told that there are none: that says nothing about those we know. */
  async #checkRights(listed: ArgoCluster[]): Promise<void> {
    const isNoneLeft = !listed.some(({ server }) => this.#known.has(server));
    if (isNoneLeft && !(await this.#maySeeAny())) {
      throw new HubError({
        class: 'http',
        status: 403,
        message:
          "The hub shows its account none of the clusters that it had shown before, and what is known of them is kept: the account needs 'clusters, get, *'",
      });
    }
  }

  async #maySeeAny(): Promise<boolean> {
    const { client } = this.#context;
    const some = [...this.#known.values()].slice(0, RIGHTS_ASKED_FOR);
    for (const object of ['*', ...some]) {
      if (await client.canI('clusters', 'get', object)) {
        return true;
      }
    }
    return false;
  }

  #know(clusters: Pick<ClusterRecord, 'server' | 'project'>[]): void {
    this.#known = new Map(
      clusters.map(({ server, project }) => [
        server,
        project ? `${project}/${server}` : server,
      ]),
    );
  }

  #report(error: unknown, failures: number): void {
    this.#status.failed(error);
    const log = failures === 1 ? 'warn' : 'debug';
    this.#context.logger[log](
      `The hub's clusters cannot be read: ${(error as Error).message}`,
    );
  }

  #toRecord(
    cluster: ArgoCluster,
    /** How many there are. */
    clusters: number,
  ): Omit<ClusterRecord, 'name' | 'hub'> {
    const { heartbeat, relistMs } = this.#context.hub;
    const { info, annotations = {} } = cluster;
    const now = Date.now();
    const kept = labels(cluster.labels);
    const agent = kept[AGENT_LABEL] || undefined;
    return {
      registeredName: text(cluster.name) || text(cluster.server) || '',
      server: text(cluster.server) ?? '',
      agent,
      labels: kept,
      kubernetesVersion: text(info?.serverVersion) || undefined,
      project: text(cluster.project) || undefined,
      facts: {
        heartbeatEnabled: Boolean(heartbeat),
        heartbeatIntervalMs: heartbeat
          ? stretchedIntervalMs(heartbeat, clusters)
          : relistMs,
        connection: this.#connections.see(cluster, now),
        skipReconcile: annotations[SKIP_RECONCILE] === 'true',
        agent: Boolean(agent),
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
