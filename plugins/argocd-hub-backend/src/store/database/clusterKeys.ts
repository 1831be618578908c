import { createHash } from 'node:crypto';
import type { ClusterRow } from './clusterRows';

type Registered = Pick<ClusterRow, 'registered_name' | 'server'>;
type Known = Registered & Pick<ClusterRow, 'name' | 'changes_key'>;

/** Of the hash that makes a name unique. */
export const HASH_LENGTH = 8;

/** Tells whether two registrations are one. */
export function registrationKey(row: Registered): string {
  return `${row.registered_name} ${row.server}`;
}

/** A registered name that more than one cluster has, made unique. */
export function nameWithHash(registeredName: string, server: string): string {
  const hash = createHash('sha256').update(server).digest('hex');
  return `${registeredName}~${hash.slice(0, HASH_LENGTH)}`;
}

/** The registered name in what `nameWithHash` made. */
export function withoutHash(name: string): string {
  return name.replace(/~[0-9a-f]{8}$/, '');
}

/**
 * Under what the changes of each cluster are filed: not under its name, which
 * is another as soon as a second one is registered under the same, nor under
 * its server, as a cluster may move. A cluster that comes back finds what was
 * filed when it was there.
 *
 * @param wanted - clusters as listed, by name
 * @param stored - the same hub's as stored until now
 * @returns by name, no two alike
 */
export function changesKeys(
  wanted: Map<string, { registeredName: string; server: string }>,
  stored: Known[],
): Map<string, string> {
  const listed = [...wanted].map(([name, { registeredName, server }]) => ({
    name,
    registered_name: registeredName,
    server,
  }));
  const listedRegistrations = new Set(listed.map(registrationKey));
  const byRegistration = new Map(
    stored.map(row => [registrationKey(row), row]),
  );
  const moved = new Map(
    stored
      .filter(row => !listedRegistrations.has(registrationKey(row)))
      .map(row => [row.name, row]),
  );
  const keys = new Map<string, string>();
  for (const row of listed) {
    const known =
      byRegistration.get(registrationKey(row)) ?? moved.get(row.name);
    if (known?.changes_key) {
      keys.set(row.name, known.changes_key);
    }
  }
  const taken = new Set(keys.values());
  for (const row of listed.filter(({ name }) => !keys.has(name))) {
    const key = freeKey(row, taken);
    taken.add(key);
    keys.set(row.name, key);
  }
  return keys;
}

/** What moved away from a server keeps the key that it got there. */
function freeKey(row: Registered, taken: Set<string>): string {
  const { registered_name, server } = row;
  let key = nameWithHash(registered_name, server);
  for (let other = 2; taken.has(key); other++) {
    key = nameWithHash(registered_name, `${server} ${other}`);
  }
  return key;
}
