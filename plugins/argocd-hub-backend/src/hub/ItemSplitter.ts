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
  #text = '';
  /** Where the scan goes on in the text. */
  #at = 0;
  /** Up to where the text is in the rest or in an item. */
  #takenTo = 0;
  #depth = 0;
  #inString = false;
  #inItems = false;
  #itemAt = -1;

  /** @param key - the member of the list that holds the items */
  constructor(key: string) {
    this.#key = key;
    this.#keyBefore = new RegExp(`[{,\\s]"${key}"\\s*:\\s*$`);
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
      list = JSON.parse(this.#rest + this.#text);
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
      // What is escaped may come with the next piece; it is passed by then too.
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
    if (this.#depth === DEPTH_OF_ITEMS && this.#inItems && character === '{') {
      this.#rest += this.#text.slice(this.#takenTo, this.#at);
      this.#itemAt = this.#at;
    }
    this.#depth += 1;
  }

  #isAfterKey(): boolean {
    const before = this.#rest + this.#text.slice(this.#takenTo, this.#at);
    return this.#keyBefore.test(before.slice(-1_000));
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth === DEPTH_OF_ITEMS && this.#itemAt >= 0) {
      this.#takenTo = this.#at + 1;
      this.#items.push(parsed(this.#text.slice(this.#itemAt, this.#takenTo)));
      this.#found += 1;
      this.#rest += PLACE;
      this.#itemAt = -1;
    }
  }

  #forgetScanned(): void {
    const isInItem = this.#itemAt >= 0;
    const keepFrom = isInItem ? this.#itemAt : this.#text.length;
    if (!isInItem) {
      this.#rest += this.#text.slice(this.#takenTo);
    }
    this.#text = this.#text.slice(keepFrom);
    this.#at -= keepFrom;
    this.#takenTo = 0;
    this.#itemAt = isInItem ? 0 : -1;
    if (Math.max(this.#text.length, this.#rest.length) > LARGEST_PIECE) {
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
