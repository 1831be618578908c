import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { createDeflate, createGzip, type Deflate, type Gzip } from 'node:zlib';
import type { Clock } from '../../clock';
import type { ApiError } from '../errors';
import type { FieldFilter } from '../FieldFilter';
import { type Encoding, encodingOf } from '../respond';

const KEEPALIVE_MS = 15_000;
const DATA = Buffer.from('data: ');
const DATA_END = Buffer.from(' \n\n');
const LINE_END = Buffer.from('\n');
/** Begins the frame of an event that never comes, where there was none yet. */
const SOME_EVENT = Buffer.from('{"result":{"type":"MODIFIED","application":{');

/**
 * How a stream is cut: ended in order, by a TCP reset, or after the first half
 * of a frame.
 */
export type Cut = 'clean' | 'reset' | 'mid-frame';

/**
 * One open stream: framing as SSE or as lines of JSON, compression of lines,
 * keepalives, back-pressure, and the ways in which it can end.
 */
export class StreamConnection {
  /** what the header says besides, when the stream begins well */
  headers: OutgoingHttpHeaders = {};
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #isSse: boolean;
  readonly #encoding: Encoding | undefined;
  readonly #closers: (() => void)[] = [];
  #zip: Gzip | Deflate | undefined;
  #isOpen: boolean;
  #isSilent = false;
  #isFull = false;
  #onDrain: (() => void) | undefined;
  #flushes = false;
  #last: readonly Buffer[] = [SOME_EVENT];

  constructor(options: {
    request: IncomingMessage;
    response: ServerResponse;
    clock: Clock;
  }) {
    const { request, response, clock } = options;
    this.#response = response;
    this.#clock = clock;
    this.#isSse = request.headers.accept === 'text/event-stream';
    this.#encoding = encodingOf(request);
    this.#isOpen = !response.destroyed;
    response.on('error', () => response.destroy());
    response.on('close', () => {
      this.#close();
      this.#zip?.destroy();
    });
  }

  /** False once nothing that is sent can arrive any more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True while the client does not read what was sent already. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True when it only looks open to its client. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Runs when the connection is gone or has gone silent; at once if it has. */
  onClose(task: () => void): void {
    if (this.#isOpen) this.#closers.push(task);
    else task();
  }

  /** Sends one frame. The header goes out with the first. */
  send(json: readonly Buffer[]): void {
    if (!this.#isOpen) return;
    if (!this.#response.headersSent) {
      this.#head(200, this.headers);
      if (this.#isSse) this.#keepAlive();
    }
    this.#last = json;
    const frame = this.#isSse
      ? [DATA, ...json, DATA_END, LINE_END]
      : [...json, LINE_END];
    this.#write(Buffer.concat(frame));
  }

  /** Ends the stream with an error frame, which the field filter trims too. */
  fail(error: ApiError, filter: FieldFilter | undefined): void {
    if (!this.#isOpen) return;
    if (!this.#response.headersSent) this.#head(error.httpStatus);
    const { frame } = error;
    const json = JSON.stringify(filter ? filter.apply(frame) : frame);
    // Without the line end that follows an event.
    this.#write(Buffer.from(this.#isSse ? `${DATA}${json}${DATA_END}` : json));
    this.#end();
  }

  /** Resolves when the client has read enough, or is gone; for one caller only. */
  async drained(): Promise<void> {
    if (!this.#isFull || !this.#isOpen) return;
    await new Promise<void>(resolve => {
      this.#onDrain = resolve;
    });
  }

  /** Says nothing any more, and leaves the connection as it is. */
  silence(): void {
    this.#isSilent = true;
    this.#close();
  }

  /** Ends it now, silent or not. A stream without a header ends without answer. */
  cut(how: Cut): void {
    const { socket, headersSent } = this.#response;
    if (how === 'reset') reset(socket);
    else if (how === 'mid-frame') this.#breakFrame();
    else if (headersSent) this.#end();
    else socket?.destroy();
    this.#close();
  }

  get #sink(): Writable {
    return this.#zip ?? this.#response;
  }

  #head(status: number, headers: OutgoingHttpHeaders = {}): void {
    if (this.#encoding) {
      this.#zip = this.#encoding === 'gzip' ? createGzip() : createDeflate();
    }
    this.#response.writeHead(status, {
      ...headers,
      'content-type': this.#isSse ? 'text/event-stream' : 'application/json',
      ...(this.#isSse
        ? { 'x-content-type-options': 'nosniff' }
        : { vary: 'Accept-Encoding' }),
      ...(this.#encoding && { 'content-encoding': this.#encoding }),
    });
    this.#zip?.pipe(this.#response);
    this.#sink.on('drain', () => {
      this.#isFull = false;
      this.#onDrain?.();
    });
  }

  #write(bytes: Buffer): void {
    this.#isFull = !this.#sink.write(bytes);
    if (!this.#zip || this.#flushes) return;
    // Once for all events of this turn.
    this.#flushes = true;
    setImmediate(() => {
      this.#flushes = false;
      if (this.#zip!.writable) this.#zip!.flush();
    });
  }

  #keepAlive(): void {
    const stop = this.#clock.every(KEEPALIVE_MS, () => {
      if (!this.#response.writableNeedDrain) this.#response.write(':\n');
    });
    this.#closers.push(stop);
  }

  #end(): void {
    this.#sink.end();
    this.#close();
  }

  #breakFrame(): void {
    const { socket, headersSent } = this.#response;
    if (!headersSent) this.#head(200);
    const json = Buffer.concat(this.#last);
    const half = json.subarray(0, Math.ceil(json.length / 2));
    const bytes = this.#isSse ? Buffer.concat([DATA, half]) : half;
    if (this.#isFull) {
      socket?.destroy();
      return;
    }
    this.#sink.write(bytes);
    const end = () => socket?.destroySoon();
    if (this.#zip) this.#zip.flush(() => setImmediate(end));
    else end();
  }

  #close(): void {
    this.#isOpen = false;
    this.#onDrain?.();
    for (const close of this.#closers.splice(0)) close();
  }
}

/** Over TLS the kernel's socket is out of reach, and the end is an ordinary one. */
function reset(socket: Socket | null): void {
  try {
    socket?.resetAndDestroy();
  } catch {
    socket?.destroy();
  }
}
