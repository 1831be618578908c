import type { ClusterConfig } from '../../types/argocd';
import { checkType, type GoType } from '../goJson';
import type { HubRequest } from '../HubRequest';
import type { Cluster } from './Cluster';

const CONFIG: GoType = {
  struct: 'ClusterConfig',
  fields: {
    username: 'string',
    password: 'string',
    bearerToken: 'string',
    tlsClientConfig: {
      struct: 'TLSClientConfig',
      fields: {
        insecure: 'bool',
        serverName: 'string',
        certData: 'bytes',
        keyData: 'bytes',
        caData: 'bytes',
      },
    },
    awsAuthConfig: {
      struct: 'AWSAuthConfig',
      fields: { clusterName: 'string', roleARN: 'string', profile: 'string' },
    },
    execProviderConfig: {
      struct: 'ExecProviderConfig',
      fields: {
        command: 'string',
        args: { list: 'string' },
        env: { map: 'string' },
        apiVersion: 'string',
        installHint: 'string',
        provideClusterInfo: 'bool',
        config: 'any',
      },
    },
    disableCompression: 'bool',
    proxyUrl: 'string',
  },
};
const CONNECTION_STATE: GoType = {
  struct: 'ConnectionState',
  fields: { status: 'string', message: 'string', attemptedAt: 'time' },
};
/** Not taken from a client, but it must fit. */
const INFO: GoType = {
  struct: 'ClusterInfo',
  fields: {
    connectionState: CONNECTION_STATE,
    serverVersion: 'string',
    cacheInfo: {
      struct: 'ClusterCacheInfo',
      fields: {
        resourcesCount: 'int64',
        apisCount: 'int64',
        lastCacheSyncTime: 'time',
      },
    },
    applicationsCount: 'int64',
    apiVersions: { list: 'string' },
  },
};
const CLUSTER: GoType = {
  struct: 'Cluster',
  fields: {
    server: 'string',
    name: 'string',
    config: CONFIG,
    connectionState: CONNECTION_STATE,
    serverVersion: 'string',
    info: INFO,
    namespaces: { list: 'string' },
    refreshRequestedAt: 'time',
    shard: 'int64',
    clusterResources: 'bool',
    project: 'string',
    labels: { map: 'string' },
    annotations: { map: 'string' },
  },
};

type Nullable<T> = { [K in keyof T]?: T[K] | null };

/** The cluster that a client sends; throws 400 where Go could not decode it. */
export function readCluster(request: HubRequest): Cluster {
  const body = request.body<Nullable<Cluster> | null>();
  checkType(body, CLUSTER);
  const { shard, namespaces, refreshRequestedAt } = body ?? {};
  return {
    server: body?.server ?? '',
    name: body?.name ?? '',
    config: readConfig(body?.config),
    ...(namespaces?.length && { namespaces }),
    ...(refreshRequestedAt && { refreshRequestedAt }),
    ...(typeof shard === 'number' && { shard }),
    ...(body?.clusterResources && { clusterResources: true }),
    ...(body?.project && { project: body.project }),
    labels: body?.labels ?? {},
    annotations: body?.annotations ?? {},
  };
}

/** Only what Go knows, and without what is empty, as it is written again. */
function readConfig(given: ClusterConfig | null | undefined): ClusterConfig {
  const { insecure = false, ...tls } = given?.tlsClientConfig ?? {};
  const kept = (names: string[], from: object) =>
    Object.fromEntries(
      Object.entries(from).filter(
        ([name, value]) => names.includes(name) && value,
      ),
    );
  return {
    ...kept(
      [
        'username',
        'password',
        'bearerToken',
        'awsAuthConfig',
        'execProviderConfig',
        'disableCompression',
        'proxyUrl',
      ],
      given ?? {},
    ),
    tlsClientConfig: {
      insecure: !!insecure,
      ...kept(['serverName', 'caData', 'certData', 'keyData'], tls),
    },
  };
}
