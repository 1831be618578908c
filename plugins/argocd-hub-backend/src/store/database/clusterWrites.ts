import type { Knex } from 'knex';
import type { ApplicationKey, ClusterRecord } from '../types';
import { countHub, NO_ACTIVITY, recount } from './activity';
import { applicationKey } from './applicationRows';
import {
  agentOf,
  type ClusterRow,
  type ListedFacts,
  listedFacts,
  named,
  readAddresses,
} from './clusterRows';
import { nameClusterOfChanges, renameClusterOfChanges } from './changeWrites';
import { AGENT_LABEL, DestinationResolver } from './destinations';
import { sorted } from './sorted';

/** Makes the stored set the listed one, and writes only what differs. */
export async function replaceClusters(
  transaction: Knex.Transaction,
  hub: string,
  clusters: Omit<ClusterRecord, 'name' | 'hub'>[],
): Promise<{ changed: string[]; applications: ApplicationKey[] }> {
  const rows: ClusterRow[] = await transaction('clusters')
    .where({ hub })
    .select();
  const byName = new Map(rows.map(row => [row.name, row]));
  const byIdentity = new Map(rows.map(row => [identity(row), row]));
  const wanted = named(distinct(clusters));

  const changed: string[] = [];
  for (const [name, cluster] of wanted) {
    const row = toRow(hub, name, cluster, byIdentity);
    const before = byName.get(name);
    if (before && sameRow(before, row)) {
      continue;
    }
    await transaction('clusters')
      .insert(row)
      .onConflict(['hub', 'name'])
      .merge();
    if (!before || isVisible(before, row)) {
      changed.push(name);
    }
  }
  await renameChanges(transaction, { hub, wanted, byIdentity });
  const gone = rows.map(row => row.name).filter(name => !wanted.has(name));
  await transaction('clusters').where({ hub }).whereIn('name', gone).delete();
  changed.push(...gone);

  if (sameAddresses(rows, wanted)) {
    return { changed, applications: [] };
  }
  await countHub(transaction, hub, 'clusters');
  const applications = await resolveAnew(transaction, hub);
  await recount(transaction, { hub, clusters: [...wanted.keys()] });
  return { changed, applications };
}

async function renameChanges(
  transaction: Knex.Transaction,
  options: {
    hub: string;
    wanted: Map<string, { registeredName: string; server: string }>;
    byIdentity: Map<string, ClusterRow>;
  },
): Promise<void> {
  const { hub, wanted, byIdentity } = options;
  for (const [to, { registeredName, server }] of wanted) {
    const from = byIdentity.get(
      identity({ registered_name: registeredName, server }),
    )?.name;
    if (from !== undefined && from !== to) {
      await renameClusterOfChanges(transaction, { hub, from, to });
    }
  }
}

/** Finds the cluster of every destination again, one statement per destination that moved. */
async function resolveAnew(
  transaction: Knex.Transaction,
  hub: string,
): Promise<ApplicationKey[]> {
  const resolver = new DestinationResolver(
    await readAddresses(transaction, hub),
  );
  const groups = await transaction('applications')
    .where({ hub })
    .distinct(
      'namespace',
      'destination_name',
      'destination_server',
      'cluster',
      'destination_problem',
    );
  const moved: ApplicationKey[] = [];
  for (const group of groups) {
    const { cluster, problem } = resolver.resolve(
      {
        name: group.destination_name ?? undefined,
        server: group.destination_server ?? undefined,
      },
      group.namespace,
    );
    if (cluster === group.cluster && problem === group.destination_problem) {
      continue;
    }
    const keys = await transaction('applications')
      .where({ hub, ...group })
      .update({ cluster, destination_problem: problem }, ['namespace', 'name']);
    moved.push(...keys.map(key => ({ hub, ...key })));
    if (cluster && !group.cluster) {
      await nameClusterOfChanges(transaction, {
        hub,
        applications: keys.map(applicationKey),
        cluster,
      });
    }
  }
  return moved;
}

function toRow(
  hub: string,
  name: string,
  cluster: Omit<ClusterRecord, 'name' | 'hub'>,
  known: Map<string, ClusterRow>,
): ClusterRow {
  const { registeredName, server, labels, ...rest } = cluster;
  const { kubernetesVersion, project } = rest;
  const stored = known.get(
    identity({ registered_name: registeredName, server }),
  );
  return {
    hub,
    name,
    registered_name: registeredName,
    server,
    body: JSON.stringify({
      labels: sorted(labels),
      kubernetesVersion,
      project,
    }),
    facts: JSON.stringify({
      ...(stored && JSON.parse(stored.facts)),
      ...listedFacts(cluster.facts),
      ...(stored && kept(JSON.parse(stored.facts))),
    }),
    activity: stored?.activity ?? JSON.stringify(NO_ACTIVITY),
  };
}

function kept(facts: ListedFacts): Partial<ListedFacts> {
  const { heartbeat, firstSeenAt, verdict } = facts;
  return { heartbeat, firstSeenAt, ...(verdict && { verdict }) };
}

function sameRow(before: ClusterRow, row: ClusterRow): boolean {
  return (Object.keys(row) as (keyof ClusterRow)[]).every(
    column => before[column] === row[column],
  );
}

/** Whether people see a difference; clocks that move on are none. */
function isVisible(before: ClusterRow, row: ClusterRow): boolean {
  const visible = ({ body, server, facts }: ClusterRow) => {
    const { connection, skipReconcile, agent }: ListedFacts = JSON.parse(facts);
    return JSON.stringify([
      body,
      server,
      connection.status,
      skipReconcile,
      agent,
    ]);
  };
  return visible(before) !== visible(row);
}

function sameAddresses(
  rows: ClusterRow[],
  wanted: Map<string, Pick<ClusterRecord, 'server' | 'labels'>>,
): boolean {
  return (
    rows.length === wanted.size &&
    rows.every(row => {
      const { server, labels } = wanted.get(row.name) ?? {};
      return server === row.server && labels?.[AGENT_LABEL] === agentOf(row);
    })
  );
}

function distinct<T extends { registeredName: string; server: string }>(
  clusters: T[],
): T[] {
  return [
    ...new Map(
      clusters.map(cluster => [
        identity({
          registered_name: cluster.registeredName,
          server: cluster.server,
        }),
        cluster,
      ]),
    ).values(),
  ];
}

function identity(row: Pick<ClusterRow, 'registered_name' | 'server'>) {
  return `${row.registered_name} ${row.server}`;
}
