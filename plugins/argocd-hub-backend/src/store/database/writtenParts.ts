import type { Knex } from 'knex';
import type { RevisionOf } from '../Revisions';

const PARTS: Record<string, RevisionOf> = {
  applications: 'applications',
  application_labels: 'applications',
  clusters: 'clusters',
  hubs: 'hubs',
  entity_claims: 'claims',
};
const READS = /^\s*(select|set|savepoint|release|begin|commit|rollback)\b/i;
const WRITES = /^\s*(?:insert\s+into|update|delete\s+from)\s+["`]?(\w+)/i;

/**
 * Fills with what a transaction writes. Taken from its statements, so that no
 * writer can forget to tell; one that cannot be read counts as all.
 */
export function writtenParts(transaction: Knex.Transaction): Set<RevisionOf> {
  const written = new Set<RevisionOf>();
  transaction.on('query', ({ sql }: { sql: string }) => {
    partsOf(sql).forEach(part => written.add(part));
  });
  return written;
}

/** Which parts a statement writes. */
export function partsOf(sql: string): RevisionOf[] {
  if (READS.test(sql)) {
    return [];
  }
  const table = WRITES.exec(sql)?.[1].toLocaleLowerCase('en-US');
  if (table === undefined) {
    return [...new Set(Object.values(PARTS))];
  }
  return Object.hasOwn(PARTS, table) ? [PARTS[table]] : [];
}
