import type { Entry } from '../state/Entry';
import { CONTROL_PLANE, type HubState } from '../state/HubState';
import type { Application } from '../types/argocd';

const WITH_HEALTH = 'with health';

/** The RBAC object of an application: its namespace counts outside the control plane. */
export function applicationObject({ metadata, spec }: Application): string {
  const { name, namespace } = metadata;
  const project = spec.project || 'default';
  return namespace === CONTROL_PLANE
    ? `${project}/${name}`
    : `${project}/${namespace}/${name}`;
}

/**
 * An application as get and stream give it: the health of its resources, which
 * is not in the object, is filled in from the tree.
 */
export function fullJson(state: HubState, entry: Entry<Application>): string {
  return entry.derive(WITH_HEALTH, object => {
    const { name, namespace } = object.metadata;
    const tree = state.trees.get(`${namespace}/${name}`);
    const { resources } = object.status;
    if (!tree || !resources) return JSON.stringify(object);
    const health = new Map(
      tree.nodes.map(node => [`${node.kind}/${node.name}`, node.health]),
    );
    const filled = resources.map(resource => {
      const found = health.get(`${resource.kind}/${resource.name}`);
      return found ? { ...resource, health: found } : resource;
    });
    const status = { ...object.status, resources: filled };
    return JSON.stringify({ ...object, status });
  });
}
