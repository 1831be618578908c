import { IN_CLUSTER, trimServer } from '../../../state/names';
import type { Application, ClusterSecret } from '../../../types/argocd';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';

/**
 * The cluster that a live read of an application calls; undefined for the hub's
 * own cluster without a Secret.
 *
 * @throws ApiError 404 for an unknown server, 500 for an unusable name
 */
export function clusterOf(
  { state }: HubRequest,
  { spec }: Application,
): ClusterSecret | undefined {
  const { server, name } = spec.destination;
  if (server && !name) {
    const wanted = trimServer(server);
    const cluster = state.clusterByServer(wanted);
    if (cluster || wanted === IN_CLUSTER) return cluster;
    // The wrapping text is lost, as the inner error has a code of its own.
    throw new ApiError(Code.NotFound, `cluster "${wanted}" not found`);
  }
  try {
    return state.clusterByServer(state.resolve(spec.destination));
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error getting application cluster config: error validating destination: ${
        (error as Error).message
      }`,
    );
  }
}
