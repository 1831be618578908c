import type { ClusterFacts, HeartbeatFacts } from '../facts';

/** The moment at which every table looks. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z');

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A moment so many seconds before `NOW`. */
export function secondsAgo(seconds: number): number {
  return NOW - seconds * SECOND;
}

/** A moment so many minutes before `NOW`. */
export function minutesAgo(minutes: number): number {
  return NOW - minutes * MINUTE;
}

/** As it stands in an answer. */
export function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** A cluster that was added an hour ago, has three applications and was never probed. */
export function aCluster(
  facts: Partial<Omit<ClusterFacts, 'heartbeat'>> & {
    heartbeat?: Partial<HeartbeatFacts>;
  } = {},
): ClusterFacts {
  return {
    applications: 3,
    heartbeatEnabled: true,
    heartbeatIntervalMs: 30 * SECOND,
    connection: {
      status: 'Successful',
      since: minutesAgo(60),
      attemptedMovedAt: secondsAgo(10),
    },
    connectionErrors: 0,
    skipReconcile: false,
    agent: false,
    firstSeenAt: minutesAgo(60),
    ...facts,
    heartbeat: { failures: 0, ...facts.heartbeat },
  };
}
