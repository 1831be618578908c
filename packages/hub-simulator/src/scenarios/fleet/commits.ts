import type { Commit } from '../../repository/Repository';

const AUTHORS = ['Ada Example', 'Grace Example', 'Linus Example'];
const FIRST_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** A commit of a service on paper: made of its SHA, so it is always the same. */
export function paperCommit(revision: string): Commit {
  const number = parseInt(revision.slice(0, 4), 16);
  const author = AUTHORS[number % AUTHORS.length];
  const mail = author.split(' ')[0].toLowerCase();
  return {
    revision,
    author: `${author} <${mail}@example.com>`,
    message: `Release ${revision.slice(
      0,
      7,
    )}\n\nWhat has changed since the last one.`,
    date: new Date(FIRST_MS + number * MINUTE_MS)
      .toISOString()
      .replace('.000Z', 'Z'),
    values: {},
  };
}
