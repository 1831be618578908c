import { setImmediate } from 'node:timers/promises';

/** Far below the number of parameters that any engine takes, and quick on SQLite. */
const SIZE = 100;

/**
 * Runs `work` for one part after the other. SQLite answers at once, in the same
 * turn of the event loop: between two parts others get theirs.
 */
export async function inChunks<T>(
  items: T[],
  work: (part: T[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += SIZE) {
    if (start > 0) {
      await setImmediate();
    }
    await work(items.slice(start, start + SIZE));
  }
}
