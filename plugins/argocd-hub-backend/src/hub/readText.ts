import type { Readable } from 'node:stream';
import { HubError } from './HubError';

/** Reads a body to its end, but never more than `largest` bytes. */
export async function readText(
  body: Readable,
  largest: number,
): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largest) {
      body.destroy();
      throw new HubError({
        class: 'protocol',
        message: `The hub's answer is larger than ${largest} bytes`,
      });
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
