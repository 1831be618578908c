import type { ClusterFacts } from 'backstage-plugin-argocd-hub-common/status';
import type { Knex } from 'knex';
import type { ClusterRecord } from '../ClusterStore';
import type { Activity } from './activity';
import { nameWithHash } from './clusterKeys';
import type { ClusterAddress } from './destinations';

/** What is counted from applications is kept apart, as others write it. */
export type ListedFacts = Omit<ClusterFacts, keyof Activity>;

/** A row of `clusters`. */
export interface ClusterRow {
  hub: string;
  name: string;
  registered_name: string;
  server: string;
  agent: string | null;
  changes_key: string;
  body: string;
  facts: string;
  activity: string;
}

export function fromClusterRow(row: ClusterRow): ClusterRecord {
  return {
    hub: row.hub,
    name: row.name,
    registeredName: row.registered_name,
    server: row.server,
    ...(row.agent !== null && { agent: row.agent }),
    ...JSON.parse(row.body),
    facts: { ...JSON.parse(row.facts), ...JSON.parse(row.activity) },
  };
}

/** Facts without what is counted from applications. */
export function listedFacts<T extends Partial<ClusterFacts>>(facts: T) {
  const {
    applications,
    connectionErrors,
    connectionErrorsSince,
    connectionErrorsReason,
    lastSucceededAt,
    ...listed
  } = facts;
  return listed;
}

/** Gives each cluster a name that is unique in its hub. */
export function named<T extends { registeredName: string; server: string }>(
  clusters: T[],
): Map<string, T> {
  const shared = new Map<string, number>();
  for (const { registeredName } of clusters) {
    shared.set(registeredName, (shared.get(registeredName) ?? 0) + 1);
  }
  return new Map(
    clusters.map(cluster => {
      const { registeredName, server } = cluster;
      const name =
        shared.get(registeredName) === 1
          ? registeredName
          : nameWithHash(registeredName, server);
      return [name, cluster];
    }),
  );
}

export async function readAddresses(
  transaction: Knex.Transaction,
  hub: string,
): Promise<ClusterAddress[]> {
  return transaction('clusters')
    .where({ hub })
    .select('name', 'server', 'agent', {
      registeredName: 'registered_name',
      changesKey: 'changes_key',
    });
}
