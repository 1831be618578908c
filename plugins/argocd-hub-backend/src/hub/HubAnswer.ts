import { pipeline, type Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { HubError } from './HubError';

/** Larger pieces mean fewer ways to and from the thread that unpacks. */
const UNPACKED_PIECE = 64 * 1024;

/** The answer to one call. Its body is read once, or discarded. */
export class HubAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly #raw: Readable;
  #gunzip?: Gunzip;
  #bytes = 0;

  constructor(data: Dispatcher.ResponseData) {
    this.status = data.statusCode;
    this.headers = data.headers;
    this.#raw = data.body;
    // Who reads the body hears of its errors; one that is dropped must not end the process.
    this.#raw.on('error', () => {});
  }

  /** Bytes of the body that came over the wire so far, before they were unpacked. */
  get bytes(): number {
    return this.#gunzip?.bytesWritten ?? this.#bytes;
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The unpacked body. Failures of the connection are thrown as HubError. */
  async *body(): AsyncGenerator<Buffer, void> {
    try {
      for await (const chunk of this.#unpacked()) {
        this.#bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw HubError.fromConnection(error);
    }
  }

  /** The body as text. Throws HubError for more than `largest` unpacked bytes. */
  async text(largest: number): Promise<string> {
    const decoder = new TextDecoder();
    const parts: string[] = [];
    let size = 0;
    for await (const chunk of this.body()) {
      size += chunk.length;
      if (size > largest) {
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

  /** What is left of the body is not wanted: frees the connection. */
  discard(): void {
    this.#raw.destroy();
  }

  #unpacked(): AsyncIterable<Buffer> {
    if (this.header('content-encoding')?.toLowerCase() !== 'gzip') {
      return this.#raw;
    }
    const gunzip = createGunzip({ chunkSize: UNPACKED_PIECE });
    this.#gunzip = gunzip;
    // Ends both when either does: a body that nobody reads holds its connection for ever.
    pipeline(this.#raw, gunzip, () => {});
    return gunzip;
  }
}
