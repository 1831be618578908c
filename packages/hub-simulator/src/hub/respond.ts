import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { RawJson } from './HubRequest';

const compress = promisify(gzip);
/** Above this size a body is written piece by piece. */
const WHOLE_LIMIT = 1024 * 1024;
/** Pieces are joined to about this size, so that a big list is few writes. */
const WRITE_SIZE = 256 * 1024;

export function sendText(
  response: ServerResponse,
  code: number,
  text: string,
): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

/** Answers with JSON, compressed when the client takes gzip and wants no SSE. */
export async function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: unknown,
): Promise<void> {
  if (response.destroyed) return;
  const { pieces } =
    body instanceof RawJson ? body : new RawJson(JSON.stringify(body));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { headers } = request;
  const zips =
    /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) &&
    headers.accept !== 'text/event-stream';
  const common = {
    'content-type': 'application/json',
    'grpc-metadata-content-type': 'application/grpc',
    ...(zips && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
  };
  if (length <= WHOLE_LIMIT) {
    const whole = Buffer.concat(pieces, length);
    const bytes = zips ? await compress(whole) : whole;
    response.writeHead(code, { ...common, 'content-length': bytes.length });
    response.end(bytes);
    return;
  }
  response.writeHead(code, {
    ...common,
    ...(!zips && { 'content-length': length }),
  });
  const source = Readable.from(joined(pieces));
  const sent = zips
    ? pipeline(source, createGzip(), response)
    : pipeline(source, response);
  // A client that goes away in the middle is no error of ours.
  await sent.catch(() => response.destroy());
}

function* joined(pieces: readonly Buffer[]): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < WRITE_SIZE) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size) yield Buffer.concat(waiting, size);
}
