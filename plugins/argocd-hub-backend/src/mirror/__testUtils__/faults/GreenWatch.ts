import {
  type ClusterSummary,
  type Deployment,
  type HubStatus,
  rollup,
} from 'backstage-plugin-argocd-hub-common';
import type { ArgocdHubConfig } from '../../../config';
import { clustersOf, deploymentsOf } from '../../../estate/deployments';
import { EstateReader } from '../../../estate/EstateReader';
import type { Store } from '../../../store/Store';

const SAMPLE_EVERY_MS = 100;
/** What a busy machine may add to any of our intervals. */
const SLACK_MS = 1_500;
/** What the hub's own controller may need to see it. */
const CONTROLLER_MS = 3_000;
/** Stale after three budgets of one and a half list intervals. */
const STALE_AFTER_INTERVALS = 4.5;
/** A good heartbeat counts for three intervals; a probe and its tree may each hang. */
const UNREACHABLE_AFTER_INTERVALS = 3;
const PROBES_MS = 14_000;

interface Rule {
  /** What it is that has no evidence any more. */
  why: string;
  covers(row: Deployment): boolean;
  /** By `performance.now()`. */
  from: number;
  allowedMs: number;
  /** Of the hub: nothing about it may look fresh. */
  hub?: string;
  /** Of a cluster: it may not be called reachable. */
  cluster?: { hub: string; name: string };
}

/**
 * The second judge. Looks all the time at what people would be shown, and holds
 * it against what is known to be broken: after the allowed time nothing of it
 * may be green.
 */
export class GreenWatch {
  readonly #store: Store;
  readonly #reader: EstateReader;
  readonly #config: ArgocdHubConfig;
  readonly #rules = new Map<string, Rule>();
  readonly #violations: string[] = [];
  #samples = 0;
  #timer?: NodeJS.Timeout;
  #looking?: Promise<void>;

  constructor(options: { config: ArgocdHubConfig; store: Store }) {
    this.#store = options.store;
    this.#config = options.config;
    // Asked anew each time: tests set the clock.
    this.#reader = new EstateReader({ ...options, now: () => Date.now() });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look()
        // A database that is away shows nothing at all.
        .catch(() => undefined)
        .finally(() => {
          this.#looking = undefined;
        });
    }, SAMPLE_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Everything that was shown without evidence; empty when all is well. */
  get violations(): string[] {
    return this.#violations;
  }

  /** From now on nothing that is true can come from this hub. */
  async hubIsLost(hub: string): Promise<void> {
    const allowedMs = await this.staleAfterMs(hub);
    this.#rules.set(hub, {
      why: `hub ${hub} is lost`,
      covers: row => row.hub === hub,
      from: performance.now(),
      allowedMs,
      hub,
    });
  }

  /** How long a hub may be lost until that is seen. A busy hub is listed less often. */
  async staleAfterMs(hub: string): Promise<number> {
    const record = await this.#store.hubs.get(hub);
    const { relistMs } = this.#config.hubs.find(({ name }) => name === hub)!;
    const interval = Math.max(relistMs, record?.facts.listIntervalMs ?? 0);
    return interval * STALE_AFTER_INTERVALS + SLACK_MS;
  }

  hubIsBack(hub: string): void {
    this.#rules.delete(hub);
  }

  /** From now on the cluster answers nobody. */
  clusterIsLost(hub: string, cluster: string): void {
    const { heartbeat } = this.#config.hubs.find(({ name }) => name === hub)!;
    this.#rules.set(`${hub}/${cluster}`, {
      why: `cluster ${cluster} is lost`,
      covers: row =>
        row.hub === hub &&
        'cluster' in row.destination &&
        row.destination.cluster === cluster,
      from: performance.now(),
      allowedMs:
        (heartbeat?.intervalMs ?? Infinity) * UNREACHABLE_AFTER_INTERVALS +
        PROBES_MS +
        SLACK_MS,
      cluster: { hub, name: cluster },
    });
  }

  clusterIsBack(hub: string, cluster: string): void {
    this.#rules.delete(`${hub}/${cluster}`);
  }

  /** From now on the hub itself calls this application anything but Healthy. */
  async isNotHealthy(hub: string, name: string): Promise<void> {
    const staleAfterMs = await this.staleAfterMs(hub);
    this.#rules.set(`${hub}//${name}`, {
      why: `hub ${hub} itself does not call it Healthy`,
      covers: row => row.hub === hub && row.name === name,
      from: performance.now(),
      allowedMs: staleAfterMs + CONTROLLER_MS,
    });
  }

  mayBeHealthy(hub: string, name: string): void {
    this.#rules.delete(`${hub}//${name}`);
  }

  /** What a person would be shown now. */
  async shown(): Promise<{
    rows: Deployment[];
    clusters: ClusterSummary[];
    hubs: HubStatus[];
  }> {
    const estate = await this.#reader.read();
    const rows: Deployment[] = [];
    for await (const page of this.#store.applications.pages()) {
      rows.push(
        ...(await deploymentsOf(
          page.map(application => ({ application, mappedBy: [] })),
          estate,
        )),
      );
    }
    const hubs = estate.hubs().map(({ status }) => status);
    return {
      rows,
      clusters: clustersOf(rows, estate).map(it => it.summary),
      hubs,
    };
  }

  async #look(): Promise<void> {
    const askedAt = performance.now();
    const shown = await this.shown();
    this.#samples += 1;
    for (const rule of this.#rules.values()) {
      const late = askedAt - rule.from - rule.allowedMs;
      // The rule may have been made while we were reading.
      if (late > 0) {
        this.#judge(rule, shown, Math.round(late));
      }
    }
  }

  #judge(
    rule: Rule,
    shown: Awaited<ReturnType<GreenWatch['shown']>>,
    late: number,
  ): void {
    const tell = (what: string) =>
      this.#violations.push(
        `${what} is shown ${late} ms after the allowed time, though ${rule.why}`,
      );
    const rows = shown.rows.filter(rule.covers);
    for (const { namespace, name, health, sync } of rows) {
      if (health.status === 'Healthy') {
        tell(`${namespace}/${name} as Healthy`);
      }
      if ((rule.hub || rule.cluster) && sync.status === 'Synced') {
        tell(`${namespace}/${name} as Synced`);
      }
    }
    if (rule.cluster) {
      const { hub, name } = rule.cluster;
      shown.clusters
        .filter(one => one.hub === hub && one.name === name)
        .filter(({ verdict }) => verdict.reachability === 'reachable')
        .forEach(() => tell(`cluster ${name} as reachable`));
    }
    if (rule.hub) {
      this.#judgeHub(rule.hub, shown, tell);
    }
  }

  /** The head line of a page that is all about a lost hub. */
  #judgeHub(
    name: string,
    shown: Awaited<ReturnType<GreenWatch['shown']>>,
    tell: (what: string) => void,
  ): void {
    const hubs = shown.hubs.filter(hub => hub.name === name);
    const clusters = shown.clusters.filter(({ hub }) => hub === name);
    const head = rollup(
      shown.rows.filter(({ hub }) => hub === name),
      clusters,
      hubs,
    );
    if (head.freshness !== 'stale' && head.freshness !== 'down') {
      tell(`the hub as ${head.freshness}`);
    }
    if (head.healthyClusters || head.byHealth.Healthy || head.bySync.Synced) {
      tell(`a count of green rows in ${JSON.stringify(head)}`);
    }
    for (const { name: cluster, verdict } of clusters) {
      if (verdict.reachability === 'reachable') {
        tell(`cluster ${cluster} as reachable`);
      }
    }
  }
}
