import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { clusterReadPermission } from 'backstage-plugin-argocd-hub-common';
import type { ClaimedBy } from '../mapping/ClaimIndex';
import type {
  ApplicationKey,
  StoredApplication,
} from '../store/ApplicationStore';
import type { Access } from './Access';
import type { Place } from './ClusterScope';

/**
 * A deployment is seen with its cluster, or with any entity that claims it and
 * that the caller may read.
 */
export async function maySee(
  application: StoredApplication,
  options: {
    /** How many such entities there are. */
    readable: number;
    credentials: BackstageCredentials;
    access: Access;
  },
): Promise<boolean> {
  const { readable, credentials, access } = options;
  const place = placeOf(application);
  return (
    readable > 0 || access.mayAt(credentials, clusterReadPermission, place)
  );
}

export function placeOf({ hub, cluster }: StoredApplication): Place {
  return 'name' in cluster ? { hub, cluster: cluster.name } : { hub };
}

export function refsOf(claimed: ClaimedBy[]): string[] {
  return claimed.map(({ entityRef }) => entityRef);
}

/** The same words whether it is missing or may not be seen. */
export function deploymentNotFound({
  hub,
  namespace,
  name,
}: ApplicationKey): NotFoundError {
  return new NotFoundError(`Deployment ${hub}/${namespace}/${name} not found`);
}
