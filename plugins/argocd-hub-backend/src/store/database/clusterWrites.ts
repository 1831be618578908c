import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ApplicationKey } from '../ApplicationStore';
import type { ClusterRecord } from '../ClusterStore';
import { keyInHub } from '../objectKeys';
import { countHub, NO_ACTIVITY, recount } from './activity';
import { comingRevision } from './applicationRevisions';
import { changesKeys, registrationKey } from './clusterKeys';
import {
  type ClusterRow,
  type ListedFacts,
  listedFacts,
  named,
  readAddresses,
} from './clusterRows';
import { inChunks } from './chunks';
import { nameClusterOfChanges } from './changeWrites';
import { DestinationResolver, mayBeOwn } from './destinations';
import { insertRows, replacing } from './jsonRows';
import { sorted } from './sorted';

const COLUMNS = [
  'registered_name',
  'server',
  'agent',
  'changes_key',
  'body',
  'facts',
  'activity',
];

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
  const byRegistration = new Map(rows.map(row => [registrationKey(row), row]));
  const wanted = named(distinct(clusters));
  const keys = changesKeys(wanted, rows);

  const changed: string[] = [];
  await inChunks([...wanted], async part => {
    const differing = part
      .map(([name, cluster]) => ({
        ...toRow(hub, name, cluster, byRegistration),
        changes_key: keys.get(name)!,
      }))
      .map(row => ({ row, before: byName.get(row.name) }))
      .filter(({ row, before }) => !before || !sameRow(before, row));
    await insertRows(transaction, {
      table: 'clusters',
      rows: differing.map(({ row }) => row),
      onConflict: replacing(['hub', 'name'], COLUMNS),
    });
    const visible = differing.filter(
      ({ row, before }) => !before || isVisible(before, row),
    );
    changed.push(...visible.map(({ row }) => row.name));
  });
  const gone = rows.map(row => row.name).filter(name => !wanted.has(name));
  await inChunks(gone, async names => {
    await transaction('clusters')
      .where({ hub })
      .whereIn('name', names)
      .delete();
  });
  changed.push(...gone);

  if (sameAddresses(rows, wanted)) {
    return { changed, applications: [] };
  }
  await countHub(transaction, hub, 'clusters');
  const applications = await resolveAnew(transaction, hub);
  await recount(transaction, { hub, clusters: [...wanted.keys()] });
  return { changed, applications };
}

/** Finds the cluster of every destination again, one statement per destination that moved. */
async function resolveAnew(
  transaction: Knex.Transaction,
  hub: string,
): Promise<ApplicationKey[]> {
  const resolver = new DestinationResolver(
    await readAddresses(transaction, hub),
  );
  const revision = await comingRevision(transaction, hub);
  const moved: ApplicationKey[] = [];
  for (const group of await destinationsOf(transaction, hub)) {
    const { cluster, problem } = resolver.resolve(
      {
        name: group.destination_name ?? undefined,
        server: group.destination_server ?? undefined,
      },
      group.namespace ?? '',
    );
    if (cluster === group.cluster && problem === group.destination_problem) {
      continue;
    }
    await setImmediate();
    const keys = await transaction('applications')
      .where({ hub, ...group })
      .update({ cluster, destination_problem: problem, revision }, [
        'namespace',
        'name',
      ]);
    moved.push(...keys.map(key => ({ hub, ...key })));
    const key = resolver.changesKeyOf(cluster);
    if (key && !group.cluster) {
      await nameClusterOfChanges(transaction, {
        hub,
        applications: keys.map(keyInHub),
        key,
      });
    }
  }
  return moved;
}

/** A destination, and what it was resolved to; of one namespace where that matters. */
interface DestinationGroup {
  destination_name: string | null;
  destination_server: string | null;
  cluster: string | null;
  destination_problem: string | null;
  namespace?: string;
}

/** Only of the hub's own cluster the namespace can decide; all others are found without a look at the applications. */
async function destinationsOf(
  transaction: Knex.Transaction,
  hub: string,
): Promise<DestinationGroup[]> {
  const groups: DestinationGroup[] = await transaction('applications')
    .where({ hub })
    .distinct(
      'destination_name',
      'destination_server',
      'cluster',
      'destination_problem',
    );
  const divided: DestinationGroup[] = [];
  for (const group of groups) {
    const { destination_name: name, destination_server: server } = group;
    if (!mayBeOwn({ name, server })) {
      divided.push(group);
      continue;
    }
    await setImmediate();
    const rows: { namespace: string }[] = await transaction('applications')
      .where({ hub, ...group })
      .distinct('namespace');
    divided.push(...rows.map(({ namespace }) => ({ ...group, namespace })));
  }
  return divided;
}

function toRow(
  hub: string,
  name: string,
  cluster: Omit<ClusterRecord, 'name' | 'hub'>,
  known: Map<string, ClusterRow>,
): Omit<ClusterRow, 'changes_key'> {
  const { registeredName, server, labels, ...rest } = cluster;
  const { kubernetesVersion, project } = rest;
  const stored = known.get(
    registrationKey({ registered_name: registeredName, server }),
  );
  return {
    hub,
    name,
    registered_name: registeredName,
    server,
    agent: cluster.agent ?? null,
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
  wanted: Map<string, Pick<ClusterRecord, 'server' | 'agent'>>,
): boolean {
  return (
    rows.length === wanted.size &&
    rows.every(row => {
      const { server, agent } = wanted.get(row.name) ?? {};
      return server === row.server && (agent ?? null) === row.agent;
    })
  );
}

function distinct<T extends { registeredName: string; server: string }>(
  clusters: T[],
): T[] {
  return [
    ...new Map(
      clusters.map(cluster => [
        registrationKey({
          registered_name: cluster.registeredName,
          server: cluster.server,
        }),
        cluster,
      ]),
    ).values(),
  ];
}
