import {
  type ClusterFacts,
  freshness,
  type HubFacts,
  isOutdated,
  verdict,
} from 'backstage-plugin-argocd-hub-common/status';
import { OneAtATime } from '../async/OneAtATime';
import type { ClusterRecord } from '../store/ClusterStore';
import type { MirrorContext } from './MirrorContext';
import { sleep } from '../async/time';

const SWEEP_EVERY_MS = 1_000;

/** Facts that are made here; the store's copy of them is never newer. */
type OwnFacts = Pick<
  ClusterFacts,
  'heartbeat' | 'provenElsewhere' | 'hubSuspectedSince' | 'verdict'
>;

/**
 * The clusters of one hub with their facts, in memory. Changes are written
 * once a second, a verdict that changed at once, with word to the listeners.
 */
export class ClusterBoard {
  readonly #context: MirrorContext;
  readonly #hubFacts: () => HubFacts;
  readonly #clusters = new Map<string, ClusterRecord>();
  readonly #unwritten = new Map<string, Partial<ClusterFacts>>();
  readonly #refreshing = new OneAtATime(() => this.#read());
  /** Also for the order of what is written. */
  readonly #judging = new OneAtATime(() => this.#judgeNow());
  #outdated = false;

  constructor(options: { context: MirrorContext; hubFacts(): HubFacts }) {
    this.#context = options.context;
    this.#hubFacts = options.hubFacts;
  }

  list(): ClusterRecord[] {
    return [...this.#clusters.values()];
  }

  get(name: string): ClusterRecord | undefined {
    return this.#clusters.get(name);
  }

  /** What is counted from applications changed: the next judgement reads it. */
  outdate(): void {
    this.#outdated = true;
  }

  /** Takes over what is stored; what is made here stays. */
  async refresh(): Promise<void> {
    await this.#refreshing.run();
  }

  update(name: string, facts: Partial<OwnFacts>): void {
    const cluster = this.#clusters.get(name);
    if (cluster) {
      cluster.facts = { ...cluster.facts, ...facts };
      this.#unwritten.set(name, { ...this.#unwritten.get(name), ...facts });
    }
  }

  /** Judges and writes until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await sleep(SWEEP_EVERY_MS, signal);
      if (!signal.aborted) {
        await this.judge();
      }
    }
  }

  /** Notes which verdicts changed, writes, and tells. */
  async judge(): Promise<void> {
    await this.#judging.run();
  }

  async #read(): Promise<void> {
    this.#outdated = false;
    const { store, hub } = this.#context;
    const stored = await store.clusters.list({ hub: hub.name });
    const names = new Set(stored.map(({ name }) => name));
    for (const name of this.#clusters.keys()) {
      if (!names.has(name)) {
        this.#clusters.delete(name);
        this.#unwritten.delete(name);
      }
    }
    for (const cluster of stored) {
      const mine = this.#clusters.get(cluster.name);
      const same = mine?.server === cluster.server;
      const facts = same
        ? { ...cluster.facts, ...ownFacts(mine.facts) }
        : cluster.facts;
      this.#clusters.set(cluster.name, { ...cluster, facts });
      if (!same) {
        this.#unwritten.delete(cluster.name);
      }
    }
  }

  async #judgeNow(): Promise<void> {
    if (this.#outdated) {
      const isRead = await this.#context.read(() => this.refresh());
      this.#outdated ||= !isRead;
    }
    const now = Date.now();
    const hub = freshness(this.#hubFacts(), now);
    const changed = isOutdated(hub)
      ? // A hub that is away says nothing about its clusters.
        []
      : this.list().filter(({ name, facts }) => {
          const { reachability, since } = verdict(facts, hub, now);
          if (facts.verdict?.reachability === reachability) {
            return false;
          }
          this.update(name, {
            verdict: { reachability, since: Date.parse(since) },
          });
          return true;
        });
    await this.#write();
    if (changed.length) {
      const clusters = changed.map(({ name }) => name);
      this.#context.changed({ applications: [], clusters });
    }
  }

  async #write(): Promise<void> {
    if (!this.#unwritten.size) {
      return;
    }
    const { store, lease, hub } = this.#context;
    const updates = [...this.#unwritten].map(([name, facts]) => ({
      name,
      facts,
    }));
    this.#unwritten.clear();
    const { outcome } = await this.#context.write(() =>
      store.clusters.updateFacts({ lease, hub: hub.name, updates }),
    );
    if (outcome !== 'written') {
      updates.forEach(({ name, facts }) =>
        this.#unwritten.set(name, { ...facts, ...this.#unwritten.get(name) }),
      );
    }
  }
}

function ownFacts(facts: ClusterFacts): OwnFacts {
  const { heartbeat, provenElsewhere, hubSuspectedSince } = facts;
  return {
    heartbeat,
    provenElsewhere,
    hubSuspectedSince,
    verdict: facts.verdict,
  };
}
