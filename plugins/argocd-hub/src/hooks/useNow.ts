import type { Live } from './useLive';
import { useTicking } from './useWords';

const TICK_MS = 5_000;
/** Two polls that failed: before that, one lost request is not worth a word. */
const LOST_MS = 20_000;

/** The moment that ages are counted to: an answer may be newer than the last tick, and nothing is in the future. */
export function useNow({ contactAt = 0 }: Live<unknown>): number {
  return Math.max(useTicking(TICK_MS), contactAt);
}

/** Whether the backend has not been reached for so long that it is worth a word. */
export function isLost({ error, contactAt = 0 }: Live<unknown>, now: number) {
  return error !== undefined && now - contactAt > LOST_MS;
}
