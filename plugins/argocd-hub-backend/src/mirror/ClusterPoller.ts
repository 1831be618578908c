import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import { HubError } from '../hub/HubError';
import type { ArgoCluster } from '../hub/types';
import type { ClusterRecord } from '../store/ClusterStore';
import { ConnectionWatch } from './ConnectionWatch';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { stretchedIntervalMs } from './heartbeat/interval';
import { isMassRemoval } from './massRemoval';
import { ReadBudget } from './ReadBudget';
import { repeat } from './repeat';
import { Alarm, backOff, jittered, sleep } from '../async/time';
import { SkippedClusters } from './SkippedClusters';
import { type ListedCluster, trimCluster } from './trimCluster';
import { Turns } from './Turns';

/** Each list is compared with all that is stored: of more clusters no answer would come in time. */
const MOST_CLUSTERS = 5_000;
/** Questions for the rights to clusters of projects that one poll asks: a hub may have hundreds of these. */
const MOST_PROJECTS = 10;

/** Reads the cluster list of a hub every few seconds. */
export class ClusterPoller {
  readonly #context: MirrorContext;
  readonly #status: HubStatusKeeper;
  readonly #onListed: () => Promise<void>;
  readonly #connections = new ConnectionWatch();
  /** By server: the project that it belongs to. */
  #known = new Map<string, string | undefined>();
  readonly #alarm = new Alarm();
  readonly #budget: ReadBudget;
  /** Whether the lists of late lack too much to be believed. */
  #isDoubted = false;
  readonly #projectTurns = new Turns();
  readonly #skipped: SkippedClusters;

