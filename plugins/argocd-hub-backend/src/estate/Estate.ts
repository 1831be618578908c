import {
  IN_CLUSTER_SERVER,
  type ClusterSummary,
  type HubStatus,
} from 'backstage-plugin-argocd-hub-common';
import {
  clusterState,
  type ClusterState,
  freshness,
  type HubFacts,
  type HubFreshness,
} from 'backstage-plugin-argocd-hub-common/status';
import type { ArgocdHubConfig, HubConfig } from '../config';
import type { ClusterRecord, HubRecord, Store } from '../store/types';
import { clusterSummary } from './clusterSummary';
import type { CommitMemory } from './CommitMemory';
import { hubStatus } from './hubStatus';

const MAX_NAMED = 100;

/** A hub as an answer needs it. */
export interface HubView {
  config: HubConfig;
  /** Absent where no replica has ever mirrored it. */
  record?: HubRecord;
  /** Made up for a hub without a record. */
  facts: HubFacts;
  freshness: HubFreshness;
  status: HubStatus;
}

/** A cluster as an answer needs it. */
export interface ClusterView {
  record: ClusterRecord;
  state: ClusterState;
  summary: ClusterSummary;
}

/**
 * Hubs and clusters at one moment, read once per request. Verdicts and
 * freshness are computed here, since they change without a write.
 */
export class Estate {
  readonly config: ArgocdHubConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly commits: CommitMemory;
  readonly #store: Store;
  readonly #hubs: Map<string, HubView>;
  readonly #clusters = new Map<string, ClusterView>();

  static async read(options: {
    config: ArgocdHubConfig;
    store: Store;
    commits: CommitMemory;
    now: number;
    /** When this process began to look, in milliseconds since the epoch. */
    startedAt: number;
  }): Promise<Estate> {
    const { store, now, startedAt, config } = options;
    const records = new Map(
      (await store.hubs.list()).map(record => [record.name, record]),
    );
    const hubs = config.hubs.map(hub =>
      hubView(hub, records.get(hub.name), { now, startedAt }),
    );
    return new Estate({ ...options, hubs });
  }

  private constructor(options: {
    config: ArgocdHubConfig;
    store: Store;
    commits: CommitMemory;
    now: number;
    hubs: HubView[];
  }) {
    this.commits = options.commits;
    this.config = options.config;
    this.now = options.now;
    this.#store = options.store;
    this.#hubs = new Map(options.hubs.map(hub => [hub.config.name, hub]));
  }

  /** In the order of the configuration. */
  hubs(): HubView[] {
    return [...this.#hubs.values()];
  }

  /** Undefined for a hub that is not configured any more: what is stored of it is not shown. */
  hub(name: string): HubView | undefined {
    return this.#hubs.get(name);
  }

  /** Undefined unless it was loaded. */
  cluster(hub: string, name: string): ClusterView | undefined {
    return this.#clusters.get(clusterKey(hub, name));
  }

  /** All clusters of the configured hubs, by hub and name. */
  async allClusters(): Promise<ClusterView[]> {
    const records = await this.#store.clusters.list();
    return records.filter(isShown).flatMap(record => this.#add(record) ?? []);
  }

  /** Those of one hub, in one query; `cluster` answers them then. */
  async loadClusters(hub: string, names: Set<string>): Promise<void> {
    const missing = [...names].filter(name => !this.cluster(hub, name));
    if (missing.length === 0 || !this.#hubs.has(hub)) {
      return;
    }
    // An engine takes only so many parameters: of many, all are read.
    const records = await this.#store.clusters.list(
      missing.length <= MAX_NAMED ? { hub, names: missing } : { hub },
    );
    records.forEach(record => this.#add(record));
  }

  async loadCluster(
    hub: string,
    name: string,
  ): Promise<ClusterView | undefined> {
    await this.loadClusters(hub, new Set([name]));
    return this.cluster(hub, name);
  }

  #add(record: ClusterRecord): ClusterView | undefined {
    const hub = this.#hubs.get(record.hub);
    if (!hub) {
      return undefined;
    }
    const state = clusterState(record.facts, hub.freshness, this.now);
    const view = {
      record,
      state,
      summary: clusterSummary({ record, state, hub, config: this.config }),
    };
    this.#clusters.set(clusterKey(record.hub, record.name), view);
    return view;
  }
}

/** Every hub has itself as a cluster; that entry says something only once it is used. */
function isShown({ server, labels, facts }: ClusterRecord): boolean {
  return (
    server !== IN_CLUSTER_SERVER ||
    facts.applications > 0 ||
    Object.keys(labels).length > 0
  );
}

function hubView(
  config: HubConfig,
  record: HubRecord | undefined,
  times: { now: number; startedAt: number },
): HubView {
  const facts = record?.facts ?? {
    startedAt: times.startedAt,
    listIntervalMs: config.relistMs,
  };
  const fresh = freshness(facts, times.now);
  return {
    config,
    record,
    facts,
    freshness: fresh,
    status: hubStatus({ config, record, freshness: fresh }),
  };
}

function clusterKey(hub: string, name: string): string {
  return `${hub}\n${name}`;
}
