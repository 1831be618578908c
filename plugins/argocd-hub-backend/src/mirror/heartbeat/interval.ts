import type { HubConfig } from '../../config';

type HeartbeatConfig = NonNullable<HubConfig['heartbeat']>;

/** What rechecks and the search for targets need is kept free. */
const SHARE_OF_HEARTBEATS = 0.8;

/** Time between two heartbeats of one cluster, as long as so many clusters need it to be. */
export function stretchedIntervalMs(
  heartbeat: HeartbeatConfig,
  clusters: number,
): number {
  const perSecond = heartbeat.maxPerSecond * SHARE_OF_HEARTBEATS;
  return Math.max(
    heartbeat.intervalMs,
    Math.round((clusters / perSecond) * 1_000),
  );
}
