import type { Knex } from 'knex';
import type { ApplicationChange } from '../ApplicationStore';
import { selectableOf } from '../selectableOf';
import { PRESENT } from './applicationSelection';
import { GONE } from './goneApplications';

/** Before the first write there is none. */
const NONE = 0;

/** A hub of which more was written, with its revision before and now. */
interface RaisedHub {
  hub: string;
  before: number;
  now: number;
}

/** PostgreSQL tells large numbers as text. */
interface WrittenRow {
  key: string;
  revision: number | string;
}

/**
 * The revision that the applications of a hub will have once this transaction is
 * over. To be asked where nobody else writes applications of the hub.
 */
export async function comingRevision(
  transaction: Knex.Transaction,
  hub: string,
): Promise<number> {
  const row = await transaction('revisions')
    .where({ resource: hub, part: 'applications' })
    .first('revision');
  return Number(row?.revision ?? NONE) + 1;
}

/**
 * What was written of applications between two revisions, as
 * `RevisionStore.current` tells them; perhaps also what was written later.
 * Undefined where that cannot be told: it is more than `most`, or the last write
 * to a hub left no row with its revision, as an older version of this plugin
 * does. Only where such a one hands a hub over to this one between the two
 * revisions, what it wrote there is missing, until all revisions are new.
 */
export async function changedSince(
  knex: Knex,
  options: { before: string; now: string; most: number },
): Promise<ApplicationChange[] | undefined> {
  const { most } = options;
  const hubs = raisedHubs(options.before, options.now);
  if (!hubs) {
    return undefined;
  }
  const changes: ApplicationChange[] = [];
  for (const raised of hubs) {
    const found = await changedIn(knex, raised, most - changes.length);
    if (!found) {
      return undefined;
    }
    changes.push(...found);
  }
  return changes;
}

async function changedIn(
  knex: Knex,
  { hub, before, now }: RaisedHub,
  most: number,
): Promise<ApplicationChange[] | undefined> {
  const written = (table: string, columns: string[], found = 0) =>
    knex(table)
      .where({ hub })
      .where('revision', '>', before)
      .limit(most + 1 - found)
      .select('key', 'revision', ...columns);
  // In this order: what is removed between the two is found where it went.
  const present: (WrittenRow & { body: string })[] = await written(
    PRESENT.applications,
    ['body'],
  );
  const gone: WrittenRow[] =
    present.length > most
      ? []
      : await written(GONE.applications, [], present.length);
  const rows = [...present, ...gone];
  const isTold = rows.some(({ revision }) => Number(revision) >= now);
  if (rows.length > most || !isTold) {
    return undefined;
  }
  return [
    ...present.map(({ key, body }) => {
      return { hub, key, now: selectableOf(JSON.parse(body)) };
    }),
    ...gone.map(({ key }) => ({ hub, key })),
  ];
}

/** Undefined where it is not more of the same hubs. */
function raisedHubs(before: string, now: string): RaisedHub[] | undefined {
  const [period, ...rows] = before.split('\n');
  const [periodNow, ...rowsNow] = now.split('\n');
  if (period !== periodNow || rows.length !== rowsNow.length) {
    return undefined;
  }
  const known = new Map(rows.map(revisionIn));
  const raised: RaisedHub[] = [];
  for (const [hub, revision] of rowsNow.map(revisionIn)) {
    const revisionBefore = known.get(hub);
    if (revisionBefore === undefined || revision < revisionBefore) {
      return undefined;
    }
    if (revision > revisionBefore) {
      raised.push({ hub, before: revisionBefore, now: revision });
    }
  }
  return raised;
}

function revisionIn(row: string): [resource: string, revision: number] {
  const end = row.lastIndexOf(' ');
  return [row.slice(0, end), Number(row.slice(end + 1))];
}
