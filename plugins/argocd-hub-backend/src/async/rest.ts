/** How much of the time some work may take that is done again and again. */
export interface Pace {
  /** The part of the time that is spent on it, at most. */
  share: number;
  /** Milliseconds of rest, at least. */
  shortestMs: number;
  /** Milliseconds of rest, at most: however long the work took, what it knows must not grow old. */
  longestMs: number;
}

/** Milliseconds to rest after work that took `spentMs`. */
export function restAfter(
  spentMs: number,
  { share, shortestMs, longestMs }: Pace,
): number {
  return Math.min(longestMs, Math.max(shortestMs, spentMs / share));
}
