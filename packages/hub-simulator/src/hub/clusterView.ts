import type { HubState } from '../state/HubState';
import type {
  ClusterConfig,
  ClusterInfo,
  ClusterSecret,
} from '../types/argocd';

const NO_INFO: ClusterInfo = {
  connectionState: { status: '', message: '', attemptedAt: null },
  cacheInfo: {},
  applicationsCount: 0,
};

/** A cluster as the API answers it: without credentials, with the controller's word. */
export function clusterView(state: HubState, cluster: ClusterSecret) {
  const { data, metadata } = cluster;
  const info = {
    ...(state.redis.clusterInfo.get(data.server) ?? NO_INFO),
    applicationsCount: state.countApplications(data.server),
  };
  return {
    server: data.server,
    name: data.name,
    config: redact(data.config),
    connectionState: info.connectionState,
    ...(info.serverVersion && { serverVersion: info.serverVersion }),
    ...(data.namespaces?.length && { namespaces: data.namespaces }),
    ...(metadata.annotations?.['argocd.argoproj.io/refresh'] && {
      refreshRequestedAt: metadata.annotations['argocd.argoproj.io/refresh'],
    }),
    info,
    ...(data.shard !== undefined && { shard: data.shard }),
    ...(data.clusterResources && { clusterResources: true }),
    ...(data.project && { project: data.project }),
    ...(some(metadata.labels) && { labels: metadata.labels }),
    ...(some(metadata.annotations) && { annotations: metadata.annotations }),
  };
}

function redact(config: ClusterConfig) {
  const { insecure = false, serverName } = config.tlsClientConfig ?? {};
  return {
    tlsClientConfig: { insecure, ...(serverName && { serverName }) },
    ...(config.awsAuthConfig && { awsAuthConfig: config.awsAuthConfig }),
    ...(config.proxyUrl && { proxyUrl: config.proxyUrl }),
    ...(config.disableCompression && { disableCompression: true }),
  };
}

function some(map: Record<string, string> | undefined): boolean {
  return !!map && Object.keys(map).length > 0;
}
