import { HubError } from './HubError';

/** What can matter next: the engine finds it far faster than a look at every character. */
const OUTSIDE_STRINGS = /["{}[\]]/g;
const INSIDE_STRINGS = /["\\]/g;

/** The list is an object; in it the key has an array; in that every item begins. */
const DEPTH_OF_KEYS = 1;
const DEPTH_OF_ITEMS = 2;
/** Stands for an item in what is left of the list without its items. */
const PLACE = '0';
/** In characters; the largest object of Kubernetes has 2 MB, and so has all that is around the items. */
const LARGEST_PIECE = 16 * 1024 * 1024;

/**
 * Finds where each item of a list begins and ends, over any cut of the text,
 * and parses each on its own. What is around them is checked at the end, so that
 * nothing but a whole list of objects is taken for one.
 */
export class ItemSplitter<T> {
  readonly #key: string;
  readonly #keyBefore: RegExp;
  #items: T[] = [];
  #found = 0;
  /** The list without its items. */
  #rest = '';
  /** The present item, as far as it came with earlier pieces. */
  #begun: string[] = [];
  #begunLength = 0;
  #depth = 0;
  #inString = false;
  #inItems = false;
  #inItem = false;

  /** The present piece, where the scan is in it, and up to where it was taken. */
  #text = '';
  #at = 0;
  #takenTo = 0;

  /** @param key - the member of the list that holds the items */
  constructor(key: string) {
    this.#key = key;
    this.#keyBefore = new RegExp(`[{,\\s]"${key}"\\s*:\\s*$`);
  }

  feed(text: string): void {
    this.#text = text;
    while (this.#at < text.length) {
      const telling = this.#inString ? INSIDE_STRINGS : OUTSIDE_STRINGS;
      telling.lastIndex = this.#at;
      if (!telling.test(text)) {
        this.#at = text.length;
        break;
      }
      this.#at = telling.lastIndex - 1;
      this.#see(text[this.#at]);
    }
    this.#takeRemainder();
    // What follows a backslash may be the first character of the next piece.
    this.#at -= text.length;
  }

  /** The items that were found since the last time. */
  take(): T[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /**
   * To be called after the last piece: answers whether the list has the member
   * at all. Throws HubError for anything that is not a whole list of objects.
   */
  finish(): boolean {
    let list: Record<string, unknown> | null;
    try {
      list = JSON.parse(this.#rest);
    } catch {
      throw unreadable('a list that is no complete JSON');
    }
    if (typeof list !== 'object' || list === null || Array.isArray(list)) {
      throw unreadable('something else than a list');
    }
    const places = list[this.#key];
    // Go writes null for an empty list.
    const count = Array.isArray(places) ? places.length : 0;
    const isList = Array.isArray(places) || (places ?? null) === null;
    if (!isList || count !== this.#found) {
      throw unreadable(`a list whose ${this.#key} are no objects`);
    }
    return places !== undefined;
  }

  #see(character: string): void {
    if (character === '\\') {
      this.#at += 2;
      return;
    }
    if (character === '"') {
      this.#inString = !this.#inString;
    } else if (character === '{' || character === '[') {
      this.#open(character);
    } else {
      this.#close();
    }
    this.#at += 1;
  }

  #open(character: string): void {
    if (this.#depth === DEPTH_OF_KEYS) {
      this.#inItems = character === '[' && this.#isAfterKey();
    }
    const begins = this.#depth === DEPTH_OF_ITEMS && character === '{';
    if (begins && this.#inItems) {
      this.#rest += this.#text.slice(this.#takenTo, this.#at);
      this.#takenTo = this.#at;
      this.#inItem = true;
    }
    this.#depth += 1;
  }

  #isAfterKey(): boolean {
    const before = this.#rest + this.#text.slice(this.#takenTo, this.#at);
    return this.#keyBefore.test(before.slice(-1_000));
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth === DEPTH_OF_ITEMS && this.#inItem) {
      const end = this.#text.slice(this.#takenTo, this.#at + 1);
      this.#items.push(parsed(this.#begun.join('') + end));
      this.#found += 1;
      this.#rest += PLACE;
      this.#begun = [];
      this.#begunLength = 0;
      this.#takenTo = this.#at + 1;
      this.#inItem = false;
    }
  }

  #takeRemainder(): void {
    const remainder = this.#text.slice(this.#takenTo);
    this.#takenTo = 0;
    if (this.#inItem) {
      this.#begun.push(remainder);
      this.#begunLength += remainder.length;
    } else {
      this.#rest += remainder;
    }
    if (Math.max(this.#begunLength, this.#rest.length) > LARGEST_PIECE) {
      throw unreadable(
        `a piece of a list that is larger than ${LARGEST_PIECE} characters`,
      );
    }
  }
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unreadable('an item that is no JSON');
  }
}

function unreadable(what: string): HubError {
  return new HubError({
    class: 'protocol',
    message: `The hub sent ${what}`,
  });
}
