import type { Readable } from 'node:stream';
import { HubError } from './HubError';

/** What can matter next: the engine finds it far faster than a look at every character. */
const OUTSIDE_STRINGS = /["{}[\]]/g;
const INSIDE_STRINGS = /["\\]/g;

/** The list is an object; in it `items` is an array; in that every item begins. */
const DEPTH_OF_KEYS = 1;
const DEPTH_OF_ITEMS = 2;

/** Finds where each item of a list begins and ends, over any cut of the text. */
export class ItemSplitter<T> {
  readonly items: T[] = [];
  #text = '';
  /** Where the scan goes on in the text. */
  #at = 0;
  #depth = 0;
  #began = false;
  #inString = false;
  #inItems = false;
  /** Where the last string at the depth of keys, or the present item, begins. */
  #stringAt = 0;
  #itemAt = -1;
  #key = '';

  get isComplete(): boolean {
    return this.#began && this.#depth === 0;
  }

  feed(text: string): void {
    this.#text += text;
    while (this.#at < this.#text.length) {
      const telling = this.#inString ? INSIDE_STRINGS : OUTSIDE_STRINGS;
      telling.lastIndex = this.#at;
      if (!telling.test(this.#text)) {
        this.#at = this.#text.length;
        break;
      }
      this.#at = telling.lastIndex - 1;
      this.#see(this.#text[this.#at]);
    }
    this.#forgetScanned();
  }

  #see(character: string): void {
    if (character === '\\') {
      // What is escaped may come with the next piece; it is passed by then too.
      this.#at += 2;
      return;
    }
    if (character === '"') {
      this.#quote();
    } else if (character === '{' || character === '[') {
      this.#open(character);
    } else {
      this.#close();
    }
    this.#at += 1;
  }

  #quote(): void {
    this.#inString = !this.#inString;
    if (this.#inString) {
      this.#stringAt = this.#at;
    } else if (this.#depth === DEPTH_OF_KEYS) {
      this.#key = this.#text.slice(this.#stringAt + 1, this.#at);
    }
  }

  #open(character: string): void {
    this.#began = true;
    if (this.#depth === DEPTH_OF_KEYS) {
      this.#inItems = character === '[' && this.#key === 'items';
    }
    if (this.#depth === DEPTH_OF_ITEMS && this.#inItems) {
      this.#itemAt = this.#at;
    }
    this.#depth += 1;
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth === DEPTH_OF_ITEMS && this.#itemAt >= 0) {
      this.items.push(parsed(this.#text.slice(this.#itemAt, this.#at + 1)));
      this.#itemAt = -1;
    }
  }

  #forgetScanned(): void {
    const keep = Math.min(
      this.#itemAt >= 0 ? this.#itemAt : this.#at,
      this.#inString ? this.#stringAt : this.#at,
    );
    this.#text = this.#text.slice(keep);
    this.#at -= keep;
    this.#stringAt -= keep;
    this.#itemAt = this.#itemAt >= 0 ? this.#itemAt - keep : -1;
  }
}

/**
 * Reads the `items` of a list while it arrives, each parsed on its own: a list
 * of megabytes in one piece would keep everything else waiting. Throws HubError
 * where the list ends early or is none. With `onItem` none is kept.
 */
export async function readItems<T>(
  body: Readable,
  largest: number,
  onItem?: (item: T) => void | Promise<void>,
): Promise<T[]> {
  const decoder = new TextDecoder();
  const splitter = new ItemSplitter<T>();
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largest) {
      throw new HubError({
        class: 'protocol',
        message: `The hub's list is larger than ${largest} bytes`,
      });
    }
    splitter.feed(decoder.decode(chunk, { stream: true }));
    if (onItem) {
      for (const item of splitter.items.splice(0)) {
        await onItem(item);
      }
    }
  }
  if (!splitter.isComplete) {
    throw new HubError({
      class: 'protocol',
      message: 'The hub sent a list that is no complete JSON',
    });
  }
  return splitter.items;
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new HubError({
      class: 'protocol',
      message: 'The hub sent an item that is no JSON',
    });
  }
}
