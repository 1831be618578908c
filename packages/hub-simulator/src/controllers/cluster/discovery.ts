import type { SpokeClient } from '../../net/SpokeClient';
import type { ClusterSecret } from '../../types/argocd';

/** A kind that a cluster says it serves. */
export interface ServedKind {
  group: string;
  version: string;
  kind: string;
  resource: string;
  namespaced: boolean;
}

interface ResourceList {
  resources: {
    name: string;
    kind: string;
    namespaced: boolean;
    verbs: string[];
  }[];
}

interface Groups {
  groups: {
    name: string;
    preferredVersion: { groupVersion: string; version: string };
  }[];
}

/** Groups and kinds that Argo CD does not look at unless told to. */
const EXCLUDED = [
  /^\/Event$/,
  /^events\.k8s\.io\//,
  /^metrics\.k8s\.io\//,
  /^\/Endpoints$/,
  /^discovery\.k8s\.io\/EndpointSlice$/,
  /^coordination\.k8s\.io\/Lease$/,
  /^authentication\.k8s\.io\//,
  /^authorization\.k8s\.io\//,
  /^certificates\.k8s\.io\/CertificateSigningRequest$/,
  /^cert-manager\.io\/CertificateRequest$/,
];

/** Whether Argo CD's default settings exclude a kind. */
export function isExcluded(group: string, kind: string): boolean {
  return EXCLUDED.some(pattern => pattern.test(`${group}/${kind}`));
}

/** Asks a cluster what it serves, and gives what can be listed and watched. */
export async function discover(
  client: SpokeClient,
  { data }: ClusterSecret,
): Promise<ServedKind[]> {
  const timeout = '?timeout=32s';
  const get = <T>(path: string) =>
    client.call<T>(data, { path: `${path}${timeout}` });
  const core = kindsOf('', 'v1', await get<ResourceList>('/api/v1'));
  const { groups } = await get<Groups>('/apis');
  const others: ServedKind[] = [];
  for (const { name, preferredVersion } of groups) {
    const { groupVersion, version } = preferredVersion;
    const list = await get<ResourceList>(`/apis/${groupVersion}`);
    others.push(...kindsOf(name, version, list));
  }
  return [...core, ...others];
}

function kindsOf(
  group: string,
  version: string,
  { resources }: ResourceList,
): ServedKind[] {
  return resources
    .filter(
      ({ name, verbs }) =>
        !name.includes('/') &&
        verbs.includes('list') &&
        verbs.includes('watch'),
    )
    .map(({ name, kind, namespaced }) => ({
      group,
      version,
      kind,
      resource: name,
      namespaced,
    }));
}
