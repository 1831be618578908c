import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import type { ResourcePermission } from '@backstage/plugin-permission-common';
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
  place: Place,
  options: {
    /** How many such entities there are. */
    readable: number;
    credentials: BackstageCredentials;
    access: Access;
  },
): Promise<boolean> {
  const { readable, credentials, access } = options;
  return (
    readable > 0 || access.mayAt(credentials, clusterReadPermission, place)
  );
}

/** Asked for where there is no entity; what is answered is not used. */
const NO_ENTITY = 'component:default/none';

/**
 * Those of the entities with which the caller may do this. The question is asked
 * also where there are none, so that neither the time of an answer nor one that
 * fails tells whether a hidden deployment is there and has any.
 */
export async function allowedOf(
  entityRefs: string[],
  options: {
    permission: ResourcePermission<'catalog-entity'>;
    credentials: BackstageCredentials;
    access: Access;
  },
): Promise<Set<string>> {
  const { permission, credentials, access } = options;
  const isAny = entityRefs.length > 0;
  const asked = isAny ? entityRefs : [NO_ENTITY];
  const allowed = await access.entities(credentials, asked, permission);
  return isAny ? allowed : new Set();
}

/** Where one that is missing would be, as far as permissions are asked for it. */
export function wouldBePlaceOf({ hub, name }: ApplicationKey): Place {
  return { hub, cluster: name };
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
