import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createDeflate, createGzip, deflate, gzip } from 'node:zlib';
import { RawJson } from './HubRequest';

export type Encoding = 'gzip' | 'deflate';

const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate) };
/** Above this size a body is written piece by piece. */
const WHOLE_LIMIT = 1024 * 1024;
/** Pieces are joined to about this size, so that a big list is few writes. */
const WRITE_SIZE = 256 * 1024;
/** Pieces of this size on average are sent as they are. */
const LARGE_PIECE = 64 * 1024;

/** Answers in plain text, never compressed. */
export function sendText(
  response: ServerResponse,
  code: number,
  text: string,
): void {
  const bytes = Buffer.from(`${text}\n`);
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': bytes.length,
  });
  response.end(bytes);
}

/** Refuses in plain text what the gateway does not know, compressed like an answer. */
export async function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  text: string,
): Promise<void> {
  const encoding = encodingOf(request);
  const whole = Buffer.from(`${text}\n`);
  const bytes = encoding ? await COMPRESS[encoding](whole) : whole;
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': bytes.length,
    ...(!wantsEvents(request) && { vary: 'Accept-Encoding' }),
    ...(encoding && { 'content-encoding': encoding }),
  });
  response.end(bytes);
}

/** Answers with JSON, compressed when the client takes gzip and wants no SSE. */
export async function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<void> {
  if (response.destroyed) return;
  const { pieces } =
    body instanceof RawJson ? body : new RawJson(JSON.stringify(body));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const encoding = encodingOf(request);
  const common = {
    'content-type': 'application/json',
    'grpc-metadata-content-type': 'application/grpc',
    ...(!wantsEvents(request) && { vary: 'Accept-Encoding' }),
    ...(encoding && { 'content-encoding': encoding }),
    ...headers,
  };
  if (length <= WHOLE_LIMIT) {
    const whole = Buffer.concat(pieces, length);
    const bytes = encoding ? await COMPRESS[encoding](whole) : whole;
    response.writeHead(code, { ...common, 'content-length': bytes.length });
    response.end(bytes);
    return;
  }
  response.writeHead(code, {
    ...common,
    ...(!encoding && { 'content-length': length }),
  });
  if (!encoding && length / pieces.length >= LARGE_PIECE) {
    // Handed over at once: these bytes are kept anyway, so none waits in a copy.
    response.cork();
    for (const piece of pieces) response.write(piece);
    response.end();
    return;
  }
  const source = Readable.from(joined(pieces));
  const sent = encoding
    ? pipeline(
        source,
        encoding === 'gzip' ? createGzip() : createDeflate(),
        response,
      )
    : pipeline(source, response);
  // A client that goes away in the middle is no error of ours.
  await sent.catch(() => response.destroy());
}

/** The encoding to answer in: a name with a weight (`gzip;q=1`) is not seen. */
export function encodingOf(request: IncomingMessage): Encoding | undefined {
  if (wantsEvents(request)) return undefined;
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map(each => each.trim());
  return accepted.find(
    (each): each is Encoding => each === 'gzip' || each === 'deflate',
  );
}

function wantsEvents({ headers }: IncomingMessage): boolean {
  return headers.accept === 'text/event-stream';
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
