import { setImmediate } from 'node:timers/promises';
import { HubError } from './HubError';
import { ItemSplitter } from './ItemSplitter';

/** Bytes looked at in one go, and how long that may be done before others get their turn. */
const PIECE = 64 * 1024;
const TURN_MS = 10;
/** Objects and arrays in items that are kept: some hundred megabytes at most. */
const MOST_KEPT_PARTS = 2_000_000;

interface ReadOptions<T> {
  largest: number;
  /** How many items there may be. Default: any number. */
  most?: number;
  /** The member that holds the items. Default `items`. */
  key?: string;
  /** A list without that member is an empty one. */
  mayLack?: boolean;
  /** Told every item as it arrives; then none is kept. A promise slows the list until it resolves. */
  onItem?: (item: T) => void | Promise<void>;
}

/**
 * Reads the items of a list while it arrives, each parsed on its own: a list
 * of megabytes in one piece would keep everything else waiting. Throws HubError
 * where the list ends early, is none, or has more than `largest` bytes: what
 * `onItem` was told until then is not all.
 */
export async function readItems<T>(
  body: AsyncIterable<Buffer>,
  options: ReadOptions<T>,
): Promise<T[]> {
  const { key = 'items', mayLack = false, most = Infinity, onItem } = options;
  const decoder = new TextDecoder();
  const splitter = new ItemSplitter<T>(key);
  const kept: T[] = [];
  let count = 0;
  let turnBegan = performance.now();
  for await (const piece of pieces(body, options.largest)) {
    splitter.feed(decoder.decode(piece, { stream: true }));
    for (const item of splitter.take()) {
      if (++count > most) {
        throw new HubError({
          class: 'protocol',
          message: `The hub's list has more than ${most} items`,
        });
      }
      if (onItem) {
        await onItem(item);
      } else {
        kept.push(item);
      }
    }
    if (!onItem && splitter.parts > MOST_KEPT_PARTS) {
      throw new HubError({
        class: 'protocol',
        message: `The hub sent items with more than ${MOST_KEPT_PARTS} parts`,
      });
    }
    if (performance.now() - turnBegan > TURN_MS) {
      await setImmediate();
      turnBegan = performance.now();
    }
  }
  splitter.feed(decoder.decode());
  if (!splitter.finish() && !mayLack) {
    throw new HubError({
      class: 'protocol',
      message: `The hub answered without ${key}`,
    });
  }
  return kept;
}

async function* pieces(
  body: AsyncIterable<Buffer>,
  largest: number,
): AsyncGenerator<Buffer, void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largest) {
      throw new HubError({
        class: 'protocol',
        message: `The hub's list is larger than ${largest} bytes`,
      });
    }
    for (let at = 0; at < chunk.length; at += PIECE) {
      yield chunk.subarray(at, at + PIECE);
    }
  }
}
