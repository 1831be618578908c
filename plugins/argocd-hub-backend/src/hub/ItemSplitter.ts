import { HubError } from './HubError';

/** What can matter next: the engine finds it far faster than a look at every character. */
const OUTSIDE_STRINGS = /["{}[\]]/g;
const INSIDE_STRINGS = /["\\]/g;

/** The list is an object; in it the key has an array; in that every item begins. */
const DEPTH_OF_KEYS = 1;
const DEPTH_OF_ITEMS = 2;
/** Stands for items in a row in what is left of the list without them. */
const PLACE = '0';
const BETWEEN_ITEMS = /^[ \t\r\n]*,[ \t\r\n]*$/;
/** In characters; the largest object of Kubernetes has 2 MB. */
const LARGEST_ITEM = 8 * 1024 * 1024;
/** Objects and arrays in an item: small ones take far more memory than text. */
const MOST_PARTS = 250_000;
/** In characters: the keys of the list and what is no object or array. */
const LARGEST_REST = 64 * 1024;
/** In which the key and the colon before its array are looked for. */
const TAIL = 200;

/**
 * Finds where each item of a list begins and ends, over any cut of the text,
 * and parses each on its own. What is around them is checked at the end, so that
 * nothing but a whole list of objects is taken for one.
 */
export class ItemSplitter<T> {
  readonly #key: string;
  readonly #keyBefore: RegExp;
  #items: T[] = [];
  #places = 0;
  /** The list without its items, and without what is in other objects and arrays. */
  #rest = '';
  /** Where in the rest the last item was; undefined before the first of an array. */
  #restAfterItem?: number;
  /** Objects and arrays of the present item, and of all before it. */
  #itemParts = 0;
  #parts = 0;
  /** The present item, as far as it came with earlier pieces. */
  #begun: string[] = [];
  #begunLength = 0;
  #depth = 0;
  #inString = false;
  #inItems = false;
  #hadItems = false;
  #inItem = false;
  #inOther = false;

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

  /** How many objects and arrays all items together have so far. */
  get parts(): number {
    return this.#parts;
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
    if (!isList || count !== this.#places) {
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
      this.#restAfterItem = undefined;
      if (this.#inItems && this.#hadItems) {
        throw unreadable(`a list with ${this.#key} twice`);
      }
      this.#hadItems ||= this.#inItems;
      if (!this.#inItems) {
        this.#keep(this.#at + 1);
        this.#inOther = true;
      }
    }
    if (this.#inItems && this.#depth === DEPTH_OF_ITEMS && character === '{') {
      this.#beginItem();
    }
    if (this.#inItem && ++this.#itemParts > MOST_PARTS) {
      throw unreadable(`an item with more than ${MOST_PARTS} parts`);
    }
    this.#depth += 1;
  }

  #isAfterKey(): boolean {
    const from = Math.max(this.#takenTo, this.#at - TAIL);
    const before = this.#text.slice(from, this.#at);
    return this.#keyBefore.test(
      before.length < TAIL ? this.#rest.slice(-TAIL) + before : before,
    );
  }

  #beginItem(): void {
    this.#keep(this.#at);
    const last = this.#restAfterItem;
    if (last !== undefined && BETWEEN_ITEMS.test(this.#rest.slice(last))) {
      // Items in a row need one place only: a list may have any number of them.
      this.#rest = this.#rest.slice(0, last);
    } else {
      this.#rest += PLACE;
      this.#places += 1;
    }
    this.#restAfterItem = this.#rest.length;
    this.#itemParts = 0;
    this.#inItem = true;
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth === DEPTH_OF_ITEMS && this.#inItem) {
      const end = this.#text.slice(this.#takenTo, this.#at + 1);
      this.#items.push(parsed(this.#begun.join('') + end));
      this.#parts += this.#itemParts;
      this.#begun = [];
      this.#begunLength = 0;
      this.#takenTo = this.#at + 1;
      this.#inItem = false;
    } else if (this.#depth === DEPTH_OF_KEYS && this.#inOther) {
      this.#takenTo = this.#at;
      this.#inOther = false;
    }
  }

  /** Adds what was not taken yet to the rest. */
  #keep(to: number): void {
    this.#rest += this.#text.slice(this.#takenTo, to);
    this.#takenTo = to;
    if (this.#rest.length > LARGEST_REST) {
      throw unreadable(
        `a list with more than ${LARGEST_REST} characters around its items`,
      );
    }
  }

  #takeRemainder(): void {
    if (this.#inItem) {
      const remainder = this.#text.slice(this.#takenTo);
      this.#begun.push(remainder);
      this.#begunLength += remainder.length;
      if (this.#begunLength > LARGEST_ITEM) {
        throw unreadable(`an item of more than ${LARGEST_ITEM} characters`);
      }
    } else if (!this.#inOther) {
      this.#keep(this.#text.length);
    }
    this.#takenTo = 0;
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
