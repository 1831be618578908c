import type { Knex } from 'knex';
import type { ApplicationChange } from '../ApplicationStore';
import { fromRow } from './applicationRows';
import { PRESENT } from './applicationSelection';
import { GONE } from './goneApplications';

/** Before the first write there is none. */
const NONE = 0;

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
 * Undefined where that cannot be told: what went in between left nothing
 * behind, or it is more than `most`.
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
  for (const { hub, revision } of hubs) {
    const written = (table: string, columns: string[]) =>
      knex(table)
        .where({ hub })
        .where('revision', '>', revision)
        .limit(most + 1 - changes.length)
        .select(columns);
    const gone: { key: string }[] = await written(GONE.applications, ['key']);
    changes.push(...gone.map(({ key }) => ({ hub, key })));
    const present: (Parameters<typeof fromRow>[0] & { key: string })[] =
      changes.length > most
        ? []
        : await written(PRESENT.applications, [
            'key',
            'body',
            'cluster',
            'destination_problem',
          ]);
    changes.push(
      ...present.map(row => ({ hub, key: row.key, now: fromRow(row) })),
    );
    if (changes.length > most) {
      return undefined;
    }
  }
  return changes;
}

/** Hubs of which more was written, with the revision before; undefined where it is not one more of the same. */
function raisedHubs(
  before: string,
  now: string,
): { hub: string; revision: number }[] | undefined {
  const [period, ...rows] = before.split('\n');
  const [periodNow, ...rowsNow] = now.split('\n');
  if (period !== periodNow || rows.length !== rowsNow.length) {
    return undefined;
  }
  const known = new Map(rows.map(revisionIn));
  const raised: { hub: string; revision: number }[] = [];
  for (const [hub, revisionNow] of rowsNow.map(revisionIn)) {
    const revision = known.get(hub);
    if (revision === undefined || revisionNow < revision) {
      return undefined;
    }
    if (revisionNow > revision) {
      raised.push({ hub, revision });
    }
  }
  return raised;
}

function revisionIn(row: string): [resource: string, revision: number] {
  const end = row.lastIndexOf(' ');
  return [row.slice(0, end), Number(row.slice(end + 1))];
}
