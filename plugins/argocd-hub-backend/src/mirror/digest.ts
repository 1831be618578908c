import { createHash } from 'node:crypto';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationRecord } from '../store/ApplicationStore';

/**
 * Lists carry less than the stream does. A digest covers what both carry, so
 * that a list shows which of the stored records it contradicts.
 */
export function digestOfRecord(
  record: ApplicationRecord,
  options: { revision: boolean },
): string {
  const { sources } = record;
  return digest(
    record,
    options.revision && sources.length === 1 ? sources[0].revision : undefined,
  );
}

/** The digest of a listed application, which has been trimmed to `record`. */
export function digestOfListed(
  application: ArgoApplication,
  record: ApplicationRecord,
  options: { revision: boolean },
): string {
  const revision = options.revision
    ? application.status?.sync?.revision
    : undefined;
  return digest(record, revision || undefined);
}

function digest(record: ApplicationRecord, revision: string | undefined) {
  const { project, labels, destination, sync, health, operation } = record;
  const seen = [
    project,
    Object.entries(labels).sort(),
    [destination.namespace, destination.name, destination.server],
    sync,
    health,
    [operation?.phase, operation?.startedAt, operation?.finishedAt],
    record.images,
    record.externalUrls,
    record.autoSync,
    record.deletedAt,
    revision,
  ];
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64');
}
