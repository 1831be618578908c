import { hasHealth } from '../../scenarios/fleet/resources';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE, stableUid } from '../../state/names';
import type {
  Application,
  ApplicationTree,
  ResourceNode,
  ResourceStatus,
} from '../../types/argocd';

/** The tree of an application that has no objects: made from its status when asked for. */
export function paperTree(state: HubState, name: string): ApplicationTree {
  const app = state.applications.get(name, CONTROL_PLANE);
  const nodes = (app?.status.resources ?? []).flatMap(resource =>
    nodesOf(app!, resource),
  );
  return { nodes, orphanedNodes: [], hosts: [], shardsCount: 1 };
}

function nodesOf(app: Application, resource: ResourceStatus): ResourceNode[] {
  const { group, version, kind, namespace, name } = resource;
  const common = { createdAt: app.metadata.creationTimestamp };
  const uid = uidOf(app, kind, name);
  const node: ResourceNode = {
    ...common,
    ...(group && { group }),
    version,
    kind,
    ...(namespace && { namespace }),
    name,
    uid,
    resourceVersion: app.metadata.resourceVersion,
    ...(hasHealth(kind) && { health: healthOf(app, kind) }),
    ...(kind === 'Deployment' && { images: app.status.summary.images }),
  };
  if (kind !== 'Deployment') return [node];
  const set = `${name}-${uid.slice(0, 9).replace('-', '')}`;
  const replicaSet = { ...node, kind: 'ReplicaSet', name: set };
  const pod = {
    ...node,
    group: undefined,
    kind: 'Pod',
    name: `${set}-x2x7k`,
  };
  return [
    node,
    child(app, replicaSet, node),
    child(app, pod, { ...replicaSet, uid: uidOf(app, 'ReplicaSet', set) }),
  ];
}

function child(
  app: Application,
  node: ResourceNode,
  parent: ResourceNode,
): ResourceNode {
  const { group, kind, namespace, name, uid } = parent;
  return {
    ...node,
    uid: uidOf(app, node.kind, node.name),
    parentRefs: [{ group, kind, namespace, name, uid }],
  };
}

/** The Deployment carries what the application as a whole reports. */
function healthOf({ status }: Application, kind: string) {
  return { status: kind === 'Deployment' ? status.health.status : 'Healthy' };
}

function uidOf({ metadata }: Application, kind: string, name: string): string {
  return stableUid(`${metadata.name}/${kind}/${name}`);
}
