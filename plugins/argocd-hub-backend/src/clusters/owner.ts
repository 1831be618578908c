import { IN_CLUSTER_SERVER } from 'backstage-plugin-argocd-hub-common';
import type { ArgoCluster } from '../hub/types';

/** Labels and annotations by which those who own a cluster Secret tell so. */
const OWNERS: [key: string | RegExp, owner: string][] = [
  ['argocd.argoproj.io/tracking-id', 'an Argo CD application'],
  ['argocd.argoproj.io/instance', 'an Argo CD application'],
  [/^(reconcile\.)?external-secrets\.io\//, 'External Secrets'],
  [/^kustomize\.toolkit\.fluxcd\.io\//, 'Flux'],
  [/^helm\.toolkit\.fluxcd\.io\//, 'Flux'],
  ['meta.helm.sh/release-name', 'a Helm release'],
  ['sealedsecrets.bitnami.com/managed', 'Sealed Secrets'],
  ['argocd-agent.argoproj-labs.io/agent-name', 'argocd-agent'],
];

/**
 * Why the labels of a cluster must not be written through the hub, or undefined
 * when they may be: what somebody else owns would be put back.
 */
export function reasonNotToLabel(cluster: ArgoCluster): string | undefined {
  const keys = [
    ...Object.keys(cluster.labels ?? {}),
    ...Object.keys(cluster.annotations ?? {}),
  ];
  if (cluster.server === IN_CLUSTER_SERVER && keys.length === 0) {
    return 'The cluster of the hub has no Secret, so it cannot have labels. Create one in Argo CD first.';
  }
  const owner = keys.map(ownerOf).find(Boolean);
  if (!owner) return undefined;
  return `The Secret of this cluster belongs to ${owner}, which would put the labels back. Change them there.`;
}

function ownerOf(key: string): string | undefined {
  return OWNERS.find(([known]) =>
    typeof known === 'string' ? known === key : known.test(key),
  )?.[1];
}
