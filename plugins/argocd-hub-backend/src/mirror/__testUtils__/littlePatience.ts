import type { MirrorTiming } from '../timing';

/**
 * For tests that wait for lists: a second one comes soon, a burst is soon over,
 * and a busy machine, where lists take long, does not push the next ones
 * minutes away.
 */
export const LITTLE_PATIENCE: Partial<MirrorTiming> = {
  secondListMs: 2_000,
  quietMs: 1_500,
  pausePerList: 1,
};
