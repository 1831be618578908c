import { toUSVString } from 'node:util';
import type { ApplicationRecord } from '../ApplicationStore';
import type {
  ChangeDetails,
  ChangeOfApplication,
  ChangeRecord,
} from '../ChangeStore';
import { keyInHub } from '../objectKeys';

/** A row of `changes`, without its generated id. */
export interface ChangeRow {
  hub: string;
  /** namespace/name */
  application: string;
  /** What changes of the cluster that it went to then are filed under: see `changesKeys`. */
  cluster: string | null;
  kind: ChangeDetails['kind'];
  /** Milliseconds since the epoch. */
  at: number;
  /** With the moment, tells whether two changes of an application are one. */
  identity: string;
  body: string;
}

const DAY_MS = 24 * 60 * 60_000;
const LONGEST = { uid: 64, text: 200, message: 500 };

type Operation = NonNullable<ApplicationRecord['operation']>;

/**
 * What changed between two states of an application, the second of which is
 * about to be stored. At first sight its history and its operation are taken
 * over; where it is stored already, only what is new. Whatever is older than
 * changes are kept, or of the future, is left out.
 *
 * @param options.before - as stored; another object of that name is none
 * @param options.cluster - what changes of its cluster are filed under
 */
export function changesBetween(
  before: ApplicationRecord | undefined,
  record: ApplicationRecord,
  options: { cluster: string | null; now: number; keptMs: number },
): ChangeRow[] {
  const { cluster, now, keptMs } = options;
  const known = before && isSameObject(before, record) ? before : undefined;
  const changes = [
    ...revisions(known, record),
    ...transitions(known, record, now),
    ...operations(known, record),
  ].filter(({ at }) => at > now - keptMs && at < now + DAY_MS);
  const rows = changes.map(({ details, ...when }) => {
    const { kind, ...body } = details;
    return {
      hub: record.hub,
      application: keyInHub(record),
      cluster,
      kind,
      ...when,
      body: JSON.stringify(body),
    };
  });
  return [
    ...new Map(rows.map(row => [`${row.at} ${row.identity}`, row])).values(),
  ];
}

/** @param cluster - what the cluster is called now */
export function fromChangeRow(
  row: ChangeRow & { id: number | string },
  cluster: string | undefined,
): ChangeRecord {
  const slash = row.application.indexOf('/');
  const of: ChangeOfApplication = {
    id: Number(row.id),
    hub: row.hub,
    namespace: row.application.slice(0, slash),
    name: row.application.slice(slash + 1),
    ...(cluster !== undefined && { cluster }),
    at: new Date(Number(row.at)).toISOString(),
  };
  return { ...of, kind: row.kind, ...JSON.parse(row.body) };
}

/** A name may be taken again by another object, whose history begins anew. */
export function isSameObject(
  one: ApplicationRecord,
  other: ApplicationRecord,
): boolean {
  return !one.uid || !other.uid || one.uid === other.uid;
}

interface Change {
  at: number;
  identity: string;
  details: ChangeDetails;
}

function revisions(
  before: ApplicationRecord | undefined,
  { history, uid }: ApplicationRecord,
): Change[] {
  const key = ({ id, deployedAt }: ApplicationRecord['history'][number]) =>
    `${id} ${deployedAt}`;
  const known = new Set(before?.history.map(key));
  return history
    .filter(entry => !known.has(key(entry)))
    .map(({ id, revision, deployedAt, by }) => ({
      at: Date.parse(deployedAt),
      identity: identity('revision', `${id}`, uid),
      details: {
        kind: 'revision',
        uid: cut(uid, LONGEST.uid),
        historyId: id,
        revision: cut(revision),
        by: cut(by),
      },
    }));
}

/** What was before the first sight is not known, and not a change. */
function transitions(
  before: ApplicationRecord | undefined,
  record: ApplicationRecord,
  now: number,
): Change[] {
  if (!before) {
    return [];
  }
  const changes: Change[] = [];
  const { sync, health } = record;
  if (sync && sync !== before.sync) {
    changes.push({
      at: now,
      identity: identity('sync', sync),
      details: { kind: 'sync', from: before.sync, to: sync },
    });
  }
  if (health && health !== before.health) {
    const since = Date.parse(record.healthSince ?? '');
    changes.push({
      // A hub whose clock is ahead tells nothing about the future.
      at: Number.isNaN(since) ? now : Math.min(since, now),
      identity: identity('health', health),
      details: { kind: 'health', from: before.health, to: health },
    });
  }
  return changes;
}

function operations(
  before: ApplicationRecord | undefined,
  { operation, uid }: ApplicationRecord,
): Change[] {
  if (!operation) {
    return [];
  }
  const details = operationDetails(operation, uid);
  const stored =
    before?.operation?.startedAt === operation.startedAt
      ? before.operation
      : undefined;
  const isKnown =
    stored &&
    (JSON.stringify(operationDetails(stored, uid)) ===
      JSON.stringify(details) ||
      // A replica of the hub that lags behind does not make it run again.
      (stored.finishedAt && !operation.finishedAt));
  return isKnown
    ? []
    : [
        {
          at: Date.parse(operation.startedAt),
          identity: identity('operation', '', uid),
          details,
        },
      ];
}

function operationDetails(
  { phase, finishedAt, revision, by, message }: Operation,
  uid: string | undefined,
): ChangeDetails {
  return {
    kind: 'operation',
    uid: cut(uid, LONGEST.uid),
    phase,
    finishedAt,
    revision: cut(revision),
    by: cut(by),
    message: cut(message, LONGEST.message),
  };
}

function identity(kind: string, what: string, uid?: string): string {
  return `${kind}:${what}:${cut(uid, LONGEST.uid) ?? ''}`;
}

function cut(
  text: string | undefined,
  longest: number = LONGEST.text,
): string | undefined {
  // Half a character is none, to PostgreSQL.
  return text && toUSVString(text.slice(0, longest));
}
