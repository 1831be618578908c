import type { Call, Http } from './http';

/**
 * All that one page asks of its backend. A step begins when the one before has
 * ended; the calls of a step run at the same time, as many as there are.
 */
export interface View {
  name: string;
  steps: Call[][];
}

/** Resolves with the bytes that were read. */
export async function runView(http: Http, { steps }: View): Promise<number> {
  let bytes = 0;
  for (const calls of steps) {
    const read = await Promise.all(calls.map(call => http.drain(call)));
    bytes += read.reduce((sum, each) => sum + each, 0);
  }
  return bytes;
}
