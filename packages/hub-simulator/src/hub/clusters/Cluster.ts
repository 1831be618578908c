import { CONTROL_PLANE, IN_CLUSTER } from '../../state/names';
import type { ClusterConfig, ClusterSecret } from '../../types/argocd';
import { invalidArgument } from '../errors';

export const MANAGED_BY = 'managed-by';
export const MANAGER = 'argocd.argoproj.io';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const REFRESH = 'argocd.argoproj.io/refresh';
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** A cluster as argocd-server works with it, made of a Secret. */
export interface Cluster {
  server: string;
  name: string;
  config: ClusterConfig;
  namespaces?: string[];
  /** RFC 3339 */
  refreshRequestedAt?: string;
  shard?: number;
  clusterResources?: boolean;
  project?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** what it was read from; none for the hub's own cluster without one */
  secret?: ClusterSecret;
}

/** The entry of the hub's own cluster that is there without a Secret. */
export function implicitCluster(): Cluster {
  return {
    server: IN_CLUSTER,
    name: 'in-cluster',
    config: { tlsClientConfig: { insecure: false } },
    labels: {},
    annotations: {},
  };
}

/** Reads a Secret: without what belongs to Argo CD or kubectl themselves. */
export function readSecret(secret: ClusterSecret): Cluster {
  const { data, metadata } = secret;
  const { [SECRET_TYPE]: _, ...labels } = metadata.labels ?? {};
  const {
    [LAST_APPLIED]: __,
    [MANAGED_BY]: ___,
    ...annotations
  } = metadata.annotations ?? {};
  const refreshRequestedAt = timeOf(annotations[REFRESH]);
  return {
    server: trimSlashes(data.server),
    name: data.name,
    config: data.config,
    ...(data.namespaces?.length && { namespaces: data.namespaces }),
    ...(refreshRequestedAt && { refreshRequestedAt }),
    ...(data.shard !== undefined && { shard: data.shard }),
    ...(data.clusterResources && { clusterResources: true }),
    ...(data.project && { project: data.project }),
    labels,
    annotations,
    secret,
  };
}

/**
 * Writes a cluster over a Secret, of which only the identity stays. It is
 * managed by Argo CD from then on. Throws 400 for kubectl's own annotation.
 */
export function writeSecret(
  cluster: Cluster,
  { metadata }: Pick<ClusterSecret, 'metadata'>,
): ClusterSecret {
  if (cluster.annotations[LAST_APPLIED]) {
    throw invalidArgument(`annotation ${LAST_APPLIED} cannot be set`);
  }
  const { [SECRET_TYPE]: _, ...labels } = cluster.labels;
  const { [REFRESH]: __, ...annotations } = cluster.annotations;
  const { refreshRequestedAt: refresh } = cluster;
  const { resourceVersion: ___, labels: ____, ...identity } = metadata;
  const namespaces = (cluster.namespaces ?? [])
    .join(',')
    .split(',')
    .map(each => each.trim())
    .filter(Boolean);
  return {
    metadata: {
      ...identity,
      namespace: CONTROL_PLANE,
      ...(Object.keys(labels).length && { labels }),
      annotations: {
        ...annotations,
        ...(refresh && { [REFRESH]: refresh }),
        [MANAGED_BY]: MANAGER,
      },
    },
    data: {
      name: cluster.name || cluster.server,
      server: trimSlashes(cluster.server),
      config: cluster.config,
      ...(namespaces.length && { namespaces }),
      ...(cluster.shard !== undefined && { shard: cluster.shard }),
      ...(cluster.clusterResources && { clusterResources: true }),
      ...(cluster.project && { project: cluster.project }),
    },
  };
}

/** What RBAC calls a cluster. */
export function rbacObject(
  project: string | undefined,
  server: string,
): string {
  return project ? `${project}/${server}` : server;
}

export function trimSlashes(server: string): string {
  return server.replace(/\/+$/, '');
}

function timeOf(text: string | undefined): string | undefined {
  if (!text || Number.isNaN(Date.parse(text))) return undefined;
  return `${new Date(text).toISOString().slice(0, 19)}Z`;
}
