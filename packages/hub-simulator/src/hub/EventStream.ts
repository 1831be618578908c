import type { ServerResponse } from 'node:http';

/** `ARGOCD_WATCH_API_BUFFER_SIZE` */
const BUFFER_LIMIT = 1000;
const DATA = Buffer.from('data: ');
const SSE_END = Buffer.from(' \n\n\n');
const LINE_END = Buffer.from('\n');

/** One connection: framing, de-duplication by name, a bounded buffer. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #isSse: boolean;
  readonly #last = new Map<string, Buffer>();
  readonly #queue: { name: string; body: () => Buffer }[] = [];
  #draining = false;

  constructor(response: ServerResponse, isSse: boolean) {
    this.#response = response;
    this.#isSse = isSse;
  }

  /** Sends an event unless it says what the last one of that name said. */
  async send(name: string, body: Buffer): Promise<void> {
    if (this.#last.get(name)?.equals(body)) return;
    this.#last.set(name, body);
    // Not even the status line goes out before the first event.
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, {
        'content-type': streamType(this.#isSse),
      });
    }
    const frame = this.#isSse ? [DATA, body, SSE_END] : [body, LINE_END];
    if (this.#response.write(Buffer.concat(frame)) || this.#response.destroyed) return;
    await new Promise<void>(resolve => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }

  /** Queues a change; what does not fit into the buffer is lost without a word. */
  offer(name: string, body: () => Buffer): void {
    if (this.#queue.length >= BUFFER_LIMIT) return;
    this.#queue.push({ name, body });
    if (!this.#draining) void this.#drain();
  }

  keepAlive(): void {
    if (this.#isSse && this.#response.headersSent) this.#response.write(':\n');
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      await this.send(next.name, next.body());
    }
    this.#draining = false;
  }
}

/** The content type of a stream, as SSE or as JSON lines. */
export function streamType(isSse: boolean): string {
  return isSse ? 'text/event-stream' : 'application/json';
}
