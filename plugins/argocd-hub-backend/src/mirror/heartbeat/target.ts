import type { ArgoResourceNode } from '../../hub/types';

/** What a heartbeat asks the events of. */
export interface Target {
  application: string;
  namespace: string;
  resource: { uid: string; namespace: string; name: string };
}

/** They live as long as what they belong to; never a Secret. */
const KINDS = [
  'Service',
  'ServiceAccount',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ConfigMap',
  'Ingress',
  'PersistentVolumeClaim',
  'RoleBinding',
  'Role',
];

/** Below which another kind of a resource that lives long would be. */
const SHORT_LIVED = [
  'Secret',
  'Pod',
  'ReplicaSet',
  'ControllerRevision',
  'Job',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'Lease',
];

/**
 * A node that exists for long, so that the same one can be asked for again. A
 * cluster-scoped one would make the cluster list the events of all namespaces.
 */
export function chooseNode(
  nodes: ArgoResourceNode[],
): Target['resource'] | undefined {
  const [best] = nodes
    .filter(isAskable)
    .filter(({ kind }) => !SHORT_LIVED.includes(kind))
    .sort((a, b) => rank(a) - rank(b));
  return best && { uid: best.uid, namespace: best.namespace, name: best.name };
}

type AskableNode = ArgoResourceNode &
  Required<Pick<ArgoResourceNode, 'uid' | 'namespace'>>;

/** A hub is not ours: what it calls a node may be anything. */
function isAskable(node: ArgoResourceNode | null): node is AskableNode {
  return [node?.uid, node?.namespace, node?.name, node?.kind].every(
    part => typeof part === 'string' && part !== '',
  );
}

function rank({ kind }: ArgoResourceNode): number {
  const position = KINDS.indexOf(kind);
  return position < 0 ? KINDS.length : position;
}
