import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import {
  clusterSecretName,
  CONTROL_PLANE,
  IN_CLUSTER,
} from '../../state/names';
import type { ClusterConfig, ClusterSecret } from '../../types/argocd';
import { findClusters, listClusters, rbacObject } from '../clusterId';
import { clusterView } from '../clusterView';
import { ApiError, Code, fromSpoke, invalidArgument } from '../errors';
import { type HubRequest, RawJson, type Route } from '../HubRequest';

const MANAGED_BY = 'managed-by';
const REFRESH = 'argocd.argoproj.io/refresh';

/** A cluster as clients send it. */
interface ClusterBody {
  server?: string;
  name?: string;
  config?: ClusterConfig;
  namespaces?: string[];
  clusterResources?: boolean;
  project?: string;
  shard?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

type Data = ClusterSecret['data'];

/** `/api/v1/clusters` and below. */
export function clusterRoutes(client: SpokeClient): Route[] {
  const path = '/api/v1/clusters/:id';
  return [
    { method: 'GET', path: '/api/v1/clusters', handle: list },
    {
      method: 'POST',
      path: '/api/v1/clusters',
      handle: request => create(request, client),
    },
    {
      method: 'GET',
      path,
      handle: request =>
        clusterView(request.state, findClusters(request, 'get')[0]),
    },
    { method: 'PUT', path, handle: request => update(request, client) },
    { method: 'DELETE', path, handle: remove },
    { method: 'POST', path: `${path}/invalidate-cache`, handle: invalidate },
  ];
}

function list(request: HubRequest): unknown {
  const server = request.query('server');
  const type = request.query('id.type');
  const id = request.query('id.value');
  const byName = type === 'name' || type === 'name_escaped';
  const name = (byName && id) || request.query('name');
  const wanted = (!byName && id) || server;
  const items = listClusters(request)
    .filter(cluster => request.may('clusters', 'get', rbacObject(cluster)))
    .filter(
      ({ data }) =>
        (!name || data.name === name) && (!wanted || data.server === wanted),
    )
    .map(cluster => clusterView(request.state, cluster));
  // A filter gives the first match only.
  return { metadata: {}, items: name || wanted ? items.slice(0, 1) : items };
}

async function create(
  request: HubRequest,
  client: SpokeClient,
): Promise<unknown> {
  const { state } = request;
  const body = request.body<ClusterBody>();
  const wanted = secretOf(body);
  request.enforce('clusters', 'create', rbacObject(wanted));
  const version = await callVersion(request, client, wanted.data);
  const { name } = wanted.metadata;
  const existing = state.clusters.get(name, CONTROL_PLANE);
  if (!existing) {
    const created = state.clusters.create(wanted);
    writeSuccessful(state, created, version);
    return clusterView(state, created);
  }
  const differences = differingKeys(existing, wanted);
  if (!differences.length) return clusterView(state, existing);
  if (!request.flag('upsert')) {
    throw invalidArgument(
      `existing cluster spec is different; use upsert flag to force update; difference in keys "${differences.join(
        ',',
      )}"`,
    );
  }
  request.enforce('clusters', 'update', rbacObject(wanted));
  const updated = state.clusters.replace(wanted);
  writeSuccessful(state, updated, version);
  return clusterView(state, updated);
}

async function update(
  request: HubRequest,
  client: SpokeClient,
): Promise<unknown> {
  const { state } = request;
  const [found] = findClusters(request, 'update');
  const body = request.body<ClusterBody>();
  const fields = request.queryAll('updatedFields');
  const wanted = fields.length
    ? withFields(found, body, fields)
    : secretOf({ ...body, server: body.server || found.data.server });
  request.enforce('clusters', 'update', rbacObject(wanted));
  const version = await callVersion(request, client, wanted.data);
  const { name } = wanted.metadata;
  const stored = state.clusters.get(name, CONTROL_PLANE)
    ? state.clusters.replace(wanted)
    : state.clusters.create(wanted);
  writeSuccessful(state, stored, version);
  return clusterView(state, stored);
}

/** Unlabels what Argo CD does not manage, and so forgets it too. */
function remove(request: HubRequest): unknown {
  for (const { metadata, data } of findClusters(request, 'delete')) {
    if (!metadata.name) {
      // The implicit in-cluster entry has no Secret that could go.
      throw new ApiError(Code.NotFound, `cluster "${data.server}" not found`);
    }
    request.state.clusters.delete(metadata.name, metadata.namespace);
    request.state.redis.clusterInfo.delete(data.server);
  }
  return new RawJson('{}');
}

function invalidate(request: HubRequest): unknown {
  const { state } = request;
  const [{ metadata }] = findClusters(request, 'update');
  const updated = state.clusters.update(
    metadata.name,
    metadata.namespace,
    draft => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [REFRESH]: state.clock.timestamp(),
      };
    },
  );
  return updated ? clusterView(state, updated) : new RawJson('{}');
}

