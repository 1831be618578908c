import type { ResourceNode } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { LiveObjects } from '../cluster/LiveObjects';
import { milliValue, podRequests } from './quantities';

interface NodeFields {
  status?: {
    capacity?: Record<string, string>;
    nodeInfo?: Record<string, string>;
  };
}

interface PodFields {
  metadata: { name: string; namespace?: string };
  spec?: { nodeName?: string };
  status?: { phase?: string };
}

/** The machines that an application's pods run on, and what is asked of them. */
export function hostsOf(
  nodes: readonly ResourceNode[],
  live: LiveObjects,
): unknown[] {
  const own = new Set(
    nodes
      .filter(({ kind, group }) => kind === 'Pod' && !group)
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  if (!own.size) return [];
  const pods = [...live.values()].filter(({ kind }) => kind === 'Pod');
  const hosts = new Map<
    string,
    { mine: GenericObject[]; others: GenericObject[] }
  >();
  for (const pod of pods) {
    const { metadata, spec, status } = pod as unknown as PodFields;
    if (!spec?.nodeName) continue;
    const host = hosts.get(spec.nodeName) ?? { mine: [], others: [] };
    hosts.set(spec.nodeName, host);
    const isEnded = ['Succeeded', 'Failed'].includes(status?.phase ?? '');
    if (own.has(`${metadata.namespace}/${metadata.name}`)) host.mine.push(pod);
    else if (!isEnded) host.others.push(pod);
  }
  return [...hosts].sort().flatMap(([name, { mine, others }]) => {
    const node = live.get(`/Node//${name}`);
    return node && mine.length ? hostOf(name, node, mine, others) : [];
  });
}

function hostOf(
  name: string,
  node: GenericObject,
  mine: GenericObject[],
  others: GenericObject[],
) {
  const { status } = node as unknown as NodeFields;
  const sum = (pods: GenericObject[], resource: 'cpu' | 'memory') =>
    pods.reduce((total, pod) => total + podRequests(pod)[resource], 0);
  const resourcesInfo = (['cpu', 'memory'] as const).flatMap(resource => {
    const capacity = milliValue(status?.capacity?.[resource]);
    if (!capacity) return [];
    const requestedByApp = sum(mine, resource);
    const requestedByNeighbors = sum(others, resource);
    return {
      resourceName: resource,
      ...(requestedByApp && { requestedByApp }),
      ...(requestedByNeighbors && { requestedByNeighbors }),
      capacity,
    };
  });
  return {
    name,
    ...(resourcesInfo.length && { resourcesInfo }),
    systemInfo: status?.nodeInfo ?? {},
  };
}
