import {
  type ClusterSummary,
  type HubStatus,
  IN_CLUSTER_SERVER,
} from 'backstage-plugin-argocd-hub-common';
import {
  clusterState,
  type ClusterState,
  freshness,
  type HubFacts,
  type HubFreshness,
} from 'backstage-plugin-argocd-hub-common/status';
import type { ArgocdHubConfig, HubConfig } from '../config';
import { clusterKey, type ClusterRecord } from '../store/ClusterStore';
import type { HubRecord } from '../store/HubStore';
import { clusterSummary } from './clusterSummary';
import type { CommitMemory } from './CommitMemory';
import { hubStatus } from './hubStatus';
import { clusterFingerprint, hubFingerprint } from './version';

/** A hub as an answer needs it. */
export interface HubView {
  config: HubConfig;
  /** Absent where no replica has ever mirrored it. */
  record?: HubRecord;
  /** Made up for a hub without a record. */
  facts: HubFacts;
  freshness: HubFreshness;
  status: HubStatus;
  /** Another text means that people see a difference; contact with a live hub is none. */
  fingerprint: string;
}

/** A cluster as an answer needs it. */
export interface ClusterView {
  record: ClusterRecord;
  state: ClusterState;
  summary: ClusterSummary;
  /** The summary as it is sent. */
  json: string;
  /** Another one means that people see a difference; times of heartbeats are none. */
  fingerprint: string;
}

interface EstateParts {
  config: ArgocdHubConfig;
  commits: CommitMemory;
  hubs: HubRecord[];
  /** By hub and name. */
  clusters: ReadonlyMap<string, ClusterRecord>;
  /** When this process began to look, in milliseconds since the epoch. */
  startedAt: number;
}

/**
 * Hubs and clusters at one moment, shared by all who ask then. Verdicts and
 * freshness are computed here, since they change without a write; those of a
 * cluster when it is asked for.
 */
export class Estate {
  readonly config: ArgocdHubConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly commits: CommitMemory;
  readonly #hubs: Map<string, HubView>;
  readonly #records: ReadonlyMap<string, ClusterRecord>;
  readonly #views = new Map<string, ClusterView>();

  static at(now: number, parts: EstateParts): Estate {
    return new Estate(now, parts);
  }

  private constructor(now: number, parts: EstateParts) {
    const { config, startedAt } = parts;
    this.config = config;
    this.now = now;
    this.commits = parts.commits;
    this.#records = parts.clusters;
    const records = new Map(parts.hubs.map(record => [record.name, record]));
    const hubs = config.hubs.map(hub =>
      hubView(hub, records.get(hub.name), { now, startedAt }),
    );
    this.#hubs = new Map(hubs.map(hub => [hub.config.name, hub]));
  }

  /** In the order of the configuration. */
  hubs(): HubView[] {
    return [...this.#hubs.values()];
  }

  /** Undefined for a hub that is not configured any more: what is stored of it is not shown. */
  hub(name: string): HubView | undefined {
    return this.#hubs.get(name);
  }

  /** Undefined also for one that no list shows. */
  cluster(hub: string, name: string): ClusterView | undefined {
    const key = clusterKey({ hub, name });
    const known = this.#views.get(key);
    if (known) {
      return known;
    }
    const record = this.#records.get(key);
    const view = record && isShown(record) ? this.#viewOf(record) : undefined;
    if (view) {
      this.#views.set(key, view);
    }
    return view;
  }

  /** All clusters of the configured hubs, in the order of the database: `compareClusters` sorts. */
  clusters(): ClusterView[] {
    return [...this.#records.values()].flatMap(
      ({ hub, name }) => this.cluster(hub, name) ?? [],
    );
  }

  #viewOf(record: ClusterRecord): ClusterView | undefined {
    const hub = this.#hubs.get(record.hub);
    if (!hub) {
      return undefined;
    }
    const { config } = this;
    const state = clusterState(record.facts, hub.freshness, this.now);
    const summary = clusterSummary({ record, state, hub, config });
    return {
      record,
      state,
      summary,
      json: JSON.stringify(summary),
      fingerprint: clusterFingerprint(summary, state),
    };
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
  const status = hubStatus({ config, record, freshness: fresh });
  return {
    config,
    record,
    facts,
    freshness: fresh,
    status,
    fingerprint: hubFingerprint(status),
  };
}
