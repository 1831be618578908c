import { createHash } from 'node:crypto';
import { NotFoundError } from '@backstage/errors';
import { CodedError } from '../errors';
import { serverAddress } from '../hub/serverAddress';
import type { ArgoCluster } from '../hub/types';

/**
 * Finds the cluster that a route names: its registered name, or
 * `name~<8 hex of the server's hash>` where two share it.
 *
 * @throws NotFoundError, or CodedError with `ambiguous-cluster`
 */
export function findCluster(
  clusters: ArgoCluster[],
  name: string,
): ArgoCluster {
  const named = clusters.filter(cluster => cluster.name === name);
  if (named.length > 1) {
    throw new CodedError({
      name: 'ConflictError',
      code: 'ambiguous-cluster',
      message: `The hub has ${
        named.length
      } clusters of that name. Say which one is meant: ${named
        .map(qualifiedName)
        .join(', ')}.`,
    });
  }
  const found =
    named[0] ?? clusters.find(cluster => qualifiedName(cluster) === name);
  if (!found) throw new NotFoundError('Cluster not found');
  return found;
}

function qualifiedName({ name, server }: ArgoCluster): string {
  const hash = createHash('sha256').update(serverAddress(server)).digest('hex');
  return `${name}~${hash.slice(0, 8)}`;
}
