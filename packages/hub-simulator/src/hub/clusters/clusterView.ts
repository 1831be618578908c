import { VERSION } from '../../spoke/discovery';
import type { HubState } from '../../state/HubState';
import type {
  ClusterConfig,
  ClusterInfo,
  ClusterSecret,
} from '../../types/argocd';
import type { Cluster } from './Cluster';

const NO_INFO: ClusterInfo = {
  connectionState: { status: '', message: '', attemptedAt: null },
  cacheInfo: {},
  applicationsCount: 0,
};

/** A list of 500 clusters is ten megabytes: each is written once per change. */
const written = new WeakMap<ClusterSecret, { version: number; json: Buffer }>();

/** A cluster as the API answers it: without credentials, with the controller's word. */
export function clusterView(state: HubState, cluster: Cluster) {
  const info = state.redis.clusterInfo.get(cluster.server);
  return sanitised(cluster, info ?? infoWithout(state, cluster));
}

/** The same as JSON. */
export function clusterJson(state: HubState, cluster: Cluster): Buffer {
  const { secret, server } = cluster;
  const { clusterInfo } = state.redis;
  const write = () => Buffer.from(JSON.stringify(clusterView(state, cluster)));
  const isThere = secret && clusterInfo.get(server) !== undefined;
  if (!isThere) return write();
  const version = clusterInfo.versionOf(server);
  const known = written.get(secret);
  if (known?.version === version) return known.json;
  const json = write();
  written.set(secret, { version, json });
  return json;
}

/** A cluster without a word about its state, as in a project's details. */
export function sanitised(cluster: Cluster, told: ClusterInfo = NO_INFO) {
  const info = infoView(told);
  const { namespaces, refreshRequestedAt, shard, project } = cluster;
  return {
    server: cluster.server,
    name: cluster.name,
    config: redact(cluster.config),
    connectionState: info.connectionState,
    ...(info.serverVersion && { serverVersion: info.serverVersion }),
    ...(namespaces?.length && { namespaces }),
    ...(refreshRequestedAt && { refreshRequestedAt }),
    info,
    ...(shard !== undefined && { shard }),
    ...(cluster.clusterResources && { clusterResources: true }),
    ...(project && { project }),
    ...(some(cluster.labels) && { labels: cluster.labels }),
    ...(some(cluster.annotations) && { annotations: cluster.annotations }),
  };
}

/** What argocd-server thinks of its own cluster when Redis knows nothing. */
function infoWithout({ clock, version }: HubState, { secret }: Cluster) {
  if (secret) return NO_INFO;
  const { major, minor, gitVersion } = VERSION;
  const number = version.isAtLeast('3.4')
    ? gitVersion.replace(/^v/, '')
    : `${major}.${minor}`;
  return {
    ...NO_INFO,
    connectionState: {
      status: 'Successful',
      message: '',
      attemptedAt: clock.timestamp(),
    },
    serverVersion: number,
  };
}

function infoView(info: ClusterInfo): ClusterInfo {
  const { status, message, attemptedAt } = info.connectionState;
  const { resourcesCount, apisCount, lastCacheSyncTime } = info.cacheInfo;
  return {
    connectionState: { status, message, attemptedAt },
    ...(info.serverVersion && { serverVersion: info.serverVersion }),
    cacheInfo: {
      ...(resourcesCount && { resourcesCount }),
      ...(apisCount && { apisCount }),
      ...(lastCacheSyncTime && { lastCacheSyncTime }),
    },
    applicationsCount: info.applicationsCount,
    ...(info.apiVersions?.length && { apiVersions: info.apiVersions }),
  };
}

function redact(config: ClusterConfig) {
  const { insecure = false, serverName } = config.tlsClientConfig ?? {};
  return {
    tlsClientConfig: { insecure, ...(serverName && { serverName }) },
    ...(config.awsAuthConfig && { awsAuthConfig: config.awsAuthConfig }),
    ...(config.disableCompression && { disableCompression: true }),
    ...(config.proxyUrl && { proxyUrl: config.proxyUrl }),
  };
}

function some(map: Record<string, string>): boolean {
  return Object.keys(map).length > 0;
}
