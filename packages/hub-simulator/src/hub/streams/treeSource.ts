import { CONTROL_PLANE } from '../../state/names';
import { ApiError, Code, permissionDenied } from '../errors';
import type { FieldFilter } from '../FieldFilter';
import type { HubRequest } from '../HubRequest';
import type { StreamSource } from './StreamSource';

/**
 * `GET /api/v1/stream/applications/{name}/resource-tree`: the whole tree
 * whenever the controller has written it, and nothing at the start.
 */
export function treeSource(options: {
  request: HubRequest;
  filter: FieldFilter | undefined;
}): StreamSource<string> {
  const { request, filter } = options;
  const key = findApplication(request);
  const { trees } = request.state.redis;
  return {
    subscribesFirst: true,
    initial: () => [],
    subscribe: listener =>
      trees.subscribe(changed => {
        if (changed === key) listener(key);
      }),
    frame: () => {
      const tree = trees.get(key);
      if (!tree) {
        throw new ApiError(
          Code.Unknown,
          'error getting app resource tree: cache: key is missing',
        );
      }
      const event = { result: tree };
      const json = JSON.stringify(filter ? filter.apply(event) : event);
      return { json: [Buffer.from(json)] };
    },
  };
}

/** The application's key; a missing and a forbidden one are the same 403 (F1.4.4). */
function findApplication(request: HubRequest): string {
  const { name } = request.params;
  const namespace = request.query('appNamespace') || CONTROL_PLANE;
  const project = request.query('project');
  const entry = request.view.applications.entry(name, namespace);
  const mayGet = (object: string) => request.may('applications', 'get', object);
  if (!entry) {
    const where = namespace === CONTROL_PLANE ? '' : `${namespace}/`;
    if (!project || !mayGet(`${project}/${where}${name}`)) {
      throw permissionDenied();
    }
    throw new ApiError(
      Code.NotFound,
      `applications.argoproj.io "${name}" not found`,
    );
  }
  const { project: actual, rbacObject } = entry.facts;
  if (!mayGet(rbacObject)) throw permissionDenied();
  if (project && project !== actual) throw permissionDenied();
  return `${namespace}/${name}`;
}
