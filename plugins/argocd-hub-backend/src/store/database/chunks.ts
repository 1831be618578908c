/** Well below the number of parameters that any engine takes in one statement. */
const SIZE = 500;

/** Runs `work` for one part after the other. */
export async function inChunks<T>(
  items: T[],
  work: (part: T[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += SIZE) {
    await work(items.slice(start, start + SIZE));
  }
}
