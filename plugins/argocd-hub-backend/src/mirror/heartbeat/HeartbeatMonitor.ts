import type { HeartbeatOutcome } from 'backstage-plugin-argocd-hub-common/status';
import {
  nextHeartbeatFacts,
  recheckIntervalMs,
} from 'backstage-plugin-argocd-hub-common/status';
import { RunningWork } from '../../async/RunningWork';
import { unlessAborted } from '../../async/unlessAborted';
import type { ClusterRecord } from '../../store/ClusterStore';
import { withoutStatement } from '../../store/databaseError';
import { isDatabaseAway } from '../../store/isDatabaseAway';
import type { ClusterBoard } from '../ClusterBoard';
import type { MirrorContext } from '../MirrorContext';
import { jittered, sleep } from '../../async/time';
import { Prober } from './Prober';
import { RateLimit, type Urgency } from './RateLimit';
import { Recovery } from './Recovery';
import { isFailing, isProbed, Witnesses } from './Witnesses';

const LOOK_EVERY_MS = 100;
/**
 * Failing clusters have calls of their own, so that they never delay the
 * others. Those of the healthy ones suffice where many die in silence at once,
 * each of which holds its first call for seconds.
 */
const POOLS: Record<Pool, number> = { heartbeat: 48, recheck: 16 };
const LONGEST_PAUSE_TIMES = 8;

type Pool = Exclude<Urgency, 'refresh'>;

interface Schedule {
  /** By `performance.now()`. */
  dueAt: number;
  pool?: Pool;
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
  readonly #witnesses: Witnesses;
  readonly #schedules = new Map<string, Schedule>();
  readonly #running: Record<Pool, number> = { heartbeat: 0, recheck: 0 };
  readonly #work = new RunningWork();
  #hubIsDown = false;
  #isFailing = false;

  constructor(options: { context: MirrorContext; board: ClusterBoard }) {
    const { context, board } = options;
    const calls = new RateLimit(context.hub.heartbeat?.maxPerSecond ?? 1);
    this.#context = context;
    this.#board = board;
    this.#witnesses = new Witnesses(board);
    this.#prober = new Prober(context, calls);
    this.#recovery = new Recovery(context, calls);
  }

  /** Runs until the mirror's signal aborts and nothing is noted any more. Never rejects. */
  async run(): Promise<void> {
    const { hub, signal, client } = this.#context;
    while (hub.heartbeat && !signal.aborted) {
      await sleep(LOOK_EVERY_MS, signal);
      const isDown = client.downSince !== undefined;
      if (!isDown && !signal.aborted) {
        this.#startDue({ isBack: this.#hubIsDown });
      }
      this.#hubIsDown = isDown;
    }
    await this.#work.settled();
  }