  constructor(options: {
    context: MirrorContext;
    status: HubStatusKeeper;
    /** The store holds the clusters as listed now. */
    onListed(): Promise<void>;
  }) {
    this.#context = options.context;
    this.#status = options.status;
    this.#onListed = options.onListed;
    this.#skipped = new SkippedClusters({
      logger: options.context.logger,
      status: options.status,
    });
    const { pausePerList } = options.context.timing;
    this.#budget = new ReadBudget({ pausePerRead: pausePerList });
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
    await repeat({
      context: this.#context,
      status: this.#status,
      failure: "The hub's clusters cannot be read",
      once: () => this.#once(),
      pause: failures => this.#pause(failures),
    });
  }

  /** Polls soon. */
  request(): void {
    this.#alarm.ring();
  }

  /** Answers whether it is stored. */
  async #once(): Promise<boolean> {
    const { store, lease, hub } = this.#context;
    const registered = await this.#list();
    const clusters = registered.map(cluster =>
      this.#toRecord(cluster, registered.length),
    );
    const result = await this.#context.write(() =>
      store.clusters.replace({ lease, hub: hub.name, clusters }),
    );
    if (result.outcome !== 'written') {
      return false;
    }
    const { changed, applications } = result.value;
    this.#know(clusters);
    this.#connections.retain(this.#known);
    if (changed.length || applications.length) {
      this.#context.changed({ applications, clusters: changed });
    }
    return this.#context.read(() => this.#onListed());
  }

  async #pause(failures: number): Promise<void> {
    const { signal, timing } = this.#context;
    const { clustersEveryMs } = timing;
    const wait = failures
      ? backOff(failures - 1, { shortest: 2_000, longest: clustersEveryMs })
      : jittered(clustersEveryMs);
    await this.#alarm.wait(wait, signal);
    await sleep(this.#budget.waitMs, signal);
  }

  /** What a list lacks that should hold much more, a second one must lack too. */
  async #list(): Promise<ListedCluster[]> {
    const { signal, logger, timing } = this.#context;
    const first = await this.#listOnce();
    const listed = new Set(first.map(({ kept }) => kept.server));
    const missing = [...this.#known.keys()].filter(
      server => !listed.has(server),
    );
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
    const again = new Set(second.map(({ kept }) => kept.server));
    return [...second, ...first.filter(({ kept }) => !again.has(kept.server))];
  }

  async #listOnce(): Promise<ListedCluster[]> {
    const askedAt = performance.now();
    const clusters = new Map<string, ListedCluster>();
    this.#skipped.begin();
    // Read one by one: the hub's whole list is many times what is kept of it.
    await this.#context.client.listClusters({
      onItem: cluster => this.#read(cluster, clusters),
    });
    this.#budget.spent(performance.now() - askedAt);
    this.#skipped.end();
    return [...clusters.values()].filter(isRegistered);
  }

  /** Who may see no cluster is told that there are none: that says nothing about those we know. */
  async #checkRights(listed: ListedCluster[]): Promise<void> {
    const isNoneLeft = !listed.some(({ kept }) => this.#known.has(kept.server));
    if (isNoneLeft && !(await this.#maySeeAny())) {
      throw new HubError({
        class: 'http',
        status: 403,
        message:
          "The hub shows its account none of the clusters that it had shown before, and what is known of them is kept: the account needs 'clusters, get, *'",
      });
    }
  }

  /**
   * The address of a single cluster is nothing that the hub can be asked about.
   * Those of many projects are asked about one poll after the other: until the
   * last one, everything is kept.
   */
  async #maySeeAny(): Promise<boolean> {
    const askedAt = performance.now();
    try {
      return (await this.#maySee('*')) || (await this.#maySeeAnyOfProjects());
    } finally {
      this.#budget.spent(performance.now() - askedAt);
    }
  }

  async #maySeeAnyOfProjects(): Promise<boolean> {
    const projects = new Set([...this.#known.values()].filter(isNamed));
    const turns = this.#projectTurns.order([...projects].map(key => ({ key })));
    for (const { key } of turns.slice(0, MOST_PROJECTS)) {
      if (await this.#maySee(`${key}/*`)) {
        return true;
      }
      this.#projectTurns.had(key);
    }
    return false;
  }

  async #maySee(object: string): Promise<boolean> {
    return this.#context.client.canI('clusters', 'get', object);
  }

  #know(clusters: Pick<ClusterRecord, 'server' | 'project'>[]): void {
    this.#known = new Map(
      clusters.map(({ server, project }) => [server, project]),
    );
  }

  #toRecord(
    { kept, connection, skipReconcile }: ListedCluster,
    /** How many there are. */
    clusters: number,
  ): Omit<ClusterRecord, 'name' | 'hub'> {
    const { heartbeat, relistMs } = this.#context.hub;
    const now = Date.now();
    return {
      ...kept,
      facts: {
        heartbeatEnabled: Boolean(heartbeat),
        heartbeatIntervalMs: heartbeat
          ? stretchedIntervalMs(heartbeat, clusters)
          : relistMs,
        connection: this.#connections.see(kept.server, connection, now),
        skipReconcile,
        agent: Boolean(kept.agent),
        firstSeenAt: now,
        // Kept by the store as they are, once it knows the cluster.
        heartbeat: { failures: 0 },
        applications: 0,
        connectionErrors: 0,
      },
    };
  }

  /** One that cannot be read costs no other. A call that was repeated tells all of them once more. */
  #read(cluster: ArgoCluster, clusters: Map<string, ListedCluster>): void {
    try {
      const listed = trimCluster(cluster);
      const { server, registeredName } = listed.kept;
      clusters.set(`${server} ${registeredName}`, listed);
    } catch (error) {
      this.#skipped.add(cluster, (error as Error).message);
    }
    if (clusters.size > MOST_CLUSTERS) {
      throw new HubError({
        class: 'protocol',
        message: `The hub lists more than ${MOST_CLUSTERS} clusters, which is more than can be mirrored: what is known of them is kept as it was. Divide them among more hubs`,
      });
    }
  }
}

/** The hub lists its own cluster always; it counts once somebody uses it. */
function isRegistered({ kept, hasApplications }: ListedCluster): boolean {
  return (
    kept.server !== IN_CLUSTER_SERVER ||
    Object.keys(kept.labels).length > 0 ||
    hasApplications
  );
}

function isNamed(project: string | undefined): project is string {
  return Boolean(project);
}
