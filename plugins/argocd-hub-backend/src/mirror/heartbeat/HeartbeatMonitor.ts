import {
  IN_CLUSTER_SERVER,
  type HeartbeatFacts,
  type HeartbeatOutcome,
  hubSuspectedSince,
  nextHeartbeatFacts,
  recheckIntervalMs,
} from 'backstage-plugin-argocd-hub-common';
import type { ClusterRecord } from '../../store/types';
import type { ClusterBoard } from '../ClusterBoard';
import type { MirrorContext } from '../MirrorContext';
import { jittered, sleep } from '../time';
import { Pace } from './pace';
import { Prober } from './Prober';
import { Recovery } from './Recovery';

const LOOK_EVERY_MS = 100;
/** Failing clusters have calls of their own, so that they never delay the others. */
const POOLS = { healthy: 16, failing: 16 };
const LONGEST_PAUSE_TIMES = 8;

interface Schedule {
  /** By `performance.now()`. */
  dueAt: number;
  pool?: keyof typeof POOLS;
  /** Tries in a row that proved nothing. */
  empty: number;
}

/**
 * Reads every cluster live, through the hub, at intervals: nothing else shows
 * that a spoke died while its applications rest. What fails is asked again
 * soon; healthy clusters come first when calls are scarce.
 */
export class HeartbeatMonitor {
  readonly #context: MirrorContext;
  readonly #board: ClusterBoard;
  readonly #prober: Prober;
  readonly #recovery: Recovery;
  readonly #pace: Pace;
  readonly #schedules = new Map<string, Schedule>();
  readonly #running = { healthy: 0, failing: 0 };
  #proven = new Set<string>();

  constructor(options: { context: MirrorContext; board: ClusterBoard }) {
    const { context, board } = options;
    this.#context = context;
    this.#board = board;
    this.#pace = new Pace(context.hub.heartbeat?.maxPerSecond ?? 1);
    this.#prober = new Prober(context, this.#pace);
    this.#recovery = new Recovery(context);
  }

  /** Runs until the mirror's signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { hub, signal, client } = this.#context;
    while (hub.heartbeat && !signal.aborted) {
      await sleep(LOOK_EVERY_MS, signal);
      if (client.downSince === undefined) {
        this.#startDue();
      }
    }
  }

  #startDue(): void {
    const now = performance.now();
    const due = this.#board
      .list()
      .filter(isProbed)
      .map(cluster => ({ cluster, schedule: this.#scheduleOf(cluster, now) }))
      .filter(({ schedule }) => !schedule.pool && schedule.dueAt <= now)
      .sort(
        (a, b) =>
          Number(isFailing(a.cluster)) - Number(isFailing(b.cluster)) ||
          a.schedule.dueAt - b.schedule.dueAt,
      );
    for (const { cluster, schedule } of due) {
      const pool = isFailing(cluster) ? 'failing' : 'healthy';
      if (this.#running[pool] >= POOLS[pool]) {
        continue;
      }
      if (!this.#pace.take()) {
        return;
      }
      void this.#beat(cluster, schedule, pool);
    }
  }

  async #beat(
    cluster: ClusterRecord,
    schedule: Schedule,
    pool: keyof typeof POOLS,
  ): Promise<void> {
    schedule.pool = pool;
    this.#running[pool] += 1;
    try {
      const outcome = await this.#prober.probe(cluster.name).finally(() => {
        this.#running[pool] -= 1;
      });
      this.#context.metrics.heartbeat(outcome?.kind ?? 'no-answer');
      schedule.empty = isEmpty(outcome) ? schedule.empty + 1 : 0;
      if (outcome && !this.#context.signal.aborted) {
        await this.#note(cluster.name, outcome);
      }
    } finally {
      // Only now: while the last answer is being noted, the next must not begin.
      schedule.dueAt = performance.now() + this.#pause(cluster.name, schedule);
      schedule.pool = undefined;
    }
  }

  async #note(name: string, outcome: HeartbeatOutcome): Promise<void> {
    const cluster = this.#board.get(name);
    if (!cluster) {
      return;
    }
    const before = cluster.facts.heartbeat;
    const heartbeat = nextHeartbeatFacts(before, outcome, Date.now());
    this.#board.update(name, { heartbeat });
    this.#weighTogether();
    const began = before.failures === 0 && heartbeat.failures > 0;
    const recovered = before.failures > 0 && heartbeat.failures === 0;
    if (began || recovered || heartbeat.failures > 1) {
      await this.#board.judge();
    }
    if (recovered) {
      void this.#recovery.refreshUnknown(name);
    }
  }

  /** What one cluster shows about the others: that heartbeats work here at all, and that the hub is at fault. */
  #weighTogether(): void {
    const clusters = this.#board.list().filter(isProbed);
    this.#proven = new Set([
      ...this.#proven,
      ...clusters.filter(isProof).map(({ name }) => name),
    ]);
    const suspectedSince = hubSuspectedSince(
      clusters.map(({ facts }) => facts.heartbeat),
      clusters[0]?.facts.heartbeatIntervalMs ?? 0,
    );
    for (const { name, facts } of clusters) {
      const provenElsewhere =
        facts.provenElsewhere ||
        this.#proven.size > (this.#proven.has(name) ? 1 : 0);
      if (
        provenElsewhere !== facts.provenElsewhere ||
        suspectedSince !== facts.hubSuspectedSince
      ) {
        this.#board.update(name, {
          provenElsewhere,
          hubSuspectedSince: suspectedSince,
        });
      }
    }
  }

  #pause(name: string, schedule: Schedule): number {
    const cluster = this.#board.get(name);
    const interval =
      cluster?.facts.heartbeatIntervalMs ??
      this.#context.hub.heartbeat!.intervalMs;
    const times = Math.min(2 ** schedule.empty, LONGEST_PAUSE_TIMES);
    return cluster && isFailing(cluster)
      ? // A little more than a recheck: two failures must lie that far apart.
        (recheckIntervalMs(interval) * 1.02 + LOOK_EVERY_MS) * times
      : jittered(interval * times);
  }

  /** The first heartbeats are spread over an interval, but for those of a small fleet. */
  #scheduleOf(cluster: ClusterRecord, now: number): Schedule {
    const known = this.#schedules.get(cluster.name);
    if (known) {
      return known;
    }
    const spread = cluster.facts.heartbeat.goodAt
      ? Math.random() * cluster.facts.heartbeatIntervalMs
      : 0;
    const schedule: Schedule = { dueAt: now + spread, empty: 0 };
    this.#schedules.set(cluster.name, schedule);
    return schedule;
  }
}

/** Clusters without an application have nothing to ask for; those of argocd-agent need no asking. */
function isProbed({ facts }: ClusterRecord): boolean {
  return facts.applications > 0 && !facts.agent;
}

function isFailing({ facts }: ClusterRecord): boolean {
  const { heartbeat, verdict } = facts;
  return (
    isDoubtful(heartbeat) ||
    verdict?.reachability === 'unreachable' ||
    verdict?.reachability === 'suspect'
  );
}

function isDoubtful(heartbeat: HeartbeatFacts): boolean {
  return heartbeat.failures > 0 || heartbeat.suspectAt !== undefined;
}

function isEmpty(outcome: HeartbeatOutcome | undefined): boolean {
  return !outcome || outcome.kind === 'no-evidence';
}

/** The hub's own cluster needs no network that spokes need. */
function isProof({ facts, server }: ClusterRecord): boolean {
  return facts.heartbeat.goodAt !== undefined && server !== IN_CLUSTER_SERVER;
}
