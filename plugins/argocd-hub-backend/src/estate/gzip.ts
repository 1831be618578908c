import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib';

const compress = promisify(deflateRaw);
/** No name, no time, no system: RFC 1952. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** What changes often is short: time matters more than a few bytes. */
const QUICK = { level: constants.Z_BEST_SPEED };

/** The beginning of a text, compressed once for many endings. */
export interface GzipHead {
  deflated: Buffer;
  crc: number;
  /** Bytes before compression. */
  length: number;
}

/** Works in a thread of its own. */
export async function gzipHead(text: string): Promise<GzipHead> {
  const bytes = Buffer.from(text);
  // Ends at a whole byte and is not the last block, so that others may follow.
  const deflated = await compress(bytes, {
    finishFlush: constants.Z_FULL_FLUSH,
  });
  return {
    deflated: joined([deflated]),
    crc: crc32(bytes),
    length: bytes.length,
  };
}

/** A whole gzip file of the text that begins with `head` and ends with `tail`. */
export function gzipOf(head: GzipHead, tail: string): Buffer {
  const bytes = Buffer.from(tail);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes, head.crc), 0);
  trailer.writeUInt32LE((head.length + bytes.length) % 2 ** 32, 4);
  return joined([HEADER, head.deflated, deflateRawSync(bytes, QUICK), trailer]);
}

/**
 * A copy that holds no more memory than it is long: what zlib answers is a view
 * of 16 kB, and `Buffer.concat` takes what is short from a pool, which a view
 * keeps alive as a whole.
 */
function joined(parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const part of parts) {
    end += part.copy(whole, end);
  }
  return whole;
}
