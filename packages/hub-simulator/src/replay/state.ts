import { dataOf } from '../scenarios/fromObjects';
import type { GenericObject } from '../types/kubernetes';
import { hidden } from './hiding';
import { isObject, parsed } from './json';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Kinds that a replay reads and that keep no credentials of their own. */
const KINDS = ['Application', 'ApplicationSet', 'AppProject'];

/** What of a cluster Secret is no credential. */
const CLUSTER_KEYS = [
  'name',
  'server',
  'namespaces',
  'clusterResources',
  'project',
  'shard',
];

/** What of a ConfigMap is no credential. */
const CONFIG_KEYS: Record<string, RegExp[]> = {
  'argocd-cm': [
    /^(url|installationID|passwordPattern|admin\.enabled|exec\.enabled)$/,
    /^accounts\.[^.]+(\.enabled)?$/,
    /^(application|resource|statusbadge|timeout)\./,
    /^users\.(anonymous\.enabled|session\.duration)$/,
    /^cluster\.inClusterEnabled$/,
    /^ui\.banner[a-z]+$/,
  ],
  'argocd-rbac-cm': [/^policy\./, /^scopes$/],
  'argocd-cmd-params-cm': [
    /^application\.namespaces$/,
    /^applicationsetcontroller\.(policy|namespaces|enable\.[a-z.]+)$/,
    /^hydrator\.enabled$/,
    /(^|\.)timeout(\.|$)/,
  ],
};

/** An object of a hub without credentials; none when a replay needs none of it. */
export function withoutCredentials(object: GenericObject): GenericObject[] {
  if (object.kind === 'Secret') return secretOf(object);
  if (object.kind === 'ConfigMap') return configMapOf(object);
  return KINDS.includes(object.kind ?? '')
    ? [hidden(object) as GenericObject]
    : [];
}

function configMapOf(map: GenericObject): GenericObject[] {
  const rules = CONFIG_KEYS[map.metadata.name];
  if (!rules) return [];
  const kept = Object.entries(map.data ?? {}).filter(([key]) =>
    rules.some(rule => rule.test(key)),
  );
  const data = Object.fromEntries(kept);
  return [
    hidden({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadataOf(map),
      data,
    }) as GenericObject,
  ];
}

function secretOf(secret: GenericObject): GenericObject[] {
  const { name, labels = {} } = secret.metadata;
  const data = dataOf(secret);
  const isCluster = labels[SECRET_TYPE] === 'cluster';
  if (!isCluster && name !== 'argocd-secret') return [];
  const kept = isCluster ? clusterData(data) : tokenIds(data);
  const metadata = metadataOf(secret);
  return [{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: kept }];
}

/** Without the copy of the whole object that kubectl keeps. */
function metadataOf({ metadata }: GenericObject): GenericObject['metadata'] {
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return hidden({ ...metadata, annotations }) as GenericObject['metadata'];
}

function clusterData(data: Record<string, string>): Record<string, string> {
  const kept = Object.entries(data).filter(([key]) =>
    CLUSTER_KEYS.includes(key),
  );
  const shown = hidden(Object.fromEntries(kept)) as Record<string, string>;
  return { ...shown, config: configOf(data.config) };
}

/** What the API itself shows of a config. */
function configOf(text = '{}'): string {
  const config = parsed(text);
  const tls = isObject(config) ? config.tlsClientConfig : undefined;
  const { insecure, serverName } = isObject(tls) ? tls : {};
  return JSON.stringify({
    tlsClientConfig: hidden({ insecure, serverName }),
  });
}

/** The ids of API keys, without anything that may stand beside them. */
function tokenIds(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, text]) => {
      const tokens = parsed(text);
      const isTokens = /^accounts\..*\.tokens$/.test(key);
      if (!isTokens || !Array.isArray(tokens)) return [];
      const ids = tokens
        .filter(isObject)
        .map(({ id, iat, exp }) => ({ id, iat, exp }));
      return [[key, JSON.stringify(ids)]];
    }),
  );
}
