/** How patient the mirror of a hub is. */
export interface MirrorTiming {
  /** Milliseconds between two lists of the clusters. */
  clustersEveryMs: number;
  /** After so many milliseconds a second list must lack, too, what the first one lacked of much. */
  secondListMs: number;
  /** After so many milliseconds without an event the burst of a stream is over. */
  quietMs: number;
  /**
   * Between two lists passes so many times what the last one took: listing
   * takes at most 5 % of the time, also when the jitter shortens a pause.
   */
  pausePerList: number;
  /** Milliseconds that pass at most between two streams that break. */
  longestStreamPauseMs: number;
}

/** Whoever mirrors a real hub keeps to these. */
export const TIMING: Readonly<MirrorTiming> = {
  clustersEveryMs: 10_000,
  secondListMs: 5_000,
  quietMs: 5_000,
  pausePerList: 22,
  longestStreamPauseMs: 30_000,
};
