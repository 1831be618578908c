import { queryUnescape } from '../../net/goUrl';
import { ApiError, Code, permissionDenied } from '../errors';
import type { HubRequest } from '../HubRequest';
import { type Cluster, rbacObject } from './Cluster';
import type { ClusterStore } from './ClusterStore';

/** What a path `/api/v1/clusters/{id.value}` asks for: one of the two. */
export interface ClusterQuery {
  server?: string;
  name?: string;
}

/**
 * Reads the id of a path. The gateway gives it as it was sent where the path
 * holds an encoding that Go must keep, else decoded; argocd-server then decodes
 * it as a form value, and once more for `name_escaped`.
 */
function readId({ params, query }: PathRequest): ClusterQuery {
  const type = query('id.type');
  const value = formValue(params.id);
  if (type === 'name') return { name: value };
  if (type !== 'name_escaped') return { server: value };
  try {
    return { name: queryUnescape(value) };
  } catch {
    // What goes wrong while a cluster is looked for is kept from the caller.
    throw permissionDenied();
  }
}

interface PathRequest {
  params: Record<string, string>;
  query(name: string): string;
}

/** The id of a path of this request. */
export function idOf(request: HubRequest): ClusterQuery {
  return readId({
    params: request.params,
    query: name => request.query(name),
  });
}

/** The cluster that is meant; missing it is 403, as being kept from it is. */
export function findCluster(
  store: ClusterStore,
  { server, name }: ClusterQuery,
): Cluster {
  try {
    const found = server
      ? store.get(server)
      : store.list().find(cluster => name && cluster.name === name);
    if (found) return found;
  } catch {
    throw permissionDenied();
  }
  throw permissionDenied();
}

/** The cluster that a path means, for an action that the caller may do with it. */
export function findAllowed(
  request: HubRequest,
  store: ClusterStore,
  action: 'get' | 'update',
): Cluster {
  const cluster = findCluster(store, idOf(request));
  const object = rbacObject(cluster.project, cluster.server);
  if (!request.may('clusters', action, object)) throw permissionDenied();
  return cluster;
}

/** A list narrowed by its parameters, each of which leaves one cluster at most. */
export function narrow(request: HubRequest, all: Cluster[]): Cluster[] {
  const { searchParams } = request.url;
  const isAsked = searchParams.has('id.type') || searchParams.has('id.value');
  const id = isAsked ? formValue(request.query('id.value')) : '';
  const byId = idFilter(request.query('id.type'), id);
  const filters = [
    byId,
    { key: 'name' as const, value: request.query('name') },
    { key: 'server' as const, value: request.query('server') },
  ];
  return filters.reduce((clusters, { key, value }) => {
    if (!value) return clusters;
    const first = clusters.find(cluster => cluster[key] === value);
    return first ? [first] : [];
  }, all);
}

function idFilter(type: string, value: string) {
  if (type === 'name') return { key: 'name' as const, value };
  if (type !== 'name_escaped') return { key: 'server' as const, value };
  try {
    return { key: 'name' as const, value: queryUnescape(value) };
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error filtering clusters by id: failed to unescape cluster name: ${
        (error as Error).message
      }`,
    );
  }
}

function formValue(text: string): string {
  try {
    return queryUnescape(text);
  } catch (error) {
    throw new ApiError(Code.Unknown, (error as Error).message);
  }
}
