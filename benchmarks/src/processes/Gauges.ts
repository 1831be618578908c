/** What a process says of itself, see `gauges.cjs`. */
export interface Gauges {
  /** bytes, now and at most since the last reset */
  rss: number;
  peakRss: number;
  /** user and system, since its start */
  cpuMs: number;
  /** milliseconds, since the last reset */
  eventLoopDelay: { p99: number; max: number };
  /** bytes and calls between the process and the hub, since its start */
  hub: { received: number; sent: number; calls: Record<string, number> };
}

/** What the hub was asked for between two readings. */
export function asked(
  before: Gauges,
  after: Gauges,
): { calls: Record<string, number>; total: number; bytes: number } {
  const calls: Record<string, number> = {};
  for (const [key, count] of Object.entries(after.hub.calls)) {
    const more = count - (before.hub.calls[key] ?? 0);
    if (more > 0) calls[key] = more;
  }
  const flown = ({ hub }: Gauges) => hub.received + hub.sent;
  return {
    calls,
    total: Object.values(calls).reduce((sum, count) => sum + count, 0),
    bytes: flown(after) - flown(before),
  };
}
