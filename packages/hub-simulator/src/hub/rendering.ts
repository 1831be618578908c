import type { ApplicationFacts } from '../state/applicationFacts';
import type { Entry } from '../state/Entry';
import type { HubState } from '../state/HubState';
import type { Application } from '../types/argocd';

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

/** The same as an object. */
export function withHealth(
  state: HubState,
  { object, namespace, name }: ApplicationEntry,
): Application {
  const tree = state.redis.trees.get(`${namespace}/${name}`);
  const { resources } = object.status;
  if (!tree || !resources) return object;
  const health = new Map(
    tree.nodes.map(node => [
      `${node.group ?? ''}/${node.kind}/${node.namespace ?? ''}/${node.name}`,
      node.health,
    ]),
  );
  const filled = resources.map(resource => {
    const { group = '', kind, namespace: where = '' } = resource;
    const found = health.get(`${group}/${kind}/${where}/${resource.name}`);
    return found ? { ...resource, health: found } : resource;
  });
  return { ...object, status: { ...object.status, resources: filled } };
}

/** Changes when the health of an application's resources may have. */
export function treeVersion(
  state: HubState,
  { namespace, name }: ApplicationEntry,
): number {
  return state.redis.trees.versionOf(`${namespace}/${name}`);
}