function secretOf(body: ClusterBody): ClusterSecret {
  const { server = '', labels, annotations, config = {} } = body;
  if (!URL.canParse(server)) {
    throw invalidArgument(`cluster server URL "${server}" is invalid`);
  }
  return {
    metadata: {
      name: clusterSecretName(server),
      namespace: CONTROL_PLANE,
      ...(labels && { labels }),
      annotations: withManagedBy(annotations),
    },
    data: {
      name: body.name || server,
      server: server.replace(/\/$/, ''),
      config: { ...config, tlsClientConfig: config.tlsClientConfig ?? {} },
      ...(body.namespaces?.length && { namespaces: body.namespaces }),
      ...(body.clusterResources && { clusterResources: true }),
      ...(body.project && { project: body.project }),
      ...(body.shard !== undefined && { shard: body.shard }),
    },
  };
}

/** Replaces each listed field whole; a name that is not known is ignored. */
function withFields(
  found: ClusterSecret,
  body: ClusterBody,
  fields: string[],
): ClusterSecret {
  const { server } = found.data;
  const given = secretOf({ ...body, server });
  const result: ClusterSecret = {
    metadata: {
      ...found.metadata,
      name: found.metadata.name || given.metadata.name,
      namespace: CONTROL_PLANE,
      annotations: withManagedBy(found.metadata.annotations),
    },
    data: { ...found.data },
  };
  delete result.metadata.resourceVersion;
  for (const field of fields) {
    if (field === 'labels') result.metadata.labels = body.labels;
    else if (field === 'annotations') {
      result.metadata.annotations = withManagedBy(body.annotations);
    } else if (isDataField(field)) {
      Object.assign(result.data, { [field]: given.data[field] });
    }
  }
  return result;
}

function isDataField(field: string): field is Exclude<keyof Data, 'server'> {
  return [
    'name',
    'namespaces',
    'config',
    'shard',
    'clusterResources',
    'project',
  ].includes(field);
}

/** Which keys differ; `project` is not compared. */
function differingKeys(left: ClusterSecret, right: ClusterSecret): string[] {
  const view = ({
    metadata,
    data,
  }: ClusterSecret): Record<string, unknown> => ({
    ...data,
    project: undefined,
    labels: metadata.labels,
    annotations: metadata.annotations,
  });
  const [a, b] = [view(left), view(right)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    key => canonical(a[key]) !== canonical(b[key]),
  );
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? {}, (_, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort())
      : item,
  );
}

function withManagedBy(annotations: Record<string, string> | undefined) {
  return { ...annotations, [MANAGED_BY]: 'argocd.argoproj.io' };
}

/**
 * The real call to the spoke, which no deadline of the client cuts short; when
 * one has passed meanwhile, nothing is written any more.
 */
async function callVersion(
  { signal }: HubRequest,
  client: SpokeClient,
  target: Data,
): Promise<string | undefined> {
  if (target.server === IN_CLUSTER) return undefined;
  try {
    const { gitVersion } = await client.call<{ gitVersion: string }>(target, {
      path: '/version?timeout=32s',
    });
    if (signal.aborted) throw new ApiError(Code.Canceled, 'context canceled');
    return gitVersion;
  } catch (error) {
    throw fromSpoke(
      error,
      'error getting server version: failed to get server version: ',
    );
  }
}

/** argocd-server itself says Successful; the controller corrects it later. */
function writeSuccessful(
  state: HubState,
  { data }: ClusterSecret,
  serverVersion: string | undefined,
): void {
  const attemptedAt = state.clock.timestamp();
  state.redis.clusterInfo.set(data.server, {
    connectionState: { status: 'Successful', message: '', attemptedAt },
    ...(serverVersion && { serverVersion }),
    cacheInfo: {},
    applicationsCount: 0,
  });
}
