import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import { readCluster } from '../clusters/body';
import { type Cluster, rbacObject } from '../clusters/Cluster';
import {
  findAllowed,
  findCluster,
  idOf,
  narrow,
  type ClusterQuery,
} from '../clusters/clusterId';
import { ClusterStore } from '../clusters/ClusterStore';
import { SecretRefused } from '../clusters/checkSecret';
import { clusterJson, clusterView } from '../clusters/clusterView';
import { differingKeys } from '../clusters/difference';
import { ownerOf, TokenRotation } from '../clusters/rotateAuth';
import { fetchVersion } from '../clusters/spokeVersion';
import { ApiError, Code, invalidArgument, permissionDenied } from '../errors';
import { type HubRequest, RawJson, type Route } from '../HubRequest';
import { wrapped } from '../wrapped';

const PATH = '/api/v1/clusters';
const ONE = `${PATH}/:id`;
const UPDATE_TEXTS = {
  config: 'failed to get REST config for cluster',
  version: 'failed to get server version',
};

/** `/api/v1/clusters` and below. */
export function clusterRoutes(client: SpokeClient): Route[] {
  return [
    { method: 'GET', path: PATH, handle: list },
    {
      method: 'POST',
      path: PATH,
      parameters: { upsert: 'bool' },
      handle: request => create(request, client),
    },
    { method: 'GET', path: ONE, handle: get },
    { method: 'PUT', path: ONE, handle: request => put(request, client) },
    { method: 'DELETE', path: ONE, handle: remove },
    {
      method: 'POST',
      path: `${ONE}/rotate-auth`,
      bodiless: true,
      handle: request => rotateAuth(request, client),
    },
    {
      method: 'POST',
      path: `${ONE}/invalidate-cache`,
      bodiless: true,
      handle: invalidate,
    },
  ];
}

function list(request: HubRequest): unknown {
  const items = narrow(request, new ClusterStore(request).list())
    .filter(({ project, server }) =>
      request.may('clusters', 'get', rbacObject(project, server)),
    )
    .map(cluster => clusterJson(request.state, cluster));
  const pieces = items.flatMap((item, index) =>
    index ? [Buffer.from(','), item] : [item],
  );
  return new RawJson([
    Buffer.from('{"metadata":{},"items":['),
    ...pieces,
    Buffer.from(']}'),
  ]);
}

function get(request: HubRequest): unknown {
  const found = findAllowed(request, new ClusterStore(request), 'get');
  return clusterView(request.state, found);
}

async function create(
  request: HubRequest,
  client: SpokeClient,
): Promise<unknown> {
  const { state } = request;
  const cluster = readCluster(request);
  const { project, server } = cluster;
  request.enforce('clusters', 'create', rbacObject(project, server));
  const version = await fetchVersion({ state, client }, cluster, {
    config: 'error getting REST config',
    version: 'error getting server version',
  });
  checkAlive(request);
  const store = new ClusterStore(request);
  let stored: Cluster;
  try {
    stored = store.create(cluster);
  } catch (error) {
    const isTaken = (error as ApiError).code === Code.AlreadyExists;
    if (!isTaken) throw wrappedWrite('error creating cluster: ', error);
    const existing = existingOf(store, server);
    const keys = differingKeys(existing, cluster);
    if (keys.length && request.flag('upsert')) {
      return update(request, client, { cluster, query: { server } });
    }
    if (keys.length) throw different(keys);
    stored = existing;
  }
  writeSuccessful(state, { server, version });
  return clusterView(state, stored);
}

/** What is in the way of a new Secret, which need not be the same cluster. */
function existingOf(store: ClusterStore, server: string): Cluster {
  try {
    return store.get(server);
  } catch (error) {
    throw new ApiError(
      Code.Internal,
      `unable to check existing cluster details: rpc error: code = NotFound desc = ${
        (error as Error).message
      }`,
    );
  }
}

function different(keys: string[]): ApiError {
  return invalidArgument(
    `existing cluster spec is different; use upsert flag to force update; difference in keys "${keys.join(
      ',',
    )}"`,
  );
}

function put(request: HubRequest, client: SpokeClient): Promise<unknown> {
  return update(request, client, {
    cluster: readCluster(request),
    query: idOf(request),
    fields: request.queryAll('updatedFields'),
  });
}

