import { createHash } from 'node:crypto';
import { connectionCause } from 'backstage-plugin-argocd-hub-common/status';
import type { ApplicationRecord, StoredApplication } from '../ApplicationStore';
import { keyInHub } from '../objectKeys';
import { type Resolved, storedCluster } from './destinations';
import { sorted } from './sorted';

/** A row of `applications`, without its generated id. */
export interface ApplicationRow {
  hub: string;
  key: string;
  namespace: string;
  name: string;
  project: string;
  application_set: string | null;
  destination_name: string | null;
  destination_server: string | null;
  cluster: string | null;
  destination_problem: Resolved['problem'];
  sync: string | null;
  health: string | null;
  connection_error: string | null;
  hash: string;
  /** Of the applications of the hub, when it was last written. */
  revision: number;
  body: string;
}

/**
 * Tells whether a record says something new. When we first saw a state is ours,
 * not the hub's, and does not count.
 */
export function recordHash(record: ApplicationRecord): string {
  const { syncSince, labels, annotations, ...told } = record;
  return createHash('sha256')
    .update(
      JSON.stringify([
        told,
        Object.entries(sorted(labels)),
        Object.entries(sorted(annotations)),
      ]),
    )
    .digest('base64url');
}

export function toRow(
  record: ApplicationRecord,
  details: { hash: string; resolved: Resolved; revision: number },
): ApplicationRow {
  return {
    hub: record.hub,
    key: keyInHub(record),
    namespace: record.namespace,
    name: record.name,
    project: record.project,
    application_set: record.applicationSet ?? null,
    destination_name: record.destination.name ?? null,
    destination_server: record.destination.server ?? null,
    cluster: details.resolved.cluster,
    destination_problem: details.resolved.problem,
    sync: record.sync ?? null,
    health: record.health ?? null,
    connection_error: connectionError(record),
    hash: details.hash,
    revision: details.revision,
    body: JSON.stringify(record),
  };
}

export function fromRow(
  row: Pick<ApplicationRow, 'body' | 'cluster' | 'destination_problem'>,
): StoredApplication {
  const record: ApplicationRecord = JSON.parse(row.body);
  const resolved = { cluster: row.cluster, problem: row.destination_problem };
  return { ...record, cluster: storedCluster(resolved, record.destination) };
}

/** Since-when of states is carried over from what was stored, where the hub does not tell. */
export function withSince(
  record: ApplicationRecord,
  stored: ApplicationRecord | undefined,
  now: string,
): ApplicationRecord {
  return {
    ...record,
    syncSince:
      stored && stored.sync === record.sync
        ? stored.syncSince
        : record.sync && now,
    healthSince:
      record.healthSince ??
      (stored && stored.health === record.health
        ? stored.healthSince
        : record.health && now),
  };
}

/** When an operation was seen to reach Succeeded between two records, in milliseconds. */
export function succeededAt(
  record: ApplicationRecord,
  stored: ApplicationRecord | undefined,
  now: number,
): number | undefined {
  const { operation } = record;
  if (!stored || operation?.phase !== 'Succeeded' || !operation.finishedAt) {
    return undefined;
  }
  const known =
    stored.operation?.phase === 'Succeeded' &&
    stored.operation.finishedAt === operation.finishedAt;
  const finishedAt = Date.parse(operation.finishedAt);
  // A hub whose clock is ahead must not prove anything about the future.
  return known || Number.isNaN(finishedAt)
    ? undefined
    : Math.min(finishedAt, now);
}

function connectionError(record: ApplicationRecord): string | null {
  if (record.sync !== 'Unknown') {
    return null;
  }
  for (const condition of record.conditions) {
    const cause = connectionCause(condition);
    if (cause) {
      return cause;
    }
  }
  return null;
}
