import type { ClusterFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { Knex } from 'knex';
import { compareText } from '../../compareText';
import { inChunks } from './chunks';
import { updateByName } from './jsonRows';

/** The part of a cluster's facts that is counted from its applications. */
export type Activity = Pick<
  ClusterFacts,
  | 'applications'
  | 'connectionErrors'
  | 'connectionErrorsSince'
  | 'connectionErrorsReason'
  | 'lastSucceededAt'
>;

export const NO_ACTIVITY: Activity = { applications: 0, connectionErrors: 0 };

/** Counts anew for the named clusters, and answers those where something changed. */
export async function recount(
  transaction: Knex.Transaction,
  options: {
    hub: string;
    clusters: string[];
    lastSucceededAt?: Map<string, number>;
  },
): Promise<string[]> {
  const { hub, lastSucceededAt } = options;
  const changed: string[] = [];
  await inChunks(options.clusters, async names => {
    const counts = await countBy(transaction, hub, names);
    const rows = await transaction('clusters')
      .where({ hub })
      .whereIn('name', names)
      .select('name', 'activity');
    const differing = new Map<string, string>();
    for (const { name, activity } of rows) {
      const next = JSON.stringify(
        nextActivity(JSON.parse(activity), {
          ...counts(name),
          lastSucceededAt: lastSucceededAt?.get(name),
        }),
      );
      if (next !== activity) {
        differing.set(name, next);
      }
    }
    await updateByName(transaction, {
      table: 'clusters',
      hub,
      column: 'activity',
      values: differing,
    });
    changed.push(...differing.keys());
  });
  return changed;
}

/** Keeps the number of applications and clusters of a hub where every view finds it. */
export async function countHub(
  transaction: Knex.Transaction,
  hub: string,
  table: 'applications' | 'clusters',
): Promise<void> {
  const row = await transaction(table)
    .where({ hub })
    .count({ count: '*' })
    .first();
  const count = Number(row?.count ?? 0);
  // One that came and one that went leave it as it is.
  await transaction('hubs')
    .where({ name: hub })
    .whereNot({ [table]: count })
    .update({ [table]: count });
}

interface Counts {
  applications: number;
  connectionErrors: number;
  reason?: Activity['connectionErrorsReason'];
}

interface CountRow {
  cluster: string;
  count: string | number;
}

interface ReasonRow extends CountRow {
  reason: NonNullable<Counts['reason']>;
}

async function countBy(
  transaction: Knex.Transaction,
  hub: string,
  names: string[],
): Promise<(name: string) => Counts> {
  const inHub = () =>
    transaction('applications')
      .where({ hub })
      .whereIn('cluster', names)
      .groupBy('cluster');
  const all: CountRow[] = await inHub().select('cluster').count({ count: '*' });
  const failing: ReasonRow[] = await inHub()
    .whereNotNull('connection_error')
    .groupBy('connection_error')
    .select('cluster', { reason: 'connection_error' })
    .count({ count: '*' });
  const applications = new Map(all.map(row => [row.cluster, row]));
  return name => ({
    applications: Number(applications.get(name)?.count ?? 0),
    ...errorsOf(failing.filter(({ cluster }) => cluster === name)),
  });
}

/** Of equally common reasons always the same, so that it does not move to and fro. */
function errorsOf(
  rows: ReasonRow[],
): Pick<Counts, 'connectionErrors' | 'reason'> {
  const byCount = rows
    .map(({ reason, count }) => ({ reason, count: Number(count) }))
    .sort((a, b) => b.count - a.count || compareText(a.reason, b.reason));
  return {
    connectionErrors: byCount.reduce((sum, { count }) => sum + count, 0),
    reason: byCount[0]?.reason,
  };
}

function nextActivity(
  stored: Activity,
  seen: Counts & { lastSucceededAt?: number },
): Activity {
  return {
    applications: seen.applications,
    connectionErrors: seen.connectionErrors,
    // One application alone may have a cause of its own.
    connectionErrorsSince:
      seen.connectionErrors > 1
        ? stored.connectionErrorsSince ?? Date.now()
        : undefined,
    connectionErrorsReason: seen.reason,
    lastSucceededAt:
      Math.max(stored.lastSucceededAt ?? 0, seen.lastSucceededAt ?? 0) ||
      undefined,
  };
}
