import { CONTROL_PLANE } from '../state/names';
import type { ApplicationSet } from '../types/applicationset';
import { ApiError, Code } from './errors';
import type { HubRequest } from './HubRequest';

/** A failure that has no gRPC status of its own. */
export const unknown = (message: string) => new ApiError(Code.Unknown, message);

/** The set that a call names. A missing one is 404, unlike a missing application. */
export function findSet(request: HubRequest): ApplicationSet {
  const { name } = request.params;
  const namespace = checkNamespace(request.query('appsetNamespace'));
  const set = request.view.applicationSets.get(name, namespace);
  if (!set) {
    throw new ApiError(
      Code.NotFound,
      `error getting ApplicationSet: applicationset.argoproj.io "${name}" not found`,
    );
  }
  request.enforce('applicationsets', 'get', objectOf(set));
  return set;
}

/** Only the control plane's namespace is enabled. */
export function checkNamespace(namespace: string | undefined): string {
  if (!namespace || namespace === CONTROL_PLANE) return CONTROL_PLANE;
  throw unknown(`namespace '${namespace}' is not permitted`);
}

export function projectOf(set: ApplicationSet): string {
  return set.spec.template.spec.project || 'default';
}

/** What RBAC calls a set. */
export function objectOf(set: ApplicationSet): string {
  return `${projectOf(set)}/${set.metadata.name}`;
}
