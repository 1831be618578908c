import type { HubRecord } from '../store/HubStore';

type Skipped = HubRecord['skipped'][number];

/** Named; of all the others only the number is kept. */
const MOST_NAMED = 100;
/** So many a line of the log names. */
const MOST_TOLD = 5;

/** The applications of one hub that cannot be read. */
export class SkippedApplications {
  readonly #skipped = new Map<string, Skipped>();
  /** So many an earlier mirror knew besides, which are not named. */
  #unnamed = 0;
  #isChanged = false;
  #news: { count: number; first: string[] } = { count: 0, first: [] };

  /** Starts from what was stored before a restart. */
  remember(
    stored: Pick<HubRecord, 'skipped' | 'skippedCount'> | undefined,
  ): void {
    const { skipped = [], skippedCount = 0 } = stored ?? {};
    skipped.forEach(one => this.#skipped.set(keyOf(one), one));
    this.#unnamed = Math.max(0, skippedCount - skipped.length);
  }

  add(application: { namespace: string; name: string }, reason: string): void {
    const { namespace, name } = application;
    const key = keyOf(application);
    const before = this.#skipped.get(key)?.reason;
    if (before === reason) {
      return;
    }
    if (before === undefined) {
      // It may have been one of them; a list of all tells in the end.
      this.#unnamed = Math.max(0, this.#unnamed - 1);
    }
    this.#skipped.set(key, { namespace, name, reason });
    this.#isChanged = true;
    this.#news.count += 1;
    if (this.#news.first.length < MOST_TOLD) {
      this.#news.first.push(`${key}: ${reason}`);
    }
  }

  delete(key: string): void {
    this.#isChanged = this.#skipped.delete(key) || this.#isChanged;
  }

  /** Keeps only those that are still there: now all of them are known by name. */
  retain(isThere: (key: string) => boolean): void {
    for (const key of this.#skipped.keys()) {
      if (!isThere(key)) {
        this.delete(key);
      }
    }
    this.#isChanged ||= this.#unnamed > 0;
    this.#unnamed = 0;
  }

  /** What is to be stored; nothing where that did not change since it was asked last. */
  takeChange(): Pick<Partial<HubRecord>, 'skipped' | 'skippedCount'> {
    if (!this.#isChanged) {
      return {};
    }
    this.#isChanged = false;
    const skipped: Skipped[] = [];
    for (const one of this.#skipped.values()) {
      if (skipped.length === MOST_NAMED) {
        break;
      }
      skipped.push(one);
    }
    return { skipped, skippedCount: this.#skipped.size + this.#unnamed };
  }

  /** How many were added since it was asked last, and the first of them. */
  takeNews(): { count: number; first: string[] } {
    const news = this.#news;
    this.#news = { count: 0, first: [] };
    return news;
  }
}

function keyOf({ namespace, name }: { namespace: string; name: string }) {
  return `${namespace}/${name}`;
}
