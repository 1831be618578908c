import type { ApplicationFacts } from '../state/applicationFacts';
import type { Entry } from '../state/Entry';
import type { HubState } from '../state/HubState';
import type { Application, Health, ResourceNode } from '../types/argocd';

export type ApplicationEntry = Entry<Application, ApplicationFacts>;

/**
 * An application as get and stream give it: the health of its resources, which
 * is not in the object, is filled in from the tree in Redis.
 */
export function fullBody(state: HubState, entry: ApplicationEntry): Buffer {
  const version = treeVersion(state, entry);
  if (!version) return entry.bytes;
  return entry.derive(`full ${version}`, () =>
    JSON.stringify(withHealth(state, entry)),
  );
}

/**
 * The same as an object. Where the tree is the source of health (F5.6) it decides
 * for every resource, also that there is no health.
 */
export function withHealth(
  state: HubState,
  { object, namespace, name }: ApplicationEntry,
): Application {
  const { resources, resourceHealthSource } = object.status;
  if (!resources || resourceHealthSource !== 'appTree') return object;
  const tree = state.redis.trees.get(`${namespace}/${name}`);
  if (!tree) return object;
  const known = new Map<string, Health | undefined>(
    tree.nodes.map(node => [keyOf(node), healthOfNode(node)]),
  );
  const filled = resources.map(({ health, ...resource }) => {
    const found = known.get(keyOf(resource));
    return found ? { ...resource, health: found } : resource;
  });
  return { ...object, status: { ...object.status, resources: filled } };
}

/** A node without an object behind it stands for something that is missing. */
function healthOfNode(node: ResourceNode): Health | undefined {
  if (node.health) return node.health;
  if (node.resourceVersion || node.uid || node.createdAt) return undefined;
  return { status: 'Missing', message: 'Resource has not been created' };
}

function keyOf(resource: {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
}): string {
  const { group = '', kind, namespace = '', name } = resource;
  return `${group}/${kind}/${namespace}/${name}`;
}

/** Changes when the health of an application's resources may have. */
export function treeVersion(
  state: HubState,
  { namespace, name }: ApplicationEntry,
): number {
  return state.redis.trees.versionOf(`${namespace}/${name}`);
}
