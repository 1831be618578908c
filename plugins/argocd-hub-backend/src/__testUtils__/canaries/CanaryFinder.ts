import { decodings } from './decodings';
import { type Needle, needlesOf } from './needles';

/** A shorter one would be found where it is not. */
const SHORTEST = 10;
/** How much longer a secret can be written: six characters for each, as in `\u0041`. */
const LONGEST_FORM = 6;

/**
 * Looks for secrets in texts: plain, in base64 and base64url at any of the three
 * places where it can begin, in hex, and in all of that once more encoded for
 * addresses, JSON (also JSON within JSON) or HTML, or broken into lines.
 */
export class CanaryFinder {
  readonly #secrets = new Map<string, Needle[]>();
  #longest = 0;

  constructor(secrets: Record<string, string> = {}) {
    for (const [name, secret] of Object.entries(secrets)) {
      this.add(name, secret);
    }
  }

  /** @throws an Error when it is so short that it would be found everywhere */
  add(name: string, secret: string): void {
    if (secret.length < SHORTEST) {
      throw new Error(`${name} is too short to be looked for`);
    }
    this.#secrets.set(secret, needlesOf(name, secret));
    this.#longest = Math.max(this.#longest, secret.length * LONGEST_FORM);
  }

  /** Does not look for it any more. */
  remove(secret: string): void {
    this.#secrets.delete(secret);
  }

  /** Names of the secrets in the text with the forms they have there, never the secrets themselves. */
  find(text: string): string[] {
    const found = new Set<string>();
    for (const { name, form, text: needle, among } of this.#needles(text)) {
      if (among.some(decoded => decoded.includes(needle))) {
        found.add(`${name} (${form})`);
      }
    }
    return [...found];
  }

  /** For what arrives in pieces: a secret may be split over them. */
  stream(): { write(piece: string): string[] } {
    let tail = '';
    return {
      write: piece => {
        const text = tail + piece;
        const found = this.find(text);
        // What was found is not to be found again.
        tail = found.length || !this.#longest ? '' : text.slice(-this.#longest);
        return found;
      },
    };
  }

  /** Every needle, with the texts in which its kind is looked for. */
  *#needles(text: string): Iterable<Needle & { among: string[] }> {
    if (this.#secrets.size === 0 || text.length < SHORTEST) {
      return;
    }
    const plain = decodings(text);
    const packed = plain.map(one => one.replace(/\s+/g, ''));
    const among = {
      plain,
      base64: packed.map(one => one.replace(/-/g, '+').replace(/_/g, '/')),
      hex: packed.map(one => one.replace(/:/g, '').toLowerCase()),
    };
    for (const needle of [...this.#secrets.values()].flat()) {
      yield { ...needle, among: among[needle.form] };
    }
  }
}