async function update(
  request: HubRequest,
  client: SpokeClient,
  asked: { cluster: Cluster; query: ClusterQuery; fields?: string[] },
): Promise<unknown> {
  const { state } = request;
  const { cluster: given, query, fields = [] } = asked;
  const store = new ClusterStore(request);
  const found = findCluster(store, query);
  const checkUpdate = (project: string | undefined) => {
    const object = rbacObject(project, found.server);
    if (!request.may('clusters', 'update', object)) throw permissionDenied();
  };
  checkUpdate(found.project);
  if (!fields.length || fields.includes('project')) checkUpdate(given.project);
  const wanted = fields.length ? replaceFields(found, given, fields) : given;
  const version = await fetchVersion({ state, client }, wanted, UPDATE_TEXTS);
  checkAlive(request);
  const stored = written(() => store.update(wanted));
  writeSuccessful(state, { server: stored.server, version });
  return clusterView(state, stored);
}

/** Takes each listed field whole; a name that is not known is ignored. */
function replaceFields(
  found: Cluster,
  given: Cluster,
  fields: string[],
): Cluster {
  const result = { ...found };
  const take = <K extends keyof Cluster>(key: K) => {
    result[key] = given[key];
  };
  for (const field of fields) {
    switch (field) {
      case 'name':
      case 'namespaces':
      case 'config':
      case 'shard':
      case 'clusterResources':
      case 'labels':
      case 'annotations':
      case 'project':
        take(field);
        break;
      default:
    }
  }
  return result;
}

function remove(request: HubRequest): unknown {
  const store = new ClusterStore(request);
  const { name, server = '' } = idOf(request);
  const { project } = findCluster(store, { name, server });
  for (const each of name ? store.serversNamed(name) : [server]) {
    const object = rbacObject(project, each);
    if (!request.may('clusters', 'delete', object)) throw permissionDenied();
    store.delete(each);
  }
  return {};
}

async function rotateAuth(
  request: HubRequest,
  client: SpokeClient,
): Promise<unknown> {
  const { state } = request;
  const store = new ClusterStore(request);
  const { name, server = '' } = idOf(request);
  let cluster = findCluster(store, { name, server });
  const servers = name ? store.serversNamed(name) : [server];
  for (const each of servers) {
    const object = rbacObject(cluster.project, each);
    if (!request.may('clusters', 'update', object)) throw permissionDenied();
  }
  for (const each of servers) {
    const owner = ownerOf(cluster, each);
    const rotation = new TokenRotation({ state, client, cluster, owner });
    const made = await rotation.create();
    cluster = withToken(cluster, made.token);
    const version = await fetchVersion(
      { state, client },
      cluster,
      UPDATE_TEXTS,
    );
    checkAlive(request);
    const rotated = cluster;
    written(() => store.update(rotated));
    writeSuccessful(state, { server: cluster.server, version });
    await rotation.finish(made.name);
  }
  return {};
}

/** With a token there is no client certificate any more. */
function withToken(cluster: Cluster, bearerToken: string): Cluster {
  const { tlsClientConfig, ...config } = cluster.config;
  const { certData: _, keyData: __, ...tls } = tlsClientConfig ?? {};
  return {
    ...cluster,
    config: { ...config, bearerToken, tlsClientConfig: tls },
  };
}

function invalidate(request: HubRequest): unknown {
  const { state } = request;
  const store = new ClusterStore(request);
  const found = findAllowed(request, store, 'update');
  const refreshRequestedAt = state.clock.timestamp();
  const stored = written(() => store.update({ ...found, refreshRequestedAt }));
  return clusterView(state, stored);
}

function written(write: () => Cluster): Cluster {
  try {
    return write();
  } catch (error) {
    throw wrappedWrite('failed to update cluster in database: ', error);
  }
}

/** As {@link wrapped}, but an error of Kubernetes keeps its wrapping too (F1.1.8). */
function wrappedWrite(prefix: string, error: unknown): ApiError {
  if (!(error instanceof SecretRefused)) return wrapped(prefix, error);
  return new ApiError(error.code, `${prefix}${error.message}`);
}

/** Kubernetes is no longer written to once the caller has given up. */
function checkAlive({ signal }: HubRequest): void {
  if (signal.aborted) throw new ApiError(Code.Canceled, 'context canceled');
}

/** argocd-server itself says Successful; the controller corrects it later. */
function writeSuccessful(
  { redis, clock }: HubState,
  { server, version }: { server: string; version: string },
): void {
  redis.clusterInfo.set(server, {
    connectionState: {
      status: 'Successful',
      message: '',
      attemptedAt: clock.timestamp(),
    },
    serverVersion: version,
    cacheInfo: {},
    applicationsCount: 0,
  });
}
