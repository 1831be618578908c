import { createHash } from 'node:crypto';

const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/**
 * The name of a cluster's catalog entity: small letters, digits and `-_.`
 * between them, at most 63. A name that is too long ends in a hash, so that two of them
 * stay two.
 */
export function clusterEntityName(options: {
  hub: string;
  cluster: string;
  prefix: boolean;
}): string {
  const { hub, cluster, prefix } = options;
  const given = prefix ? `${hub}-${cluster}` : cluster;
  const safe = trimmed(
    given.toLocaleLowerCase('en-US').replace(/[^a-z0-9._-]+/g, '-'),
  );
  if (safe.length > 0 && safe.length <= MAX_LENGTH) {
    return safe;
  }
  const hash = createHash('sha256')
    .update(given)
    .digest('hex')
    .slice(0, HASH_LENGTH);
  const kept = trimmed(safe.slice(0, MAX_LENGTH - HASH_LENGTH - 1));
  return kept ? `${kept}-${hash}` : `cluster-${hash}`;
}

/** Separators may stand only between letters or digits. */
function trimmed(text: string): string {
  return text
    .replace(/[-_.]{2,}/g, separators => separators[0])
    .replace(/^[-_.]+|[-_.]+$/g, '');
}
