import type { StreamFollower } from './StreamFollower';
import { sleep } from '../async/time';

/** So long nothing new in a burst: it may be over. */
const PAUSE_MS = 500;
const LOOK_EVERY_MS = 100;

/** Waits for a pause in the burst of a stream. Answers false where the burst ends without any. */
export async function pauseOfBurst(
  stream: Pick<StreamFollower, 'isBursting' | 'lastEventAt'>,
  signal: AbortSignal,
): Promise<boolean> {
  while (stream.isBursting && !signal.aborted) {
    const heardAt = stream.lastEventAt ?? Infinity;
    if (performance.now() - heardAt > PAUSE_MS) {
      return true;
    }
    await sleep(LOOK_EVERY_MS, signal);
  }
  return false;
}
