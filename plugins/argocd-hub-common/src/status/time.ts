/** Clocks of replicas differ a little; what lies further ahead was noted before a clock was set back. */
const CLOCKS_DIFFER_MS = 30_000;

/** Milliseconds since the epoch as ISO 8601 in UTC. */
export function iso(time: number): string;
export function iso(time: number | undefined): string | undefined;
export function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

/** The latest of the times that are known. */
export function latest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length ? Math.max(...known) : undefined;
}

/**
 * A moment that can have been; one that lies ahead by more than the clocks of
 * replicas differ proves nothing, as nobody knows any more when it was.
 *
 * @param time - milliseconds since the epoch
 * @param now - milliseconds since the epoch
 * @public
 */
export function past(
  time: number | undefined,
  now: number,
): number | undefined {
  return time === undefined || time > now + CLOCKS_DIFFER_MS ? undefined : time;
}
