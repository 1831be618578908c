import type { Call, Http } from './http';

/** Streams of one browser over HTTP/2 before it waits, as servers usually have it. */
const AT_ONCE = 100;

/**
 * All that one page asks of its backend. A step begins when the one before has
 * ended; the calls of a step run at the same time.
 */
export interface View {
  name: string;
  steps: Call[][];
}

/** Resolves with the bytes that were read. @throws with the name of the view */
export async function runView(http: Http, view: View): Promise<number> {
  let bytes = 0;
  try {
    for (const calls of view.steps) bytes += await runStep(http, calls);
  } catch (error) {
    throw new Error(`${view.name}: ${(error as Error).message}`);
  }
  return bytes;
}

async function runStep(http: Http, calls: Call[]): Promise<number> {
  let bytes = 0;
  const waiting = [...calls];
  const lane = async () => {
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      bytes += await http.drain(call);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return bytes;
}
