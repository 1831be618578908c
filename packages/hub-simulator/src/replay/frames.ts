import { parsed } from './json';

/** A stream as it came, cut into its frames. */
export interface Frames {
  events: unknown[];
  /** what surrounds the JSON of each kind of frame, such as `data: … \n\n\n` */
  framing: string;
}

const SSE = /data: ([^\n]*?)( ?)(\n+)/g;
const KEEPALIVE = /^:\n/gm;

/** Reads SSE or newline-delimited JSON. */
export function framesOf(body: unknown): Frames {
  // One line of JSON has been parsed already.
  if (typeof body !== 'string') {
    const isNothing = body === undefined;
    return {
      events: isNothing ? [] : [body],
      framing: isNothing ? '' : 'lines',
    };
  }
  if (!body.includes('data: ')) {
    const lines = body.split('\n').filter(line => line.trim());
    return { events: lines.map(parsed), framing: lines.length ? 'lines' : '' };
  }
  const matches = [...body.replace(KEEPALIVE, '').matchAll(SSE)];
  const [first] = matches;
  return {
    events: matches.map(([, json]) => parsed(json)),
    framing: first ? `data: {json}${first[2]}${escaped(first[3])}` : '',
  };
}

function escaped(text: string): string {
  return text.replace(/\n/g, '\\n');
}
