import type { Rollup } from 'backstage-plugin-argocd-hub-common';
import { MAX_PAGE } from '../paging';
import type { CommitName } from '../store/CommitStore';
import type { AnswerPage } from './AnswerPage';
import type { Estate } from './Estate';
import type { Moment } from './EstateReader';
import { MOST_APPLICATIONS } from './followableClaims';
import type { Seen } from './Seen';

/** In place of a cursor. */
export const FIRST_PAGE = '';
/** As many as an entity has at most; cursors may be of any position. */
const MOST_PAGES = Math.ceil(MOST_APPLICATIONS / MAX_PAGE);
const NAME_BYTES = 150;
/** A roll-up names at most five offenders. */
const ROLLUP_BYTES = 1_500;

/** Pages by cursor; the one that was asked for last is the last. */
type Pages = ReadonlyMap<string, AnswerPage>;

/** What is kept of the answer for one entity, and once what all its pages were made of. */
export interface KnownAnswer {
  seen: Seen;
  /** Others may read another entity in the catalog than who asked for this. */
  isStored: boolean;
  /** Of the applications. */
  digest: string;
  rollup: Rollup;
  /** Commits of any page that are not fetched yet. */
  missing: CommitName[];
  pages: Pages;
}

/** Where there are too many, what was not asked for the longest makes room, but never the first. */
export function pagesWith(
  others: Pages | undefined,
  cursor: string,
  page: AnswerPage,
): Pages {
  const pages = new Map(others);
  pages.delete(cursor);
  pages.set(cursor, page);
  if (pages.size > MOST_PAGES) {
    pages.delete([...pages.keys()].find(key => key !== FIRST_PAGE)!);
  }
  return pages;
}

/** Whether pages of both say the same at this moment, at which the other one is true. */
export function isMadeOfSame(
  known: KnownAnswer,
  other: Omit<KnownAnswer, 'pages'>,
  moment: Moment,
): boolean {
  return (
    known.digest === other.digest &&
    known.seen.claimsTheSame(other.seen.claims) &&
    known.seen.followsTheSame(other.seen.followed) &&
    known.seen.hasBasisOf(moment) &&
    isSame(known.missing, other.missing)
  );
}

/** Whether commits have come that it does not tell. */
export async function hasCommitsFor(
  { missing }: KnownAnswer,
  { commits }: Estate,
): Promise<boolean> {
  return missing.length > 0 && (await commits.get(missing)).size > 0;
}

/** What it takes in memory, in bytes, about. */
export function sizeOf({ pages, missing, seen }: KnownAnswer): number {
  let bytes = ROLLUP_BYTES + (missing.length + seen.names) * NAME_BYTES;
  for (const [cursor, page] of pages) {
    bytes += cursor.length * 2 + page.bytes;
  }
  return bytes + JSON.stringify(seen.claims).length * 2;
}

function isSame(one: CommitName[], other: CommitName[]): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
