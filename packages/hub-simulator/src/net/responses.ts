import type { ServerResponse } from 'node:http';

type Done = () => void;
type Chunk = Buffer | undefined;

/** How often a trickling body goes on, in real milliseconds. */
const STEP_MS = 20;
const HIGH_WATER_MARK = 16 * 1024;

/**
 * Lets a handler work, and ends the connection with its first word: before it,
 * or after the headers and half of it.
 */
export function onFirstWrite(
  response: ServerResponse,
  { keepsHalf, end }: { keepsHalf: boolean; end: Done },
): void {
  const write = response.write.bind(response);
  const strike = (chunk: Chunk, isLast: boolean) => {
    capture(response, () => true);
    response.flushHeaders = () => {};
    if (!keepsHalf || !chunk?.length) {
      end();
      return;
    }
    if (
      isLast &&
      !response.headersSent &&
      !response.hasHeader('content-length')
    )
      response.setHeader('Content-Length', chunk.length);
    const half = chunk.subarray(0, Math.ceil(chunk.length / 2));
    // What the callback says is with the kernel; the client shall read it first.
    write(half, () => setTimeout(end, STEP_MS));
  };
  if (!keepsHalf) response.flushHeaders = () => strike(undefined, false);
  capture(response, (chunk, isLast) => {
    if (chunk?.length || isLast) strike(chunk, isLast);
    return true;
  });
}

/** Lets a body through at so many bytes per real second. */
export function trickle(
  response: ServerResponse,
  bytesPerSecond: number,
): void {
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const step = Math.max(1, Math.ceil((bytesPerSecond * STEP_MS) / 1000));
  const queue: { chunk: Buffer; done?: Done }[] = [];
  let size = 0;
  let isEnding = false;
  let timer: NodeJS.Timeout | undefined;

  const flow = () => {
    timer = undefined;
    const [next] = queue;
    if (!next) {
      if (isEnding) end();
      else response.emit('drain');
      return;
    }
    const part = next.chunk.subarray(0, step);
    next.chunk = next.chunk.subarray(part.length);
    size -= part.length;
    if (next.chunk.length) write(part);
    else write(part, queue.shift()!.done ?? (() => {}));
    timer = setTimeout(flow, (part.length * 1000) / bytesPerSecond);
  };

  response.on('close', () => clearTimeout(timer));
  capture(response, (chunk, isLast, done) => {
    if (isLast && done) response.once('finish', done);
    if (isLast) declareLength(response, chunk, size);
    if (chunk?.length) {
      size += chunk.length;
      queue.push({ chunk, done: isLast ? undefined : done });
    }
    isEnding ||= isLast;
    timer ??= setTimeout(flow, 0);
    return size < HIGH_WATER_MARK;
  });
}

/** As Node does it when all of a body is known before its headers go. */
function declareLength(
  response: ServerResponse,
  chunk: Chunk,
  queued: number,
): void {
  if (queued || response.headersSent || response.hasHeader('content-length')) {
    return;
  }
  response.setHeader('Content-Length', chunk?.length ?? 0);
}

/** Takes over everything a handler writes as a body. */
function capture(
  response: ServerResponse,
  take: (chunk: Chunk, isLast: boolean, done: Done | undefined) => boolean,
): void {
  const taker =
    (isLast: boolean) =>
    (...args: unknown[]) => {
      const done = args.find(arg => typeof arg === 'function') as Done;
      const encoding = args.slice(1).find(arg => typeof arg === 'string');
      const [first] = args;
      const chunk =
        typeof first === 'string'
          ? Buffer.from(first, encoding as BufferEncoding | undefined)
          : (first instanceof Uint8Array && Buffer.from(first)) || undefined;
      return take(chunk, isLast, done);
    };
  response.write = taker(false);
  response.end = ((...args: unknown[]) => {
    taker(true)(...args);
    return response;
  }) as ServerResponse['end'];
}
