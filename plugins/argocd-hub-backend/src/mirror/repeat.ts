import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';

/**
 * Does one thing again and again until the mirror's signal aborts. That it
 * failed is kept for those who ask for the hub, and said once until it is done.
 * Never rejects.
 */
export async function repeat(options: {
  context: Pick<MirrorContext, 'signal' | 'logger'>;
  status: Pick<HubStatusKeeper, 'failed'>;
  /** What is said of a failure, before its message. */
  failure: string;
  /** Answers whether it is done; where not, somebody has said why. Rejects with what the hub is to blame for. */
  once(): Promise<boolean>;
  /** Waits. `failures`: how often in a row it was not done. */
  pause(failures: number): Promise<void>;
}): Promise<void> {
  const { context, status, failure, once, pause } = options;
  const { signal, logger } = context;
  let failures = 0;
  let isSaid = false;
  while (!signal.aborted) {
    try {
      failures = (await once()) ? 0 : failures + 1;
      isSaid = false;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      failures += 1;
      status.failed(error);
      const { message } = error as Error;
      logger[isSaid ? 'debug' : 'warn'](`${failure}: ${message}`);
      isSaid = true;
    }
    await pause(failures);
  }
}
