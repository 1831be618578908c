import { percentile } from '../measure/statistics';

/** How long changes took to be seen, in milliseconds. */
export interface Delays {
  p50: number;
  p95: number;
  longest: number;
  /** how many there were, and how many were never seen, in words */
  counted: string;
}

/**
 * A change that was never seen took for ever: it counts for the percentiles.
 *
 * @param timesOf - when it was told, and when it was seen
 */
export function delaysOf<T>(
  told: T[],
  timesOf: (change: T) => [toldAt: number, seenAt: number | undefined],
): Delays {
  const delays = told.map(change => {
    const [toldAt, seenAt = Infinity] = timesOf(change);
    return Math.max(0, seenAt - toldAt);
  });
  const lost = delays.filter(delay => delay === Infinity).length;
  return {
    p50: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    longest: Math.max(...delays),
    counted: `${told.length} changes, ${lost} not seen`,
  };
}
