import { CONTROL_PLANE } from '../../state/names';
import type { HubState } from '../../state/HubState';
import type { ClusterConfig, ClusterSecret } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';
const CREDENTIALS = [
  'username',
  'password',
  'bearerToken',
  'awsAuthConfig',
  'execProviderConfig',
] as const;

/** Puts a Secret of the hub in as kubectl would: with its label it is a cluster. */
export function applySecret(state: HubState, secret: GenericObject): void {
  const { metadata, data } = clusterSecret(secret);
  const isCluster = secret.metadata.labels?.[SECRET_TYPE] === 'cluster';
  const { clusters, formerClusters } = state;
  const [here, there] = isCluster
    ? [clusters, formerClusters]
    : [formerClusters, clusters];
  const { name, namespace } = metadata;
  const moved = there.delete(name, namespace);
  if (here.get(name, namespace)) here.replace({ metadata, data });
  else
    here.create({ metadata: { ...metadata, uid: moved?.metadata.uid }, data });
}

/** Removes a Secret, label or not; tells whether there was one. */
export function deleteSecret(state: HubState, name: string): boolean {
  const stores = [state.clusters, state.formerClusters];
  return stores.some(store => store.delete(name, CONTROL_PLANE));
}

/** The hub's cluster Secrets and those that were, without any credential. */
export function describeSecrets(state: HubState) {
  const describe = ({ metadata, data }: ClusterSecret, isCluster: boolean) => ({
    name: metadata.name,
    labels: {
      ...metadata.labels,
      ...(isCluster && { [SECRET_TYPE]: 'cluster' }),
    },
    annotations: metadata.annotations ?? {},
    cluster: data.name,
    server: data.server,
    ...(data.project && { project: data.project }),
    holds: holdsOf(data.config),
  });
  return [
    ...state.clusters.list().map(secret => describe(secret, true)),
    ...state.formerClusters.list().map(secret => describe(secret, false)),
  ];
}

/** Which kinds of credentials a config has. */
function holdsOf(config: ClusterConfig): string[] {
  const { caData, certData, keyData } = config.tlsClientConfig ?? {};
  const tls = Object.entries({ caData, certData, keyData });
  return [
    ...CREDENTIALS.filter(name => config[name]),
    ...tls.filter(([, value]) => value).map(([name]) => name),
  ];
}

/** A cluster Secret with its data decoded; throws when its config is not JSON. */
export function clusterSecret(secret: GenericObject): ClusterSecret {
  const { [SECRET_TYPE]: _, ...labels } = secret.metadata.labels ?? {};
  const { name, annotations } = secret.metadata;
  const encoded = Object.entries((secret.data ?? {}) as Record<string, string>);
  const data: Record<string, string> = {
    ...Object.fromEntries(
      encoded.map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString('utf8'),
      ]),
    ),
    ...(secret.stringData as Record<string, string> | undefined),
  };
  const namespaces = (data.namespaces ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(Boolean);
  const shard = /^[+-]?\d+$/.test(data.shard ?? '')
    ? Number(data.shard)
    : undefined;
  return {
    metadata: {
      name,
      namespace: CONTROL_PLANE,
      labels,
      ...(annotations && { annotations }),
    },
    data: {
      name: data.name ?? '',
      server: data.server ?? '',
      config: JSON.parse(data.config || '{}') as ClusterConfig,
      ...(namespaces.length && { namespaces }),
      ...(data.clusterResources === 'true' && { clusterResources: true }),
      ...(data.project && { project: data.project }),
      ...(shard !== undefined && { shard }),
    },
  };
}