  #startDue(options: { isBack: boolean }): void {
    const now = performance.now();
    const clusters = this.#board.list();
    this.#forget(clusters);
    if (options.isBack) {
      this.#beginAnew(now);
    }
    const due = clusters
      .filter(isProbed)
      .map(cluster => ({ cluster, schedule: this.#scheduleOf(cluster, now) }))
      .filter(({ schedule }) => !schedule.pool && schedule.dueAt <= now)
      .sort((a, b) => a.schedule.dueAt - b.schedule.dueAt);
    for (const { cluster, schedule } of due) {
      const pool = isFailing(cluster) ? 'recheck' : 'heartbeat';
      if (this.#running[pool] < POOLS[pool]) {
        this.#work.add(this.#beat(cluster, schedule, pool));
      }
    }
  }

  async #beat(
    cluster: ClusterRecord,
    schedule: Schedule,
    pool: Pool,
  ): Promise<void> {
    const { signal, metrics } = this.#context;
    schedule.pool = pool;
    this.#running[pool] += 1;
    try {
      const asked = this.#prober.probe(cluster.name, pool).finally(() => {
        this.#running[pool] -= 1;
      });
      const outcome = await unlessAborted(asked, signal);
      if (signal.aborted) {
        return;
      }
      metrics.heartbeat(outcome?.kind ?? 'no-answer');
      if (outcome) {
        schedule.empty = isEmpty(outcome) ? schedule.empty + 1 : 0;
        await this.#note(cluster, outcome);
      }
      this.#isFailing = false;
    } catch (error) {
      if (!signal.aborted) {
        metrics.heartbeat('error');
        this.#report(error);
      }
    } finally {
      // Only now: while the last answer is being noted, the next must not begin.
      schedule.dueAt = performance.now() + this.#pause(cluster.name, schedule);
      schedule.pool = undefined;
    }
  }

  /** No word about hub or cluster: the store failed, or we did. Said once until a heartbeat ends well. */
  #report(error: unknown): void {
    const { logger } = this.#context;
    // That the database is away is said once by who writes to it.
    const isAway = isDatabaseAway(error);
    logger[this.#isFailing || isAway ? 'debug' : 'error'](
      'A heartbeat failed on our side',
      withoutStatement(error),
    );
    this.#isFailing ||= !isAway;
  }

  async #note(asked: ClusterRecord, outcome: HeartbeatOutcome): Promise<void> {
    const { name, server } = asked;
    const cluster = this.#board.get(name);
    if (cluster?.server !== server) {
      return;
    }
    const before = cluster.facts.heartbeat;
    const wasUnreachable =
      cluster.facts.verdict?.reachability === 'unreachable';
    const heartbeat = nextHeartbeatFacts(before, outcome, Date.now());
    this.#board.update(name, { heartbeat });
    this.#witnesses.weigh();
    const began = before.failures === 0 && heartbeat.failures > 0;
    const recovered =
      outcome.kind === 'good' && (before.failures > 0 || wasUnreachable);
    if (began) {
      this.#askOthers();
    }
    if (heartbeat.failures > 0 || recovered) {
      await this.#board.judge();
    }
    if (recovered) {
      this.#work.add(this.#recovery.refreshUnknown(name));
    }
  }

  /** Whether the cluster or the hub is at fault the next ones tell, before it is asked again. */
  #askOthers(): void {
    const now = performance.now();
    this.#witnesses
      .list()
      .flatMap(({ name }) => this.#schedules.get(name) ?? [])
      .filter(({ pool, dueAt }) => !pool && dueAt > now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, Witnesses.ENOUGH)
      .forEach(schedule => {
        schedule.dueAt = now;
      });
  }

  #pause(name: string, schedule: Schedule): number {
    const cluster = this.#board.get(name);
    const interval =
      cluster?.facts.heartbeatIntervalMs ??
      this.#context.hub.heartbeat!.intervalMs;
    const recheck = recheckIntervalMs(interval);
    const times = (empty: number) =>
      Math.min(2 ** Math.max(0, empty), LONGEST_PAUSE_TIMES);
    if (cluster && isFailing(cluster)) {
      // A little more than a recheck: two failures must lie that far apart.
      return (recheck * 1.02 + LOOK_EVERY_MS) * times(schedule.empty - 1);
    }
    // Another node may do at once; what fails again has a lasting cause.
    return schedule.empty === 1
      ? jittered(recheck)
      : jittered(interval * times(schedule.empty - 2));
  }

  /** The first heartbeats are spread over an interval where a sign of life is known. */
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

  /** What was not to be had of a hub that was down says nothing about its clusters. */
  #beginAnew(now: number): void {
    for (const [name, schedule] of this.#schedules) {
      const interval = this.#board.get(name)?.facts.heartbeatIntervalMs ?? 0;
      const within = Math.random() * recheckIntervalMs(interval);
      schedule.empty = 0;
      schedule.dueAt = Math.min(schedule.dueAt, now + within);
    }
  }

  #forget(clusters: ClusterRecord[]): void {
    if (this.#schedules.size <= clusters.length) {
      return;
    }
    const names = new Set(clusters.map(({ name }) => name));
    this.#prober.retain(names);
    for (const name of this.#schedules.keys()) {
      if (!names.has(name)) {
        this.#schedules.delete(name);
      }
    }
  }
}

function isEmpty({ kind }: HeartbeatOutcome): boolean {
  return kind === 'no-evidence' || kind === 'hub-timeout';
}
