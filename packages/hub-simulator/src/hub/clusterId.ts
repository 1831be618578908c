import { mustPreserve, queryUnescape } from '../net/goUrl';
import { IN_CLUSTER } from '../state/names';
import type { ClusterSecret } from '../types/argocd';
import { ApiError, Code, permissionDenied } from './errors';
import type { HubRequest } from './HubRequest';

/** The entry of the hub's own cluster, which is there without a Secret. */
const IMPLICIT: ClusterSecret = {
  metadata: { name: '' },
  data: {
    name: 'in-cluster',
    server: IN_CLUSTER,
    config: { tlsClientConfig: { insecure: false } },
  },
};

/**
 * The clusters that a path `/api/v1/clusters/{id.value}` means and the caller
 * may `action`. None, whether missing or forbidden, is the same 403.
 */
export function findClusters(
  request: HubRequest,
  action: string,
): ClusterSecret[] {
  const type = request.query('id.type');
  const value = decodeId(request, type);
  const byName = type === 'name' || type === 'name_escaped';
  const found = listClusters(request).filter(({ data }) =>
    byName ? data.name === value : trim(data.server) === trim(value),
  );
  const allowed = found.filter(cluster =>
    request.may('clusters', action, rbacObject(cluster)),
  );
  if (!allowed.length) throw permissionDenied();
  return allowed;
}

/** Every cluster, the implicit in-cluster entry last. */
export function listClusters({ state }: HubRequest): ClusterSecret[] {
  const implicit = state.clusterByServer(IN_CLUSTER) ? [] : [IMPLICIT];
  return [...state.clusters.list(), ...implicit];
}

export function rbacObject({ data }: ClusterSecret): string {
  return data.project ? `${data.project}/${data.server}` : data.server;
}

/**
 * argocd-server decodes the id as a form value: once when the path holds an
 * encoding that Go must keep, twice when not, once more for `name_escaped`.
 */
function decodeId({ raw }: HubRequest, type: string): string {
  const path = (raw.url ?? '').split('?')[0];
  const segment = path.split('/')[4] ?? '';
  try {
    const seen = mustPreserve(path) ? segment : decodeURIComponent(segment);
    const value = queryUnescape(seen);
    return type === 'name_escaped' ? queryUnescape(value) : value;
  } catch {
    throw new ApiError(Code.Unknown, `invalid URL escape "${segment}"`);
  }
}

function trim(server: string): string {
  return server.replace(/\/$/, '');
}
